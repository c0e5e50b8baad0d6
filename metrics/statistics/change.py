"""Means, and growth of the same people between two measurements."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, isfinite, sqrt

from cohorts.estimates import CONFIDENCE, Estimate, check_confidence

from .quantiles import student_t


@dataclass(frozen=True)
class Change:
    """Mean change in scale points with its interval, and d_av; d_av is None where nobody differs from anybody."""

    mean: Estimate
    d_av: float | None


def mean(values: Sequence[float], confidence: float = CONFIDENCE) -> Estimate:
    """The mean of at least two values with Student's interval. Raises ValueError for fewer."""
    check_confidence(confidence)
    n = len(values)
    if n < 2:
        raise ValueError("A mean with an interval needs at least two people.")
    middle = fsum(values) / n
    half = student_t(confidence, n - 1) * sqrt(_variance(values) / n)
    return Estimate(middle, middle - half, middle + half, n)


def mean_change(before: Sequence[float], after: Sequence[float], confidence: float = CONFIDENCE) -> Change:
    """After minus before in scale points, Student-t interval over the pairs; positive is growth.

    `before`, `after`: one value per person in the same order, nothing missing. d_av is the mean change over the
    root mean square of the two standard deviations (n − 1). Raises ValueError for unequal lengths, missing
    values or fewer than two pairs. Source: Cumming (2012), Understanding the New Statistics, chapter 11;
    Lakens (2013), Frontiers in Psychology 4:863.
    """
    if len(before) != len(after):
        raise ValueError("Each person needs a value before and a value after.")
    if not all(isfinite(value) for value in (*before, *after)):
        raise ValueError("A value is missing; leave the person out of both.")
    gain = mean([second - first for first, second in zip(before, after, strict=True)], confidence)
    spread = sqrt((_variance(before) + _variance(after)) / 2)
    return Change(gain, gain.value / spread if spread else None)


def _variance(values: Sequence[float]) -> float:
    middle = fsum(values) / len(values)
    return fsum((value - middle) ** 2 for value in values) / (len(values) - 1)
