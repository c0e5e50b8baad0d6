"""Nouns of the selection: what a cohort asks for, who is nominated, who assesses, what was decided."""

from selection.models.approvals import Approval, ApprovalStep, Decider
from selection.models.asking import NominationCriterion, NominationEvidence, NominationTerms
from selection.models.assessment import Assessor, Observation, Rating, Scoresheet
from selection.models.calibration import (
    CalibrationMove,
    CalibrationNote,
    CalibrationParticipant,
    CalibrationPlace,
    CalibrationSession,
)
from selection.models.conflicts import AssessorConflict
from selection.models.consensus import ConsensusRating, ConsensusVoice
from selection.models.dayplan import (
    AssessmentDay,
    AssessmentRoom,
    AssessmentSlot,
    DayPlan,
    RoomExercise,
    SlotAssessor,
    VideoExercise,
)
from selection.models.delegations import Delegation
from selection.models.eligibility import (
    EligibilityException,
    EligibilityGroup,
    EligibilityResult,
    EligibilityRule,
)
from selection.models.exercises import Exercise, ExerciseBehavior
from selection.models.feedback import FeedbackReport
from selection.models.letters import Letter, LetterKind, LetterTemplate
from selection.models.materials import ExerciseMaterial, MaterialVersion
from selection.models.nominations import Candidate, Nomination
from selection.models.offers import Offer
from selection.models.plan import (
    Criterion,
    KnockOut,
    PlanVersion,
    Quota,
    SelectionPlan,
    Stage,
)
from selection.models.reliability import ReliabilityReport
from selection.models.retention import Erasure, LegalHold, RetentionRule
from selection.models.runs import AssessmentRun
from selection.models.sharing import Consent, Endorsement, NominationReference, NominationVersion
from selection.models.slate import Decision, Signature, Slate

__all__ = [
    "Approval",
    "ApprovalStep",
    "AssessmentDay",
    "AssessmentRoom",
    "AssessmentRun",
    "AssessmentSlot",
    "Assessor",
    "AssessorConflict",
    "CalibrationMove",
    "CalibrationNote",
    "CalibrationParticipant",
    "CalibrationPlace",
    "CalibrationSession",
    "Candidate",
    "ConsensusRating",
    "ConsensusVoice",
    "Consent",
    "Criterion",
    "DayPlan",
    "Decider",
    "Decision",
    "Delegation",
    "EligibilityException",
    "EligibilityGroup",
    "EligibilityResult",
    "EligibilityRule",
    "Endorsement",
    "Erasure",
    "Exercise",
    "ExerciseBehavior",
    "ExerciseMaterial",
    "FeedbackReport",
    "KnockOut",
    "LegalHold",
    "Letter",
    "LetterKind",
    "LetterTemplate",
    "MaterialVersion",
    "Nomination",
    "NominationCriterion",
    "NominationEvidence",
    "NominationReference",
    "NominationTerms",
    "NominationVersion",
    "Observation",
    "Offer",
    "PlanVersion",
    "Quota",
    "Rating",
    "ReliabilityReport",
    "RetentionRule",
    "RoomExercise",
    "Scoresheet",
    "SelectionPlan",
    "Signature",
    "Slate",
    "SlotAssessor",
    "Stage",
    "VideoExercise",
]
