from django.urls import path

from cohorts.views import cohorts, participants, parts, placements, programs, signoff

app_name = "cohorts"
urlpatterns = [
    path("programs/", programs.program_list, name="program_list"),
    path("programs/new/", programs.program_new, name="program_new"),
    path("programs/<int:program>/", programs.program_detail, name="program_detail"),
    path("programs/<int:program>/edit/", programs.program_edit, name="program_edit"),
    path("programs/<int:program>/archive/", programs.program_archive, name="program_archive"),
    path("programs/<int:program>/check/", signoff.program_check, name="program_check"),
    path("programs/<int:program>/sign-off/", signoff.program_sign_off, name="program_sign_off"),
    path("programs/<int:program>/cohorts/new/", cohorts.cohort_new, name="cohort_new"),
    path(
        "programs/<int:program>/competencies/<int:competency>/behaviors/",
        parts.competency_detail,
        name="competency_detail",
    ),
    path(
        "programs/<int:program>/competencies/<int:competency>/behaviors/add/",
        parts.behavior_add,
        name="behavior_add",
    ),
    path("programs/<int:program>/<slug:section>/", parts.section_detail, name="section_detail"),
    path("programs/<int:program>/<slug:section>/add/", parts.part_add, name="part_add"),
    path("programs/<int:program>/<slug:section>/<int:part>/", parts.part_edit, name="part_edit"),
    path("programs/<int:program>/<slug:section>/<int:part>/delete/", parts.part_delete, name="part_delete"),
    path("programs/<int:program>/<slug:section>/<int:part>/move/", parts.part_move, name="part_move"),
    path("cohorts/", cohorts.cohort_list, name="cohort_list"),
    path("cohorts/<int:cohort>/", cohorts.cohort_detail, name="cohort_detail"),
    path("cohorts/<int:cohort>/set-up/<slug:section>/", cohorts.cohort_edit, name="cohort_edit"),
    path("cohorts/<int:cohort>/move/", cohorts.cohort_move, name="cohort_move"),
    path("cohorts/<int:cohort>/graduate/", participants.cohort_graduate, name="cohort_graduate"),
    path(
        "cohorts/participants/<int:participant>/", participants.participant_detail, name="participant_detail"
    ),
    path(
        "cohorts/participants/<int:participant>/offer/",
        participants.participant_offer,
        name="participant_offer",
    ),
    path("cohorts/participants/<int:participant>/placement/", placements.placement_new, name="placement_new"),
    path(
        "cohorts/participants/<int:participant>/<slug:verb>/",
        participants.participant_move,
        name="participant_move",
    ),
    path("cohorts/placements/", placements.placement_list, name="placement_list"),
    path("cohorts/placements/<int:placement>/", placements.placement_detail, name="placement_detail"),
    path("cohorts/placements/<int:placement>/sign/", placements.placement_sign, name="placement_sign"),
    path(
        "cohorts/placements/<int:placement>/withdraw/",
        placements.placement_withdraw,
        name="placement_withdraw",
    ),
]
