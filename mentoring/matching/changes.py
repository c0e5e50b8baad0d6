"""What would help those whom a match left without a mentor: plain values, for the worker and for pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Change(StrEnum):
    """A single thing to change, the lightest first."""

    ALLOW = "allow"  # a pair that was ruled out
    PLACE = "place"  # one place more with a mentor who is full
    COMMON_HOURS = "common_hours"  # fewer working hours in common are enough for this person
    LANGUAGE = "language"  # another language is fine for this person
    PAUSE = "pause"  # the mentor's pause ends
    MENTOR = "mentor"  # a mentor more


@dataclass(frozen=True)
class Wanted:
    """What a mentor more has to have. Empty where it does not matter; `people`: how many get a mentor."""

    language: str
    zone: str
    market: str
    people: int = 1


@dataclass(frozen=True)
class Remedy:
    """One change that gives one person a mentor and takes nobody's.

    `mentors` could then take them, the best first. `waiting`: how many others without a mentor could take the
    same place instead, so that only a pin makes it this person's.
    """

    change: Change
    mentors: tuple[str, ...] = ()
    language: str = ""
    common_hours: float = 0.0
    waiting: int = 0
    wanted: Wanted | None = None


@dataclass(frozen=True)
class Outlook:
    """What all without a mentor need together.

    `sharing` people can only have `full` mentors with `seats` between them; `places` is the fewest places more
    that seat all of them, by mentor. `nobody`: for how many no mentor is possible by the rules. `wanted`:
    mentors more, the one that helps most first, each beside those before it.
    """

    people: int
    nobody: int
    sharing: int
    full: int
    seats: int
    places: Mapping[str, int]
    wanted: tuple[Wanted, ...]
