"""Use of the scale by each rater."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import fsum, sqrt


@dataclass(frozen=True)
class Spread:
    """One rater's ``n`` ratings: ends, mean and standard deviation (n − 1; None for one rating) in scale points.

    ``shares`` has each point of the scale with its part of the ratings (0–1), also those never given.
    """

    rater: Hashable
    n: int
    lowest: int
    highest: int
    mean: float
    deviation: float | None
    shares: Mapping[int, float]


def spreads(ratings: Iterable[tuple[Hashable, int]], lowest: int = 1, highest: int = 5) -> list[Spread]:
    """How each rater uses a scale of whole points, in the order of their names.

    ``ratings``: (rater, score), any number each. Range restriction is the standard deviation, central tendency and
    leniency the mean and shares: Saal, Downey & Lahey (1980), Psychological Bulletin 88:413–428. Raises
    ValueError for a score that is no point of the scale.
    """
    scale = range(lowest, highest + 1)
    given: dict[Hashable, list[int]] = {}
    for rater, score in ratings:
        if score not in scale:
            raise ValueError(f"{score} is no point of the scale {lowest} to {highest}.")
        given.setdefault(rater, []).append(int(score))
    return [_spread(rater, given[rater], scale) for rater in sorted(given)]  # type: ignore[type-var]


def _spread(rater: Hashable, scores: list[int], scale: range) -> Spread:
    n, counts = len(scores), Counter(scores)
    mean = sum(scores) / n
    squares = fsum((score - mean) ** 2 for score in scores)
    return Spread(
        rater=rater,
        n=n,
        lowest=min(scores),
        highest=max(scores),
        mean=mean,
        deviation=sqrt(squares / (n - 1)) if n > 1 else None,
        shares={point: counts[point] / n for point in scale},
    )
