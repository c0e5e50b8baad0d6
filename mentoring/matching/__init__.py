"""Mentor matching, free of the database: `solve` people and mentors into a `Result` that explains itself.

numpy and scipy come with it, so import it where the work is done (a background task), not in a page.
"""

from .people import (
    CRITERIA,
    RULE_NAMES,
    Mentor,
    Person,
    Pin,
    Rule,
    Rules,
    Weights,
    seats_from_hours,
)
from .result import Alternative, Move, Pair, Result, Shortage, Unmatched
from .solve import PinRefused, solve

__all__ = [
    "CRITERIA",
    "RULE_NAMES",
    "Alternative",
    "Mentor",
    "Move",
    "Pair",
    "Person",
    "Pin",
    "PinRefused",
    "Result",
    "Rule",
    "Rules",
    "Shortage",
    "Unmatched",
    "Weights",
    "seats_from_hours",
    "solve",
]
