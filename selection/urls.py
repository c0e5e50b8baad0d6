from django.urls import path

from selection.views import (
    approvals,
    assessment,
    bulk,
    calibration,
    calibration_places,
    candidates,
    conflicts,
    consensus,
    days,
    delegations,
    equity,
    exceptions,
    feedback,
    files,
    home,
    materials,
    nominating,
    nominations,
    offers,
    plan,
    releasing,
    reliability,
    retention,
    rules,
    several,
    sharing,
    signing,
    slate,
)

app_name = "selection"
urlpatterns = [
    path("selection/", home.selection_home, name="selection_home"),
    # the plan
    path("cohorts/<int:pk>/selection/", plan.selection_setup, name="selection_setup"),
    path("cohorts/<int:pk>/selection/begin/", plan.plan_begin, name="plan_begin"),
    path("programs/<int:pk>/selection/", plan.program_plan, name="program_plan"),
    path("programs/<int:pk>/selection/begin/", plan.program_plan_begin, name="program_plan_begin"),
    path("selection/plans/<int:pk>/versions/<int:number>/", plan.plan_version, name="plan_version"),
    path("selection/plans/<int:pk>/preview/<slug:role>/", plan.plan_preview, name="plan_preview"),
    path("selection/plans/<int:pk>/approval/preview/", approvals.approval_preview, name="approval_preview"),
    path("selection/plans/<int:pk>/eligibility/", rules.eligibility_edit, name="eligibility_edit"),
    path("selection/plans/<int:pk>/<slug:key>/", plan.plan_part, name="plan_part"),
    # nominations
    path("selection/cohorts/<int:pk>/nominate/", nominations.nominee_list, name="nominee_list"),
    path(
        "selection/cohorts/<int:pk>/nominate/<int:person>/",
        nominating.nomination_create,
        name="nomination_create",
    ),
    path("selection/nominations/<int:pk>/", nominations.nomination_detail, name="nomination_detail"),
    path("selection/nominations/<int:pk>/edit/", nominating.nomination_edit, name="nomination_edit"),
    path(
        "selection/nominations/<int:pk>/withdraw/",
        nominations.nomination_withdraw,
        name="nomination_withdraw",
    ),
    path(
        "selection/cohorts/<int:pk>/nominate/several/", several.nomination_several, name="nomination_several"
    ),
    path("selection/cohorts/<int:pk>/drafts/", several.draft_list, name="draft_list"),
    path("selection/cohorts/<int:pk>/myself/", nominating.own_nomination, name="own_nomination"),
    path("selection/endorsements/<int:pk>/", sharing.endorsement_detail, name="endorsement_detail"),
    path("selection/consents/<int:pk>/", sharing.consent_detail, name="consent_detail"),
    path("selection/references/<int:pk>/", sharing.reference_detail, name="reference_detail"),
    path("selection/approvals/", approvals.approval_list, name="approval_list"),
    path("selection/nominations/<int:pk>/decide/", approvals.nomination_decide, name="nomination_decide"),
    path("selection/cohorts/<int:pk>/equity/", equity.equity_detail, name="equity_detail"),
    path("selection/cohorts/<int:pk>/equity/<int:person>/nudge/", equity.leader_nudge, name="leader_nudge"),
    path("selection/cohorts/<int:pk>/remind/", nominations.nominators_remind, name="nominators_remind"),
    # how long files are kept
    path("selection/retention/", retention.retention_detail, name="retention_detail"),
    path("selection/cohorts/<int:pk>/hold/", retention.hold_edit, name="hold_edit"),
    # acting in somebody's name
    path("selection/delegations/", delegations.delegation_list, name="delegation_list"),
    path("selection/delegations/<int:pk>/revoke/", delegations.delegation_revoke, name="delegation_revoke"),
    # candidates
    path("selection/cohorts/<int:pk>/candidates/", candidates.candidate_list, name="candidate_list"),
    path("selection/candidates/<int:pk>/", candidates.candidate_detail, name="candidate_detail"),
    path("selection/candidates/<int:pk>/withdraw/", candidates.candidate_withdraw, name="candidate_withdraw"),
    # feedback reports
    path("selection/cohorts/<int:pk>/feedback/", feedback.feedback_list, name="feedback_list"),
    path("selection/candidates/<int:pk>/feedback/", feedback.feedback_detail, name="feedback_detail"),
    path("selection/candidates/<int:pk>/feedback/pdf/", feedback.feedback_pdf, name="feedback_pdf"),
    path("selection/candidates/<int:pk>/feedback/edit/", feedback.feedback_edit, name="feedback_edit"),
    path("selection/candidates/<int:pk>/feedback/check/", feedback.feedback_check, name="feedback_check"),
    # files in and out
    path("selection/cohorts/<int:pk>/files/<slug:kind>/", bulk.bulk_file_in, name="bulk_file_in"),
    path("selection/cohorts/<int:pk>/files/<slug:kind>/download/", bulk.bulk_file_out, name="bulk_file_out"),
    # the file written out
    path("selection/candidates/<int:pk>/file/", files.candidate_file, name="candidate_file"),
    path("selection/outcomes/<int:pk>/file/", files.own_file, name="own_file"),
    # exceptions from eligibility rules
    path("selection/cohorts/<int:pk>/exceptions/", exceptions.exception_list, name="exception_list"),
    path(
        "selection/cohorts/<int:pk>/exceptions/<int:person>/", exceptions.exception_ask, name="exception_ask"
    ),
    path("selection/exceptions/<int:pk>/", exceptions.exception_detail, name="exception_detail"),
    # assessment
    path("selection/cohorts/<int:pk>/assessors/", assessment.assessor_list, name="assessor_list"),
    path("selection/cohorts/<int:pk>/assessors/add/", assessment.assessor_add, name="assessor_add"),
    path(
        "selection/cohorts/<int:pk>/assessors/assign/", assessment.assessors_assign, name="assessors_assign"
    ),
    path("selection/cohorts/<int:pk>/assessors/why/", assessment.assignment_detail, name="assignment_detail"),
    path("selection/conflicts/<int:pk>/", conflicts.conflict_detail, name="conflict_detail"),
    path("selection/exercises/<int:pk>/materials/", materials.material_list, name="material_list"),
    path("selection/materials/<int:pk>/", materials.material_detail, name="material_detail"),
    path("selection/materials/<int:pk>/take-away/", materials.material_remove, name="material_remove"),
    path("selection/material-versions/<int:pk>/file/", materials.material_file, name="material_file"),
    # assessment days
    path("selection/cohorts/<int:pk>/days/", days.day_plan_detail, name="day_plan"),
    path("selection/cohorts/<int:pk>/days/set-up/", days.day_plan_setup, name="day_plan_setup"),
    path("selection/cohorts/<int:pk>/days/plan/", days.day_plan_start, name="day_plan_start"),
    path("selection/cohorts/<int:pk>/days/publish/", days.day_plan_publish, name="day_plan_publish"),
    path("selection/cohorts/<int:pk>/days/cancel/", days.day_plan_cancel, name="day_plan_cancel"),
    path("selection/slots/<int:pk>/", days.slot_detail, name="slot_detail"),
    path("selection/runs/<int:pk>/", days.assessment_run, name="assessment_run"),
    path("selection/runs/<int:pk>/stop/", days.assessment_run_stop, name="assessment_run_stop"),
    path("selection/cohorts/<int:pk>/own-days/", days.own_days, name="own_days"),
    path(
        "selection/cohorts/<int:pk>/own-days/assessment.ics",
        days.own_days_calendar,
        name="own_days_calendar",
    ),
    path("selection/scoresheets/<int:pk>/pin/", assessment.scoresheet_pin, name="scoresheet_pin"),
    path("selection/assessors/<int:pk>/remove/", assessment.assessor_remove, name="assessor_remove"),
    path(
        "selection/candidates/<int:pk>/assessors/", assessment.candidate_assessors, name="candidate_assessors"
    ),
    path("selection/scoresheets/<int:pk>/", assessment.scoresheet_edit, name="scoresheet_edit"),
    path("selection/scoresheets/<int:pk>/notes/", assessment.scoresheet_note, name="scoresheet_note"),
    path("selection/scoresheets/<int:pk>/take-away/", assessment.scoresheet_remove, name="scoresheet_remove"),
    path("selection/cohorts/<int:pk>/agreement/", reliability.reliability, name="reliability"),
    path(
        "selection/cohorts/<int:pk>/agreement/measure/",
        reliability.reliability_measure,
        name="reliability_measure",
    ),
    # what assessors agree on
    path("selection/agree/", consensus.consensus_list, name="consensus_list"),
    path("selection/scoresheets/<int:pk>/agree/", consensus.consensus_edit, name="consensus_edit"),
    path("selection/consensus/<int:pk>/agree/", consensus.consensus_agree, name="consensus_agree"),
    # calibration
    path(
        "selection/cohorts/<int:pk>/calibration/", calibration.calibration_detail, name="calibration_detail"
    ),
    path(
        "selection/cohorts/<int:pk>/calibration/begin/",
        calibration.calibration_begin,
        name="calibration_begin",
    ),
    path(
        "selection/cohorts/<int:pk>/calibration/changes/",
        calibration.calibration_changes,
        name="calibration_changes",
    ),
    path(
        "selection/cohorts/<int:pk>/calibration/compare/",
        calibration.calibration_compare,
        name="calibration_compare",
    ),
    path(
        "selection/cohorts/<int:pk>/calibration/people/",
        calibration.calibration_people,
        name="calibration_people",
    ),
    path(
        "selection/cohorts/<int:pk>/calibration/invite/",
        calibration.calibration_invite,
        name="calibration_invite",
    ),
    path(
        "selection/cohorts/<int:pk>/calibration/close/",
        calibration.calibration_close,
        name="calibration_close",
    ),
    path(
        "selection/calibration/participants/<int:pk>/take-out/",
        calibration.calibration_leave,
        name="calibration_leave",
    ),
    path(
        "selection/calibration/places/<int:pk>/",
        calibration_places.calibration_place,
        name="calibration_place",
    ),
    path(
        "selection/calibration/places/<int:pk>/move/",
        calibration_places.calibration_move,
        name="calibration_move",
    ),
    path(
        "selection/calibration/places/<int:pk>/note/",
        calibration_places.calibration_note,
        name="calibration_note",
    ),
    # slate
    path("selection/cohorts/<int:pk>/slate/", slate.slate_detail, name="slate_detail"),
    path("selection/cohorts/<int:pk>/slate/steadiness/", slate.slate_sensitivity, name="slate_sensitivity"),
    path("selection/cohorts/<int:pk>/slate/draw/", slate.slate_draw, name="slate_draw"),
    path("selection/cohorts/<int:pk>/slate/accept/", slate.slate_accept, name="slate_accept"),
    path("selection/cohorts/<int:pk>/slate/ask-hr/", signing.signature_ask, name="signature_ask"),
    path("selection/signatures/<int:pk>/", signing.signature_detail, name="signature_detail"),
    path("selection/cohorts/<int:pk>/slate/letters/", releasing.letter_list, name="letter_list"),
    path("selection/decisions/<int:pk>/letter/", releasing.letter_edit, name="letter_edit"),
    path("selection/cohorts/<int:pk>/slate/release/", releasing.slate_release, name="slate_release"),
    path("selection/cohorts/<int:pk>/slate/release/at/", releasing.release_schedule, name="release_schedule"),
    path(
        "selection/cohorts/<int:pk>/slate/release/back/",
        releasing.release_unschedule,
        name="release_unschedule",
    ),
    path("selection/cohorts/<int:pk>/slate/free-seat/", offers.seat_offer, name="seat_offer"),
    path("selection/offers/<int:pk>/answer/", offers.offer_answer, name="offer_answer"),
    path("selection/offers/<int:pk>/give-back/", offers.offer_give_back, name="offer_give_back"),
    path("selection/offers/<int:pk>/record/", offers.offer_record, name="offer_record"),
    path("selection/decisions/<int:pk>/leave-reserve/", offers.reserve_leave, name="reserve_leave"),
    path("selection/decisions/<int:pk>/", slate.decision_edit, name="decision_edit"),
    path("selection/decisions/<int:pk>/move/", slate.reserve_move, name="reserve_move"),
    path("selection/outcomes/<int:pk>/", slate.outcome_detail, name="outcome_detail"),
]
