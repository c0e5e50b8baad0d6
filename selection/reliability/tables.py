"""Ratings as a table: candidates down, raters across."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Table:
    """``values`` has a row per candidate and a column per rater, not a number where there is no rating.

    Rows and columns without any rating are left out.
    """

    candidates: tuple[Any, ...]
    raters: tuple[Any, ...]
    values: Grid

    @property
    def known(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.values)

    @property
    def is_crossed(self) -> bool:
        """Whether each rater rated each candidate."""
        return bool(self.known.all())


def table_of(ratings: Iterable[tuple[Hashable, Hashable, float]]) -> Table:
    """A table of (candidate, rater, score), in any order; sorted by names, so that order cannot matter.

    Raises ValueError for a second rating of a candidate by the same rater, or a score that is no finite number.
    """
    scores: dict[tuple[Any, Any], float] = {}
    for candidate, rater, score in ratings:
        if (candidate, rater) in scores:
            raise ValueError("A rater has rated a candidate twice.")
        if not np.isfinite(score):
            raise ValueError("A score is missing; leave the rating out.")
        scores[candidate, rater] = float(score)
    candidates = sorted({candidate for candidate, _ in scores})
    raters = sorted({rater for _, rater in scores})
    row, column = ({key: place for place, key in enumerate(keys)} for keys in (candidates, raters))
    values = np.full((len(candidates), len(raters)), np.nan)
    for (candidate, rater), score in scores.items():
        values[row[candidate], column[rater]] = score
    return Table(tuple(candidates), tuple(raters), values)
