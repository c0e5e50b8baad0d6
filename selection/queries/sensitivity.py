"""Reading how far a slate hangs on its weights: what a worker kept with it, with names."""

from collections.abc import Sequence
from dataclasses import dataclass

from selection.models import Decision, Slate
from selection.queries.slate import NAMES

# Who makes the cut in less than 90 % and more than 10 % of the weightings hangs on them.
HANGS = (0.1, 0.9)
MOST_MOVERS = 8


def hangs(share: float) -> bool:
    """Whether a seat in this share of the weightings (0–1) depends on the weights."""
    low, high = HANGS
    return low < share < high


def hanging_on(slate: Slate) -> int:
    """For how many a seat depends on the weights; 0 while a worker works it out. No query."""
    return sum(hangs(share) for share, *_ in (slate.sensitivity or {"steady": {}})["steady"].values())


@dataclass(frozen=True)
class Steady:
    """How one candidate fares over random weightings: the share within the seats (0–1), and 95 % of the places."""

    decision: Decision
    share: float
    best: int
    worst: int

    @property
    def hangs(self) -> bool:
        """Whether it depends on the weights if this person gets a seat."""
        return hangs(self.share)

    @property
    def places(self) -> str:
        if not self.best and not self.worst:
            return "no place"
        if self.best == self.worst:
            return str(self.best)
        return f"{self.best} to {self.worst or 'no place'}"


@dataclass(frozen=True)
class Move:
    """Somebody whose place changes."""

    decision: Decision
    before: int
    after: int


@dataclass(frozen=True)
class Shifted:
    """One weight ten points lower or higher: the weights then, who comes in, who drops out, who else moves."""

    criterion: str
    points: float
    weight: float
    entered: list[Decision]
    left: list[Decision]
    moves: list[Move]
    moved: int

    @property
    def fewer(self) -> float:
        """How many points less it counts."""
        return -self.points

    @property
    def is_calm(self) -> bool:
        """Whether the same people get the seats."""
        return not self.entered and not self.left


@dataclass(frozen=True)
class Sensitivity:
    """What is kept of a slate's sensitivity, ready for the page and the API."""

    draws: int
    shifts: list[Shifted]
    steady: list[Steady]

    @property
    def hanging(self) -> list[Steady]:
        return [each for each in self.steady if each.hangs]


def sensitivity_of(slate: Slate, decisions: Sequence[Decision]) -> Sensitivity | None:
    """The sensitivity of a slate, candidates best first; None while a worker works it out. No query."""
    kept = slate.sensitivity
    if kept is None:
        return None
    known = {each.pk: each for each in decisions}
    order = list(NAMES)
    shifts = [_shifted(each, known, order) for each in kept["shifts"]]
    steady = [
        Steady(each, *kept["steady"][str(each.pk)]) for each in decisions if str(each.pk) in kept["steady"]
    ]
    return Sensitivity(kept["draws"], shifts, steady)


def _shifted(kept: dict, known: dict[int, Decision], order: list[str]) -> Shifted:
    inside = {*kept["entered"], *kept["left"]}
    moves = [
        Move(known[pk], before, after)
        for pk, before, after in kept["moved"]
        if pk in known and pk not in inside
    ]
    moves.sort(key=lambda move: (-abs(move.after - move.before), move.before))
    return Shifted(
        criterion=NAMES[kept["criterion"]],
        points=kept["points"],
        weight=kept["weights"][order.index(kept["criterion"])],
        entered=[known[pk] for pk in kept["entered"] if pk in known],
        left=[known[pk] for pk in kept["left"] if pk in known],
        moves=moves[:MOST_MOVERS],
        moved=len(kept["moved"]),
    )
