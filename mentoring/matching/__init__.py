"""Mentor matching, free of the database: ``solve.solve`` people and mentors into a ``result.Result``.

The names of criteria and rules are here, for pages. What computes (``solve``, ``result``, ``fit`` and
those below them) loads numpy and scipy: import it from its module, in background work only.
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

__all__ = [
    "CONFIRMABLE",
    "CRITERIA",
    "RULE_NAMES",
    "Mentor",
    "Person",
    "Pin",
    "Rule",
    "Rules",
    "Weights",
    "seats_from_hours",
]
