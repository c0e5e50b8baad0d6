"""Mentor matching, free of the database: `solve` people and mentors into a `Result` that explains itself.

`solve` belongs in a background task; scipy is loaded when it runs, not with the names of the rules.
"""

from .people import (
    CONFIRMABLE,
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
    "CONFIRMABLE",
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
