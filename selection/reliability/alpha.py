"""Krippendorff's alpha: agreement beyond chance, whatever ratings are missing."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from selection.chance import draws_from

from .results import CONFIDENCE, Alpha, Gap, Undefined, tail_of
from .tables import Grid, Table

RESAMPLES = 2000
PAIRS_PER_CELL = 25
# With fewer draws that have a value, their ends say nothing.
ENOUGH = 0.5


class Metric(StrEnum):
    """What counts as a big difference: any, many ratings in between, or many points of the scale in between."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


class Resampled(StrEnum):
    """What is drawn again for the interval: whole candidates with all their ratings, or pairs of ratings."""

    CANDIDATES = "candidates"
    PAIRS = "pairs"


def alpha(
    table: Table,
    seed: str,
    metric: Metric = Metric.ORDINAL,
    resampled: Resampled = Resampled.CANDIDATES,
    resamples: int = RESAMPLES,
    confidence: float = CONFIDENCE,
) -> Alpha | Undefined:
    """Agreement with its bootstrap interval; the same seed gives the same interval in any order of candidates.

    Candidates with fewer than two ratings say nothing and are left out. Value: Krippendorff (2011), Computing
    Krippendorff's Alpha-Reliability. Interval over candidates: percentiles, Zapf, Castell, Morawietz & Karch
    (2016), BMC Medical Research Methodology 16:93. Over pairs: Hayes & Krippendorff (2007), Communication
    Methods and Measures 1:77–89, with the steps of Krippendorff (2011), Bootstrapping Distributions; it takes a
    candidate's pairs for independent and is far too narrow (ADR 14). Raises ValueError for a confidence not
    between 0 and 1.
    """
    tail = tail_of(confidence)
    units = _units(table, metric)
    if isinstance(units, Undefined):
        return units
    draw = _drawn_candidates if resampled == Resampled.CANDIDATES else _drawn_pairs
    found = np.sort(draw(units, seed, resamples))
    low, high = _ends(found, resamples, tail)
    return Alpha(
        value=float(_alphas(units.coincidences.sum(axis=0)[None], units)[0]),
        low=low,
        high=high,
        n=len(units.counts),
        raters=int((table.known & units.rated[:, None]).any(axis=0).sum()),
        ratings=int(units.counts.sum()),
        resamples=resamples,
    )


@dataclass(frozen=True, eq=False)
class _Units:
    """Ratings per candidate and level, coincidences per candidate, and the levels in order."""

    rated: np.ndarray
    counts: Grid
    coincidences: Grid
    levels: Grid
    differ: Callable[[Grid, Grid], Grid]


def _units(table: Table, metric: Metric) -> _Units | Undefined:
    rated = table.known.sum(axis=1) >= 2
    if not rated.any():
        return Undefined(Gap.NOBODY_TWICE, len(table.candidates))
    values = table.values[rated]
    levels = np.unique(values[~np.isnan(values)])
    if len(levels) < 2:
        return Undefined(Gap.NO_VARIATION, len(table.candidates))
    counts = (values[:, :, None] == levels).sum(axis=1).astype(float)
    # in an order of their own, so that what is drawn does not hang on the order of rows
    counts = counts[np.lexsort(counts.T)]
    together = counts[:, :, None] * counts[:, None, :]
    together -= counts[:, :, None] * np.eye(len(levels))
    coincidences = together / (counts.sum(axis=1) - 1)[:, None, None]
    return _Units(rated, counts, coincidences, levels, DIFFERENCES[metric])


def _alphas(coincidences: Grid, units: _Units) -> Grid:
    """Alpha of each matrix of coincidences (draws × levels × levels); not a number where all ratings agree."""
    margins = coincidences.sum(axis=2)
    n = margins.sum(axis=1)
    differences = units.differ(margins, units.levels)
    observed = (coincidences * differences).sum(axis=(1, 2))
    # the difference of a level from itself is none, so the diagonal needs no care
    expected = (margins[:, :, None] * margins[:, None, :] * differences).sum(axis=(1, 2)) / (n - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected > 0, 1 - observed / expected, np.nan)


def _drawn_candidates(units: _Units, seed: str, resamples: int) -> Grid:
    n = len(units.counts)
    times = draws_from(seed).multinomial(n, np.full(n, 1 / n), size=resamples).astype(float)
    cells = units.coincidences.reshape(n, -1)
    return _alphas((times @ cells).reshape(resamples, *units.coincidences.shape[1:]), units)


def _drawn_pairs(units: _Units, seed: str, resamples: int) -> Grid:
    """Pairs drawn from the observed coincidences; the expected disagreement stays as it is."""
    whole = units.coincidences.sum(axis=0)
    margins, n = whole.sum(axis=1), whole.sum()
    differences = units.differ(margins[None], units.levels)[0]
    expected = (np.outer(margins, margins) * differences).sum() / (n * (n - 1))
    raters = units.counts.sum(axis=1).max()
    pairs = int(min(PAIRS_PER_CELL * (whole > 0).sum(), (raters - 1) * n / 2))
    drawn = draws_from(seed).multinomial(pairs, (whole / n).ravel(), size=resamples)
    found = np.maximum(-1, 1 - drawn @ differences.ravel() / (pairs * expected))
    return _without_false_perfection(found, np.diag(whole) / n, pairs)


def _without_false_perfection(found: Grid, agreed: Grid, pairs: int) -> Grid:
    """A draw of nothing but equal pairs of one level has no variation: as many as expected of these count as 0."""
    perfect = np.flatnonzero(found == 1)
    empty = round(len(found) * float((agreed**pairs).sum())) if (agreed > 0).sum() > 1 else len(perfect)
    found[perfect[:empty]] = 0
    return found


def _ends(found: Grid, resamples: int, tail: float) -> tuple[float | None, float | None]:
    known = found[~np.isnan(found)]
    if len(known) < ENOUGH * resamples:
        return None, None
    low, high = np.quantile(known, [tail, 1 - tail])
    return float(low), float(high)


def _nominal(margins: Grid, levels: Grid) -> Grid:
    return np.broadcast_to(1 - np.eye(len(levels)), (len(margins), len(levels), len(levels)))


def _interval(margins: Grid, levels: Grid) -> Grid:
    return np.broadcast_to((levels[:, None] - levels) ** 2, (len(margins), len(levels), len(levels)))


def _ordinal(margins: Grid, levels: Grid) -> Grid:
    """Squared ratings in between, of the two levels themselves half."""
    middle = np.cumsum(margins, axis=1) - margins / 2
    return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2)


DIFFERENCES = {Metric.NOMINAL: _nominal, Metric.ORDINAL: _ordinal, Metric.INTERVAL: _interval}
