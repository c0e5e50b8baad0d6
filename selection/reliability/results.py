"""What comes out: coefficients with their interval and n, or the reason why there is none."""

from collections.abc import Hashable
from dataclasses import dataclass
from enum import StrEnum

CONFIDENCE = 0.95


def tail_of(confidence: float) -> float:
    """What lies beyond either end of an interval. Raises ValueError for a confidence not between 0 and 1."""
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence level lies between 0 and 1, not at {confidence}.")
    return (1 - confidence) / 2


class Kind(StrEnum):
    """Intraclass correlations in the notation of Shrout and Fleiss: of one rater, and of the mean of k."""

    ONE_WAY_SINGLE = "ICC(1,1)"
    ONE_WAY_AVERAGE = "ICC(1,k)"
    TWO_WAY_SINGLE = "ICC(2,1)"
    TWO_WAY_AVERAGE = "ICC(2,k)"


class Design(StrEnum):
    """Who rated whom, which decides the kind of coefficient."""

    CROSSED = "crossed"
    INCOMPLETE = "incomplete"


WHY = {
    Design.CROSSED: "All raters saw all candidates, so differences between raters count as error of their own.",
    Design.INCOMPLETE: "Not all raters saw all candidates, so differences between raters are part of the error.",
}


class Gap(StrEnum):
    """Why there is no coefficient, in a sentence."""

    FEW_CANDIDATES = "At least two candidates need ratings."
    NOBODY_TWICE = "No candidate has ratings by two raters."
    NO_VARIATION = "All ratings are the same, so there is nothing to tell apart."


@dataclass(frozen=True)
class Undefined:
    """No coefficient. ``n`` candidates had ratings."""

    gap: Gap
    n: int


@dataclass(frozen=True)
class Icc:
    """A share of variance (at most 1, negative as computed) with its interval.

    ``n`` candidates, ``raters`` in all, ``ratings`` in all; ``k`` is the number of raters the value is about: 1,
    or how many stand behind a mean. ``low`` is None where the interval has no lower end.
    """

    kind: Kind
    value: float
    low: float | None
    high: float
    n: int
    raters: int
    ratings: int
    k: float


@dataclass(frozen=True)
class Chosen:
    """The kind that is right for the data: of a single rater and of the mean, and why.

    ``average`` is None where the candidates' means differ so little that it has no value.
    """

    design: Design
    single: Icc
    average: Icc | None

    @property
    def why(self) -> str:
        return WHY[self.design]


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's alpha: 1 is perfect, 0 is chance, negative as computed.

    ``n`` candidates with two ratings or more, by ``raters``, ``ratings`` of these in all. The interval is that of
    ``resamples`` draws; None where too few of them have a value.
    """

    value: float
    low: float | None
    high: float | None
    n: int
    raters: int
    ratings: int
    resamples: int


@dataclass(frozen=True)
class Severity:
    """How far a rater is from the mean of the raters connected with them, on the same candidates.

    ``points`` of the scale: above zero is severe (rates lower), below is lenient. ``group`` numbers those who can
    be compared, by shared candidates or through others; between groups nothing is said. ``points`` is None for a
    rater connected with nobody. ``low``, ``high`` are None where no rating is left over to tell the error from.
    ``n`` candidates rated.
    """

    rater: Hashable
    group: int
    points: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True)
class Halo:
    """The mean correlation (−1…1) between competencies in one rater's ratings; None where none can be had.

    ``pairs`` of competencies are in it, ``n`` candidates at most stand behind one of them.
    """

    rater: Hashable
    value: float | None
    pairs: int
    n: int
