"""What is asked: candidates in exercises, the panel, and what has to stay as it is."""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

PARTNERS = 3


class Seat(NamedTuple):
    """An assessor scores a candidate in an exercise."""

    candidate: int
    exercise: int
    assessor: int


@dataclass(frozen=True)
class Exercise:
    """`assessors`: how many score each candidate in it. `load`: what one rating adds to an assessor's load,
    in the unit of their maximum: 1 counts ratings, minutes count time."""

    key: int
    assessors: int = 2
    load: int = 1


@dataclass(frozen=True)
class Assessor:
    """`trained`: the exercises they may score, None for all. `most`: the largest load, None for any."""

    key: int
    trained: Set[int] | None = None
    most: int | None = None


class Bar(StrEnum):
    """What keeps an assessor from a candidate in an exercise; the first that holds is the one told."""

    CONFLICT = "conflict"
    UNTRAINED = "untrained"
    PROHIBITED = "prohibited"
    FULL = "full"


@dataclass(frozen=True)
class Problem:
    """Keys are any whole numbers, and their order does not matter.

    `conflicts`: by candidate, who may not score them. `pins` stay whatever else is said, and count towards the
    load; `prohibited` never happen; `current` is what was planned before, kept where nothing speaks for a
    change. `partners`: how many different others each assessor should score with.
    """

    candidates: Sequence[int]
    exercises: Sequence[Exercise]
    assessors: Sequence[Assessor]
    conflicts: Mapping[int, Set[int]] = field(default_factory=dict)
    pins: Collection[Seat] = ()
    prohibited: Collection[Seat] = ()
    current: Collection[Seat] = ()
    partners: int = PARTNERS

    def __post_init__(self) -> None:
        _check_once([*self.candidates], "candidate")
        _check_once([each.key for each in self.exercises], "exercise")
        _check_once([each.key for each in self.assessors], "assessor")
        if any(each.assessors < 1 or each.load < 1 for each in self.exercises):
            raise ValueError("An exercise needs at least one assessor, and a rating some load.")
        known = {each.key for each in self.assessors}
        sittings = {(candidate, each.key) for candidate in self.candidates for each in self.exercises}
        for pin in self.pins:
            if pin.assessor not in known or pin[:2] not in sittings:
                raise ValueError(f"{pin} names somebody or something that is not part of this.")

    def bar(self, seat: Seat, assessor: Assessor) -> Bar | None:
        """What by the rules, whatever the loads, keeps the assessor from this seat."""
        if seat.assessor in self.conflicts.get(seat.candidate, ()):
            return Bar.CONFLICT
        if assessor.trained is not None and seat.exercise not in assessor.trained:
            return Bar.UNTRAINED
        if seat in self.prohibited:
            return Bar.PROHIBITED
        return None


def _check_once(keys: list[int], what: str) -> None:
    if len(set(keys)) < len(keys):
        raise ValueError(f"One {what} is listed twice.")
