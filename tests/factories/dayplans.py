"""Assessment centers to plan, with the assignment that comes before."""

from collections import defaultdict
from datetime import date, time

from selection.assignment import Assessor, Problem, assign
from selection.assignment import Exercise as Scored
from selection.dayplan import Center, Day, Exercise, Meeting, Room, Task

LUNCH = (time(12), time(13))


def center(exercises: int = 5, rooms: int = 6, days: int = 3, minutes: int = 30, **more: object) -> Center:
    """Days from 08:30 to 18:00 in Basel, with lunch."""
    return Center(
        [Exercise(key, minutes, preparation=15 if key == 1 else 0) for key in range(1, exercises + 1)],
        [Room(key) for key in range(100, 100 + rooms)],
        [
            Day(date(2026, 3, 2 + number), time(8, 30), time(18), "Europe/Zurich", (LUNCH,))
            for number in range(days)
        ],
        **more,  # type: ignore[arg-type]
    )


def planned(candidates: int, exercises: int, assessors: int, **more: object) -> Task:
    """Everybody meets two assessors in each exercise."""
    keys = range(1, exercises + 1)
    panel = [Assessor(key) for key in range(1000, 1000 + assessors)]
    result = assign(Problem(range(candidates), [Scored(key) for key in keys], panel))
    met = defaultdict(list)
    for seat in result.seats:
        met[seat.candidate, seat.exercise].append(seat.assessor)
    meetings = [Meeting(*place, tuple(sorted(who))) for place, who in met.items()]
    return Task(center(exercises, **more), meetings)  # type: ignore[arg-type]
