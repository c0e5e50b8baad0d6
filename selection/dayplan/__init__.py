"""The days of an assessment center: ``plan`` a ``Task`` into a ``DayPlan``; ``clashes`` checks any slots, also
one that is moved by hand. Free of the database.
"""

from .clashes import Clash, Kind, clashes
from .problem import Center, Day, Exercise, Meeting, Person, Room, Slot, Task
from .result import DayPlan, Reason, Unplaced
from .solve import plan

__all__ = [
    "Center",
    "Clash",
    "Day",
    "DayPlan",
    "Exercise",
    "Kind",
    "Meeting",
    "Person",
    "Reason",
    "Room",
    "Slot",
    "Task",
    "Unplaced",
    "clashes",
    "plan",
]
