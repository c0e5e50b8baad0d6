"""Growth of the same people between two measurements."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from .estimates import CONFIDENCE, Estimate, check_confidence


@dataclass(frozen=True)
class Change:
    """Mean change in scale points with its interval, and d_av; d_av is None where nobody differs from anybody."""

    mean: Estimate
    d_av: float | None


def mean_change(before: ArrayLike, after: ArrayLike, confidence: float = CONFIDENCE) -> Change:
    """After minus before in scale points, Student-t interval over the pairs; positive is growth.

    `before`, `after`: one value per person in the same order, nothing missing. d_av is the mean change over the
    root mean square of the two standard deviations (n − 1). Raises ValueError for unequal lengths, missing
    values or fewer than two pairs. Source: Cumming (2012), Understanding the New Statistics, chapter 11;
    Lakens (2013), Frontiers in Psychology 4:863.
    """
    from scipy.stats import t

    check_confidence(confidence)
    first, second = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError("Each person needs a value before and a value after.")
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise ValueError("A value is missing; leave the person out of both.")
    n = len(first)
    if n < 2:
        raise ValueError("A mean change with an interval needs at least two people.")
    gain = second - first
    mean = float(gain.mean())
    half = float(t.ppf((1 + confidence) / 2, n - 1)) * float(gain.std(ddof=1)) / sqrt(n)
    spread = sqrt((float(first.var(ddof=1)) + float(second.var(ddof=1))) / 2)
    return Change(Estimate(mean, mean - half, mean + half, n), mean / spread if spread else None)
