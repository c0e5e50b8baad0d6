"""Nouns of the selection: what a cohort asks for, who is nominated, who assesses, what was decided."""

from selection.models.assessment import Assessor, Observation, Rating, Scoresheet
from selection.models.nominations import Approval, Candidate, Nomination
from selection.models.setup import Criterion, EligibilityRule
from selection.models.slate import Decision, Slate

__all__ = [
    "Approval",
    "Assessor",
    "Candidate",
    "Criterion",
    "Decision",
    "EligibilityRule",
    "Nomination",
    "Observation",
    "Rating",
    "Scoresheet",
    "Slate",
]
