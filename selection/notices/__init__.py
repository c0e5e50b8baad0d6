"""What people are told during a selection. Subject = the action, first line = why you get this, one button."""

from selection.notices.approvals import (
    APPROVAL_DUE,
    APPROVAL_LATE,
    approval_asked,
    approval_dropped,
    approval_escalated,
    approval_moved,
    approval_settled,
    decided_in_your_name,
    deciders,
    nomination_decided,
    said_by,
    step_approved,
)
from selection.notices.assessment import (
    SCORING_DUE,
    SCORING_LATE,
    agreement_asked,
    agreement_settled,
    scoring_asked,
    scoring_settled,
)
from selection.notices.calibration import calibration_invited, calibration_settled
from selection.notices.conflicts import (
    conflict_asked,
    conflict_decided,
    conflict_settled,
    conflicts_came_late,
    conflicts_found,
)
from selection.notices.dayplan import days_cancelled, days_published, run_over, slots_changed
from selection.notices.delegations import delegation_given, delegation_revoked
from selection.notices.eligibility import eligibility_flipped, exception_asked, exception_decided
from selection.notices.nominations import answers_reminded
from selection.notices.nudges import leader_nudged
from selection.notices.offers import (
    moved_up,
    offer_accepted,
    offer_lapsed,
    offer_settled,
    offers_reminded,
    seat_became_free,
)
from selection.notices.outcomes import letters_out, outcomes_released, release_held
from selection.notices.retention import erasure_announced
from selection.notices.sharing import (
    consent_answered,
    consent_asked,
    consent_dropped,
    endorsement_answered,
    endorsement_asked,
    endorsement_dropped,
    nomination_revised,
    reference_answered,
    reference_asked,
    reference_dropped,
)
from selection.notices.signing import signature_answered, signature_asked, signature_void

__all__ = [
    "APPROVAL_DUE",
    "APPROVAL_LATE",
    "SCORING_DUE",
    "SCORING_LATE",
    "agreement_asked",
    "agreement_settled",
    "answers_reminded",
    "approval_asked",
    "approval_dropped",
    "approval_escalated",
    "approval_moved",
    "approval_settled",
    "calibration_invited",
    "calibration_settled",
    "conflict_asked",
    "conflict_decided",
    "conflict_settled",
    "conflicts_came_late",
    "conflicts_found",
    "consent_answered",
    "consent_asked",
    "consent_dropped",
    "days_cancelled",
    "days_published",
    "decided_in_your_name",
    "deciders",
    "delegation_given",
    "delegation_revoked",
    "eligibility_flipped",
    "endorsement_answered",
    "endorsement_asked",
    "endorsement_dropped",
    "erasure_announced",
    "exception_asked",
    "exception_decided",
    "leader_nudged",
    "letters_out",
    "moved_up",
    "nomination_decided",
    "nomination_revised",
    "offer_accepted",
    "offer_lapsed",
    "offer_settled",
    "offers_reminded",
    "outcomes_released",
    "reference_answered",
    "reference_asked",
    "reference_dropped",
    "release_held",
    "run_over",
    "said_by",
    "scoring_asked",
    "scoring_settled",
    "seat_became_free",
    "signature_answered",
    "signature_asked",
    "signature_void",
    "slots_changed",
    "step_approved",
]
