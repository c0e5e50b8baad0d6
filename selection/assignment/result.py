"""What comes out: who scores whom and why, loads, comparability, and what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .problem import Bar, Seat


class Kind(StrEnum):
    """What decided a seat."""

    PINNED = "pinned"  # set by hand or scored already
    ONLY = "only"  # no more people may than are needed
    LINK = "link"  # so that ratings can be compared
    VARIETY = "variety"  # so that the candidate meets somebody else
    PLANNED = "planned"  # as the former plan had it
    EVEN = "even"  # so that loads are even


@dataclass(frozen=True)
class Why:
    """The facts behind one seat.

    `ratings`: how many the assessor has in all. `able` of the `panel` may score this candidate in this
    exercise; of these the others have `fewest` to `most` ratings (None when there are no others). `out`: how
    many of the panel may not, and what keeps them out.
    """

    kind: Kind
    ratings: int
    able: int
    panel: int
    fewest: int | None
    most: int | None
    out: Mapping[Bar, int]


@dataclass(frozen=True)
class Pair:
    seat: Seat
    why: Why


class Change(StrEnum):
    """One thing to change, the lightest first."""

    RAISE = "raise"  # the maximum of any one of these, to a rating more than they have
    ALLOW = "allow"  # what was prohibited, for any one of these
    TRAIN = "train"  # any one of these
    RECRUIT = "recruit"  # somebody more, trained and without a conflict


@dataclass(frozen=True)
class Remedy:
    """Each alone fills one place more."""

    change: Change
    assessors: tuple[int, ...] = ()


@dataclass(frozen=True)
class Shortage:
    """A candidate who lacks assessors in an exercise. `out`: everybody else on the panel, by what keeps them
    out."""

    candidate: int
    exercise: int
    missing: int
    out: Mapping[Bar, tuple[int, ...]]
    remedies: tuple[Remedy, ...]


@dataclass(frozen=True)
class Loads:
    """In the unit of the exercises. `bound`: no plan that fills as many places has a smaller `most`; `level`:
    what it would be if everybody could score everybody."""

    by_assessor: Mapping[int, int]
    most: int
    least: int
    bound: int
    level: int


@dataclass(frozen=True)
class Bridge:
    """Handing this seat on would tie two groups of assessors together, and make loads less even."""

    seat: Seat
    to: int


@dataclass(frozen=True)
class Comparability:
    """Whether ratings can be compared. `groups`: assessors tied together, also through others; one is best.
    `partners`: with how many different others each scores; `thin`: whoever has fewer than wanted, and with
    how many the rules would let them. `bridges`: one after the other they tie the groups together."""

    groups: tuple[tuple[int, ...], ...]
    partners: Mapping[int, int]
    thin: Mapping[int, int]
    bridges: tuple[Bridge, ...]

    @property
    def connected(self) -> bool:
        return len(self.groups) <= 1


@dataclass(frozen=True)
class Assignment:
    """`repeats`: by candidate, how often they meet a pair of assessors again. `added` and `dropped`: against
    the former plan."""

    pairs: tuple[Pair, ...]
    loads: Loads
    comparability: Comparability
    shortages: tuple[Shortage, ...]
    repeats: Mapping[int, int]
    added: tuple[Seat, ...]
    dropped: tuple[Seat, ...]
    needed: int
    filled: int

    @property
    def seats(self) -> tuple[Seat, ...]:
        return tuple(pair.seat for pair in self.pairs)
