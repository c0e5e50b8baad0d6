"""The assignment while it is worked on: sittings, who sits where, and what each assessor carries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .bits import bits_of, members
from .problem import Bar, Problem, Seat
from .ties import Ties

ANY_LOAD = 10**12


class Move(NamedTuple):
    """At this sitting one assessor takes over from another; or the place is filled at another sitting instead."""

    sitting: int
    giver: int
    taker: int
    instead: int | None = None

    @property
    def into(self) -> int:
        return self.sitting if self.instead is None else self.instead

    @property
    def back(self) -> "Move":
        return Move(self.into, self.taker, self.giver, self.sitting)


@dataclass(frozen=True)
class Sitting:
    """A candidate in an exercise. `able`: who may score it by the rules, without those pinned there."""

    candidate: int
    exercise: int
    need: int
    weight: int
    able: int
    fixed: int
    planned: int


class Board:
    """Everything by number, in the order of the keys, so that the order of the input cannot matter."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.assessors = sorted(problem.assessors, key=lambda each: each.key)
        self.number_of = {each.key: number for number, each in enumerate(self.assessors)}
        self.sittings = list(_sittings(problem, self))
        self.weights = sorted({each.weight for each in self.sittings})
        self.most = [ANY_LOAD if each.most is None else each.most for each in self.assessors]
        self.load = [0] * len(self.assessors)
        self.held: list[dict[int, None]] = [{} for _ in self.assessors]  # what they could hand on, in order
        self.sits = [0] * len(self.sittings)
        self.ties = Ties(len(self.assessors))
        for number, sitting in enumerate(self.sittings):
            for assessor in members(sitting.fixed):
                self.put(number, assessor)

    def put(self, sitting: int, assessor: int) -> None:
        about = self.sittings[sitting]
        self.ties.join(about.candidate, self.sits[sitting], assessor)
        self.sits[sitting] |= 1 << assessor
        self.load[assessor] += about.weight
        if not about.fixed >> assessor & 1:
            self.held[assessor][sitting] = None

    def take(self, sitting: int, assessor: int) -> None:
        about = self.sittings[sitting]
        self.sits[sitting] &= ~(1 << assessor)
        self.ties.leave(about.candidate, self.sits[sitting], assessor)
        self.load[assessor] -= about.weight
        del self.held[assessor][sitting]

    def apply(self, moves: Iterable[Move]) -> None:
        for move in moves:
            self.take(move.sitting, move.giver)
            self.put(move.into, move.taker)

    def undo(self, moves: list[Move]) -> None:
        self.apply(move.back for move in reversed(moves))

    def newcomers(self, sitting: int) -> int:
        """Who may score it and does not yet, whatever they carry."""
        return self.sittings[sitting].able & ~self.sits[sitting]

    def movable(self, sitting: int) -> int:
        return self.sits[sitting] & ~self.sittings[sitting].fixed

    def missing(self, sitting: int) -> int:
        return max(0, self.sittings[sitting].need - self.sits[sitting].bit_count())

    def has_room(self, assessor: int, weight: int) -> bool:
        return self.load[assessor] + weight <= self.most[assessor]

    def handed_on(self, assessor: int, weight: int) -> Iterator[int]:
        """The sittings of this weight the assessor could hand on."""
        return (each for each in self.held[assessor] if self.sittings[each].weight == weight)

    def active(self) -> int:
        """Who scores anybody."""
        return bits_of(number for number, load in enumerate(self.load) if load)

    def planned_missing(self) -> int:
        """How many seats of the former plan that could be had are not there any more."""
        return sum(
            (each.planned & ~self.sits[number]).bit_count() for number, each in enumerate(self.sittings)
        )

    def seat(self, sitting: int, assessor: int) -> Seat:
        about = self.sittings[sitting]
        return Seat(about.candidate, about.exercise, self.assessors[assessor].key)

    def bars(self, sitting: int) -> dict[int, Bar]:
        """By assessor who is not there and may not be by the rules, what keeps them out."""
        found = {}
        for number, assessor in enumerate(self.assessors):
            bar = self.problem.bar(self.seat(sitting, number), assessor)
            if bar and not self.sits[sitting] >> number & 1:
                found[number] = bar
        return found


def _sittings(problem: Problem, board: Board) -> Iterator[Sitting]:
    fixed, planned = _by_sitting(problem.pins, board), _by_sitting(problem.current, board)
    prohibited = _by_sitting(problem.prohibited, board)
    trained = {
        exercise.key: bits_of(
            number
            for number, each in enumerate(board.assessors)
            if each.trained is None or exercise.key in each.trained
        )
        for exercise in problem.exercises
    }
    for candidate in sorted(problem.candidates):
        conflicts = problem.conflicts.get(candidate, ())
        out = bits_of(board.number_of[key] for key in conflicts if key in board.number_of)
        for exercise in sorted(problem.exercises, key=lambda each: each.key):
            place = (candidate, exercise.key)
            pinned = fixed.get(place, 0)
            able = trained[exercise.key] & ~out & ~prohibited.get(place, 0) & ~pinned
            yield Sitting(
                *place, exercise.assessors, exercise.load, able, pinned, planned.get(place, 0) & able
            )


def _by_sitting(seats: Iterable[Seat], board: Board) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for candidate, exercise, assessor in seats:
        if assessor in board.number_of:
            place = (candidate, exercise)
            found[place] = found.get(place, 0) | 1 << board.number_of[assessor]
    return found
