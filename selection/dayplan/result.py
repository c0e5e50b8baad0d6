"""A day plan, and what has no place in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .problem import Meeting, Slot


class Reason(StrEnum):
    """Why a meeting has no slot; the first that holds."""

    NO_DAY = "no_day"  # no stretch of any day is long enough for it
    NO_ROOM = "no_room"  # no room suits the exercise
    AWAY = "away"  # those of `assessors`, or the candidate, are never there long enough
    APART = "apart"  # each is there for long enough, but never all at once
    FULL = "full"  # there would be time, but it is taken


@dataclass(frozen=True)
class Unplaced:
    """`candidate` and `assessors`: who by themselves have no time left for it, or are away; `rooms`: whether no
    room has. None of them when only together they have no time."""

    meeting: Meeting
    reason: Reason
    candidate: bool = False
    assessors: tuple[int, ...] = ()
    rooms: bool = False


@dataclass(frozen=True)
class DayPlan:
    """`slots` by time. `ends`: the end of the last. `waiting`: by candidate, minutes between their exercises,
    rests included; `days`: by candidate, on how many days they come."""

    slots: tuple[Slot, ...]
    unplaced: tuple[Unplaced, ...]
    ends: datetime | None
    waiting: Mapping[int, int]
    days: Mapping[int, int]
