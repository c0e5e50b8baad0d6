"""Who assesses whom: ``assign`` a ``Problem`` into an ``Assignment``. Free of the database.

The model and why it is solved this way are in docs/adr.
"""

from .problem import Assessor, Bar, Exercise, Problem, Seat
from .result import Assignment, Change, Kind, Pair, Remedy, Shortage, Why
from .solve import assign
from .words import sentence

__all__ = [
    "Assessor",
    "Assignment",
    "Bar",
    "Change",
    "Exercise",
    "Kind",
    "Pair",
    "Problem",
    "Remedy",
    "Seat",
    "Shortage",
    "Why",
    "assign",
    "sentence",
]
