"""The nine-box: performance by potential, three levels each, and the rule that places somebody from the data.

Pure. Scores are on 0–100, as the composite has them. Levels are absolute, not shares of a cohort: nobody is
pushed down because others are good, and no box has a number to be filled (docs/adr, calibration).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

LOW, MEDIUM, HIGH = 1, 2, 3
LEVELS = {LOW: "low", MEDIUM: "medium", HIGH: "high"}
# 2.5 and 3.5 of 5 on 0–100: where a rating would be rounded to 3, and to 4
FROM_MEDIUM, FROM_HIGH = Decimal("37.5"), Decimal("62.5")
# by performance and potential
NAMES = {
    (LOW, HIGH): "Potential gem",
    (MEDIUM, HIGH): "High potential",
    (HIGH, HIGH): "Star",
    (LOW, MEDIUM): "Inconsistent player",
    (MEDIUM, MEDIUM): "Core player",
    (HIGH, MEDIUM): "High performer",
    (LOW, LOW): "Underperformer",
    (MEDIUM, LOW): "Average performer",
    (HIGH, LOW): "Solid performer",
}
NOT_PLACED = "Not placed yet"


@dataclass(frozen=True, order=True)
class Box:
    """One of the nine, by its two levels."""

    performance: int
    potential: int

    @property
    def name(self) -> str:
        return NAMES[self.performance, self.potential]

    @property
    def levels(self) -> str:
        """``performance high, potential medium``."""
        return f"performance {LEVELS[self.performance]}, potential {LEVELS[self.potential]}"

    def __str__(self) -> str:
        return self.name


# as people read the board: high potential on top, performance growing to the right
ROWS = tuple(
    (potential, tuple(Box(performance, potential) for performance in LEVELS))
    for potential in sorted(LEVELS, reverse=True)
)


def box_at(performance: int | None, potential: int | None) -> Box | None:
    """The box of two levels; None while one is not known."""
    return None if performance is None or potential is None else Box(performance, potential)


def level_of(score: Decimal | None) -> int | None:
    """Low below 2.5 of 5, high from 3.5; None for what was not measured."""
    if score is None:
        return None
    return HIGH if score >= FROM_HIGH else MEDIUM if score >= FROM_MEDIUM else LOW


def mean_of(parts: Sequence[tuple[Decimal | None, int]]) -> Decimal | None:
    """The mean of scores by their weights, over what was measured; the plain mean when nothing weighs."""
    known = [(score, weight) for score, weight in parts if score is not None]
    if not known:
        return None
    total = sum(weight for _, weight in known)
    if not total:
        return sum((score for score, _ in known), Decimal(0)) / len(known)
    return sum((score * weight for score, weight in known), Decimal(0)) / total


def of_five(score: Decimal | None) -> Decimal | None:
    """A score of 0–100 as people rate: 1–5."""
    return None if score is None else score / 25 + 1


@dataclass(frozen=True)
class Measured:
    """What is known of a candidate before anybody talks, on 0–100. ``weights`` are the plan's."""

    performance: Decimal | None
    potential: Decimal | None
    assessment: Decimal | None
    weights: tuple[int, int] = (0, 0)

    @property
    def promise(self) -> Decimal | None:
        """The potential axis: the nominators' view and the assessment, in the proportion of the plan."""
        view, assessed = self.weights
        return mean_of([(self.potential, view), (self.assessment, assessed)])

    @property
    def box(self) -> Box | None:
        return box_at(level_of(self.performance), level_of(self.promise))
