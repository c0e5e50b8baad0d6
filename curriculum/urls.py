from django.urls import path

from curriculum.views import activities, journeys, progress, projects, schedule, sessions, template

app_name = "curriculum"
urlpatterns = [
    path("", journeys.journey_home, name="journey_home"),
    path("line/", journeys.line_journeys, name="line_journeys"),
    path("participants/<int:participant>/", journeys.journey_detail, name="journey_detail"),
    path("participants/<int:participant>/panel/", journeys.progress_panel, name="progress_panel"),
    path("participants/<int:participant>/start/", schedule.joined_on_edit, name="joined_on_edit"),
    path("activities/<int:item>/", activities.activity_detail, name="activity_detail"),
    path("activities/<int:item>/complete/", activities.activity_complete, name="activity_complete"),
    path("activities/<int:item>/hand-in/", projects.project_edit, name="project_edit"),
    path("activities/<int:item>/hand-in/draft/", projects.project_draft, name="project_draft"),
    path("work/<int:project>/", projects.project_detail, name="project_detail"),
    path("work/<int:project>/confirm/", projects.project_confirm, name="project_confirm"),
    path("work/<int:project>/return/", projects.project_return, name="project_return"),
    path("sessions/", sessions.session_list, name="session_list"),
    path("sessions/<int:session>/", sessions.session_detail, name="session_detail"),
    path("sessions/<int:session>/roster/", sessions.roster, name="roster"),
    path("sessions/<int:session>/edit/", sessions.session_edit, name="session_edit"),
    path("sessions/<int:session>/facilitators/", sessions.session_facilitators, name="session_facilitators"),
    path("cohorts/", progress.cohort_list, name="cohort_list"),
    path("cohorts/<int:cohort>/", progress.cohort_progress, name="cohort_progress"),
    path("cohorts/<int:cohort>/schedule/", schedule.journey_schedule, name="journey_schedule"),
    path("templates/<int:program>/", template.template_detail, name="template_detail"),
    path("templates/<int:program>/copy/", template.template_copy, name="template_copy"),
    path("templates/<int:program>/dates/", template.template_dates, name="template_dates"),
    path("templates/<int:program>/modules/add/", template.module_add, name="module_add"),
    path("modules/<int:module>/", template.module_edit, name="module_edit"),
    path("modules/<int:module>/delete/", template.module_delete, name="module_delete"),
    path("modules/<int:module>/move/", template.module_move, name="module_move"),
    path("modules/<int:module>/activities/add/", template.activity_add, name="activity_add"),
    path("template-activities/<int:activity>/", template.activity_edit, name="activity_edit"),
    path("template-activities/<int:activity>/delete/", template.activity_delete, name="activity_delete"),
    path("template-activities/<int:activity>/move/", template.activity_move, name="activity_move"),
]
