"""Whether a rater tells competencies apart, or a good impression colours them all."""

from collections.abc import Hashable, Iterable
from itertools import combinations
from typing import Any

import numpy as np

from .results import Halo
from .tables import Grid, Table, table_of

FEWEST_CANDIDATES = 3

# Rater, candidate, competency, score.
Rated = tuple[Hashable, Hashable, Hashable, float]


def halos(ratings: Iterable[Rated]) -> list[Halo]:
    """The mean correlation between competencies per rater, in the order of their names.

    A pair of competencies counts where the rater scored at least three candidates on both and told candidates
    apart on both. High means that competencies rise and fall together: by halo, or because they do so in the
    candidates, so compare raters of the same panel with each other rather than with a threshold. Saal, Downey &
    Lahey (1980), Psychological Bulletin 88:413–428; correlations and not the deviation within candidates, as
    Pulakos, Schmitt & Ostroff (1986), Journal of Applied Psychology 71:29–32, advise. Raises ValueError for a
    competency scored twice or a score that is no finite number.
    """
    of_rater: dict[Any, list[tuple[Hashable, Hashable, float]]] = {}
    for rater, candidate, competency, score in ratings:
        of_rater.setdefault(rater, []).append((candidate, competency, score))
    return [_halo(rater, table_of(of_rater[rater])) for rater in sorted(of_rater)]


def _halo(rater: Hashable, table: Table) -> Halo:
    found = [_correlation(one, other) for one, other in combinations(table.values.T, 2)]
    known = [each for each in found if each is not None]
    value = sum(each for each, _ in known) / len(known) if known else None
    return Halo(rater, value, len(known), max((n for _, n in known), default=0))


def _correlation(one: Grid, other: Grid) -> tuple[float, int] | None:
    both = ~np.isnan(one) & ~np.isnan(other)
    first, second = one[both], other[both]
    if len(first) < FEWEST_CANDIDATES or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    return float(np.corrcoef(first, second)[0, 1]), len(first)
