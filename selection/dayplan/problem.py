"""What a day plan is made from: meetings, rooms, days and people."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property

Span = tuple[datetime, datetime]  # aware
Hours = tuple[time, time]  # wall time


@dataclass(frozen=True)
class Exercise:
    """`preparation`: minutes the candidate has alone right before, without a room of its own. A virtual one
    needs no room."""

    key: int
    minutes: int
    preparation: int = 0
    virtual: bool = False

    def __post_init__(self) -> None:
        if self.minutes < 1 or self.preparation < 0:
            raise ValueError("An exercise lasts at least a minute.")


@dataclass(frozen=True)
class Room:
    """`exercises`: those it suits, None for any."""

    key: int
    exercises: Set[int] | None = None

    def suits(self, exercise: int) -> bool:
        return self.exercises is None or exercise in self.exercises


@dataclass(frozen=True)
class Day:
    """Wall time in its zone, whatever its clocks do that day; nothing takes place in a break."""

    date: date
    start: time
    end: time
    zone: str
    breaks: tuple[Hours, ...] = ()


@dataclass(frozen=True)
class Person:
    """A candidate or an assessor. `hours`: when, in their own zone, they can be met on video; who comes in
    person keeps the hours of the day. `absences`: also breaks of their own."""

    key: int
    zone: str = "UTC"
    hours: Hours | None = None
    absences: tuple[Span, ...] = ()


@dataclass(frozen=True, order=True)
class Meeting:
    """A candidate does an exercise before these assessors."""

    candidate: int
    exercise: int
    assessors: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(set(self.assessors)) < len(self.assessors):
            raise ValueError("An assessor is listed twice.")


@dataclass(frozen=True)
class Center:
    """An assessment center. Who is not listed among `candidates` or `assessors` is there all the time.

    `rest`: minutes a candidate has between two exercises (preparation counts as part of one). `changeover`:
    minutes between two meetings of an assessor, or in a room. Meetings start every `step` minutes of a day.
    """

    exercises: Sequence[Exercise]
    rooms: Sequence[Room]
    days: Sequence[Day]
    candidates: Sequence[Person] = ()
    assessors: Sequence[Person] = ()
    rest: int = 10
    changeover: int = 0
    step: int = 5

    def __post_init__(self) -> None:
        for what in (self.exercises, self.rooms, self.candidates, self.assessors):
            if len({each.key for each in what}) < len(what):
                raise ValueError("Something is listed twice.")
        if self.step < 1 or self.rest < 0 or self.changeover < 0:
            raise ValueError("Minutes are not negative.")

    @cached_property
    def exercise(self) -> Mapping[int, Exercise]:
        return {each.key: each for each in self.exercises}

    @cached_property
    def room(self) -> Mapping[int, Room]:
        return {each.key: each for each in self.rooms}

    @cached_property
    def candidate(self) -> Mapping[int, Person]:
        return {each.key: each for each in self.candidates}

    @cached_property
    def assessor(self) -> Mapping[int, Person]:
        return {each.key: each for each in self.assessors}


@dataclass(frozen=True)
class Slot:
    """When and where a meeting takes place; `start` and `end` are moments in UTC, `room` None for video."""

    meeting: Meeting
    start: datetime
    end: datetime
    room: int | None = None

    def prepares_from(self, center: Center) -> datetime:
        """When the candidate has to be there."""
        return self.start - timedelta(minutes=center.exercise[self.meeting.exercise].preparation)


@dataclass(frozen=True)
class Task:
    """What to plan. `kept`: slots that stay where they are, also when they clash."""

    center: Center
    meetings: Sequence[Meeting]
    kept: Sequence[Slot] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        places = [(each.candidate, each.exercise) for each in self.meetings]
        if len(set(places)) < len(places):
            raise ValueError("A candidate does an exercise once.")
        planned = {each.exercise for each in [*self.meetings, *(slot.meeting for slot in self.kept)]}
        if unknown := planned - set(self.center.exercise):
            raise ValueError(f"Exercise {min(unknown)} is not part of this center.")
