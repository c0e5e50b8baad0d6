"""Selections, nominations, candidates, panels, score sheets and slates for programs: the pages’ verbs."""

from rest_framework.routers import BaseRouter

from selection.api import (
    approvals,
    assessment,
    bulk,
    calibration,
    candidates,
    conflicts,
    consensus,
    days,
    delegations,
    exceptions,
    feedback,
    materials,
    nominations,
    nominees,
    outcomes,
    panel,
    plans,
    retention,
    selections,
    sharing,
    signing,
    slate,
)


def register(router: BaseRouter) -> None:
    router.register("selections", selections.SelectionViewSet, basename="selection")
    router.register("selection-plans", plans.SelectionPlanViewSet, basename="selection-plan")
    router.register("nominees", nominees.NomineeViewSet, basename="nominee")
    router.register("nominations", nominations.NominationViewSet, basename="nomination")
    router.register("approvals", approvals.ApprovalViewSet, basename="approval")
    router.register("delegations", delegations.DelegationViewSet, basename="delegation")
    router.register("eligibility-exceptions", exceptions.ExceptionViewSet, basename="eligibility_exception")
    router.register("endorsements", sharing.EndorsementViewSet, basename="endorsement")
    router.register("consents", sharing.ConsentViewSet, basename="consent")
    router.register("references", sharing.ReferenceViewSet, basename="reference")
    router.register("candidates", candidates.CandidateViewSet, basename="candidate")
    router.register("feedback-reports", feedback.FeedbackViewSet, basename="feedback-report")
    router.register("selection-files", bulk.BulkViewSet, basename="selection-file")
    router.register("assessors", panel.AssessorViewSet, basename="assessor")
    router.register("assessor-conflicts", conflicts.AssessorConflictViewSet, basename="conflict")
    router.register("exercise-materials", materials.MaterialViewSet, basename="material")
    router.register("material-versions", materials.MaterialVersionViewSet, basename="material-version")
    router.register("day-plans", days.DayPlanViewSet, basename="day-plan")
    router.register("assessment-slots", days.SlotViewSet, basename="slot")
    router.register("own-assessment-slots", days.OwnSlotViewSet, basename="own-slot")
    router.register("assessment-runs", days.AssessmentRunViewSet, basename="assessment-run")
    router.register("scoresheets", assessment.ScoresheetViewSet, basename="scoresheet")
    router.register("consensus-ratings", consensus.ConsensusRatingViewSet, basename="consensus-rating")
    router.register("calibrations", calibration.CalibrationViewSet, basename="calibration")
    router.register(
        "calibration-participants",
        calibration.CalibrationParticipantViewSet,
        basename="calibration-participant",
    )
    router.register("retention", retention.RetentionViewSet, basename="retention")
    router.register("slates", slate.SlateViewSet, basename="slate")
    router.register("signatures", signing.SignatureViewSet, basename="signature")
    router.register("decisions", slate.DecisionViewSet, basename="decision")
    router.register("letters", outcomes.LetterViewSet, basename="letter")
    router.register("offers", outcomes.OfferViewSet, basename="offer")
