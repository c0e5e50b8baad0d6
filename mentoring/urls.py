from django.urls import path

from mentoring.views import check_ins, home, matching, mentors, mentorships, sessions

app_name = "mentoring"
urlpatterns = [
    path("", home.mentoring_home, name="mentoring_home"),
    path("mentors/", mentors.mentor_list, name="mentor_list"),
    path("mentors/invite/", mentors.mentor_invite, name="mentor_invite"),
    path("mentors/<int:mentor>/", mentors.mentor_detail, name="mentor_detail"),
    path("mentors/<int:mentor>/pause/", mentors.mentor_pause, name="mentor_pause"),
    path("profile/", mentors.mentor_profile, name="mentor_profile"),
    path("profile/decline/", mentors.mentor_decline, name="mentor_decline"),
    path("cohorts/<int:cohort>/", matching.cohort_mentoring, name="cohort_mentoring"),
    path("cohorts/<int:cohort>/settings/", matching.cohort_settings, name="cohort_settings"),
    path("cohorts/<int:cohort>/match/", matching.match_run_start, name="match_run_start"),
    path("cohorts/<int:cohort>/pulse/", check_ins.pulse_new, name="pulse_new"),
    path("pulses/<int:pulse>/withdraw/", check_ins.pulse_withdraw, name="pulse_withdraw"),
    path("runs/<int:run>/", matching.match_run_detail, name="match_run_detail"),
    path("runs/<int:run>/publish/", matching.match_run_publish, name="match_run_publish"),
    path("runs/<int:run>/pairs/<int:pair>/", matching.match_pair_detail, name="match_pair_detail"),
    path("runs/<int:run>/pairs/<int:pair>/wish/", matching.match_wish_save, name="match_wish_save"),
    path("wishes/<int:wish>/forget/", matching.match_wish_forget, name="match_wish_forget"),
    path("pairs/", mentorships.mentorship_list, name="mentorship_list"),
    path("pairs/<int:mentorship>/", mentorships.mentorship_detail, name="mentorship_detail"),
    path("pairs/<int:mentorship>/end/", mentorships.mentorship_end, name="mentorship_end"),
    path("sessions/log/", sessions.session_log, name="session_log"),
    path("sessions/<int:session>/", sessions.session_detail, name="session_detail"),
    path("sessions/<int:session>/edit/", sessions.session_edit, name="session_edit"),
    path("sessions/<int:session>/confirm/", sessions.session_confirm, name="session_confirm"),
    path("sessions/<int:session>/amend/", sessions.session_amend, name="session_amend"),
    path("actions/<int:action>/done/", sessions.action_done, name="action_done"),
    path("check-ins/<int:check_in>/", check_ins.check_in_answer, name="check_in_answer"),
]
