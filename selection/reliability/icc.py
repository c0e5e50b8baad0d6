"""Intraclass correlation: how much of the variance of ratings is between candidates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtri

from .results import CONFIDENCE, Chosen, Design, Gap, Icc, Kind, Undefined, tail_of
from .tables import Grid, Table

HALVINGS = 80


def icc(table: Table, confidence: float = CONFIDENCE) -> Chosen | Undefined:
    """The kind that is right for the data: ICC(2,·) when all raters saw all candidates, else ICC(1,·).

    One missing rating makes the design incomplete: leave the candidate out of the table to keep it crossed.
    Raises ValueError for a confidence not between 0 and 1.
    """
    return two_way(table, confidence) if table.is_crossed else one_way(table, confidence)


def one_way(table: Table, confidence: float = CONFIDENCE) -> Chosen | Undefined:
    """ICC(1,1) and ICC(1,k): raters may differ from candidate to candidate, and in number.

    One rater: analysis of variance with k₀ = (N − Σkᵢ²/N)/(n − 1) for the unequal numbers (Donner (1986),
    International Statistical Review 54:67–82). Its interval is Wald's, exact for normal ratings whatever the
    numbers (Wald (1940), Annals of Mathematical Statistics 11:96–100); with equal numbers it is that of Shrout &
    Fleiss (1979), Psychological Bulletin 86:420–428. Mean of the raters: stepped up by Spearman–Brown to the
    harmonic mean of the numbers (Putka, Le, McCloy & Diaz (2008), Journal of Applied Psychology 93:959–981).
    """
    tail = tail_of(confidence)
    found = _between_and_within(table)
    if isinstance(found, Undefined):
        return found
    n, total = len(found.counts), int(found.counts.sum())
    k0 = (total - (found.counts**2).sum() / total) / (n - 1)
    value = (found.between - found.within) / (found.between + (k0 - 1) * found.within)
    low, high = (_walds_limit(found, float(fdtri(n - 1, total - n, part))) for part in (1 - tail, tail))
    harmonic = n / float((1 / found.counts).sum())
    return _chosen(table, Design.INCOMPLETE, (float(value), low, high), harmonic)


def two_way(table: Table, confidence: float = CONFIDENCE) -> Chosen | Undefined:
    """ICC(2,1) and ICC(2,k): all raters saw all candidates; differences between raters count as error.

    Shrout & Fleiss (1979), Psychological Bulletin 86:420–428, with Satterthwaite's degrees of freedom for the
    interval; McGraw & Wong (1996), Psychological Methods 1:30–46, call it agreement, ICC(A,·). Raises ValueError
    for a table with gaps.
    """
    tail = tail_of(confidence)
    if not table.is_crossed:
        raise ValueError("A rating is missing; this kind needs all raters to have rated all candidates.")
    found = _between_and_within(table)
    if isinstance(found, Undefined):
        return found
    n, k = table.values.shape
    if found.within == 0:
        return _chosen(table, Design.CROSSED, (1.0, 1.0, 1.0), k)
    between = found.between
    raters, rest = _raters_and_rest(table.values)
    value = (between - rest) / (between + (k - 1) * rest + k * (raters - rest) / n)
    freedom = _satterthwaite(value, raters, rest, n, k)
    # the reciprocal, so that a quantile beyond all floats counts as none
    upper, lower = 1 / fdtri(n - 1, freedom, 1 - tail), fdtri(freedom, n - 1, 1 - tail)
    others = k * raters + (k * n - k - n) * rest
    low, high = (n * (part * between - rest) / (others + n * part * between) for part in (upper, lower))
    return _chosen(table, Design.CROSSED, (value, float(low), float(high)), k)


@dataclass(frozen=True)
class _OneWay:
    """Ratings and their mean per candidate, and the mean squares between and within candidates."""

    counts: NDArray[np.int64]
    means: Grid
    between: float
    within: float


def _between_and_within(table: Table) -> _OneWay | Undefined:
    n, counts = len(table.candidates), table.known.sum(axis=1)
    if n < 2:
        return Undefined(Gap.FEW_CANDIDATES, n)
    total = counts.sum()
    if total == n:
        return Undefined(Gap.NOBODY_TWICE, n)
    if np.nanmin(table.values) == np.nanmax(table.values):
        return Undefined(Gap.NO_VARIATION, n)
    values = table.values - np.nanmean(table.values)
    means = np.nansum(values, axis=1) / counts
    between = float((counts * means**2).sum() / (n - 1))
    within = float(np.nansum((values - means[:, None]) ** 2) / (total - n))
    # floats leave a crumb where everybody agrees
    agreed = bool((np.nanmin(values, axis=1) == np.nanmax(values, axis=1)).all())
    return _OneWay(counts, means, between, 0.0 if agreed else within)


def _walds_limit(found: _OneWay, quantile: float) -> float:
    """The correlation at which candidates would differ just as much as the quantile of F says.

    It lies above −1/(most − 1) for the most raters a candidate has, and is sought by its distance from there: the
    ratio falls as the distance rises, so halving finds it.
    """
    if found.within == 0:
        return 1.0
    most = float(found.counts.max())
    near, far = 0.0, most
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        if _ratio(found, middle, most) > quantile:
            near = middle
        else:
            far = middle
    return (far - 1) / (most - 1)


def _ratio(found: _OneWay, distance: float, most: float) -> float:
    """Wald's ratio of mean squares at 1 + (most − 1) · correlation; a common factor of its weights cancels below."""
    spread_of_mean = ((most - found.counts) + (found.counts - 1) * distance) / found.counts
    weights = (most - distance) / spread_of_mean
    grand = (weights * found.means).sum() / weights.sum()
    spread = (weights * (found.means - grand) ** 2).sum()
    return float(spread / (len(found.means) - 1) / found.within)


def _raters_and_rest(values: Grid) -> tuple[float, float]:
    """Mean squares between raters, and of what neither candidate nor rater explains."""
    n, k = values.shape
    centered = values - values.mean()
    columns = centered.mean(axis=0)
    rest = centered - centered.mean(axis=1)[:, None] - columns
    return float(n * (columns**2).sum() / (k - 1)), float((rest**2).sum() / ((n - 1) * (k - 1)))


def _satterthwaite(value: float, raters: float, rest: float, n: int, k: int) -> float:
    first, second = k * value * raters, (n * (1 + (k - 1) * value) - k * value) * rest
    below = (n - 1) * first**2 + second**2
    return (n - 1) * (k - 1) * (first + second) ** 2 / below if below else k - 1


def _chosen(table: Table, design: Design, found: tuple[float, float, float], k: float) -> Chosen:
    value, low, high = found
    counted = (len(table.candidates), len(table.raters), int(table.known.sum()))
    of_one, of_mean = KINDS[design]
    single = Icc(of_one, value, low, high, *counted, 1.0)
    mean, top = _stepped_up(value, k), _stepped_up(high, k)
    if mean is None or top is None:
        return Chosen(design, single, None)
    return Chosen(design, single, Icc(of_mean, mean, _stepped_up(low, k), top, *counted, float(k)))


def _stepped_up(correlation: float, k: float) -> float | None:
    """Spearman–Brown: of one rater to the mean of k. None at and below −1/(k − 1), where it has no value."""
    below = 1 + (k - 1) * correlation
    return float(k * correlation / below) if below > 1e-12 else None


KINDS = {
    Design.INCOMPLETE: (Kind.ONE_WAY_SINGLE, Kind.ONE_WAY_AVERAGE),
    Design.CROSSED: (Kind.TWO_WAY_SINGLE, Kind.TWO_WAY_AVERAGE),
}
