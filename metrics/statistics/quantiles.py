"""Quantiles of the distributions behind the intervals.

Each solves its defining equation by bisection, with the tail summed up in closed form: as exact as floats are.
"""

from collections.abc import Callable
from functools import lru_cache
from math import atan, cos, exp, lgamma, log, pi, sin, sqrt

HALVINGS = 200


def poisson_tail(events: int, expected: float) -> float:
    """P(X ≤ events) for a Poisson count with this expectation, added up over the shorter side."""
    if expected == 0 or events < 0:
        return float(events >= 0)
    below = events < expected
    count = events if below else events + 1
    term = exp(count * log(expected) - expected - lgamma(count + 1))
    total = 0.0
    while term > total * 1e-18:
        total += term
        term *= count / expected if below else expected / (count + 1)
        count += -1 if below else 1
    return total if below else 1 - total


def poisson_limits(events: int, tail: float) -> tuple[float, float]:
    """The expectations with just `tail` left at or above the count, and at or below it."""
    most = events + 10 * sqrt(events + 1) + 10
    while poisson_tail(events, most) > tail:
        most *= 2
    low = solve(lambda mean: 1 - poisson_tail(events - 1, mean) < tail, 0, events) if events else 0.0
    return low, solve(lambda mean: poisson_tail(events, mean) > tail, events, most)


@lru_cache(maxsize=256)
def student_t(confidence: float, freedom: int) -> float:
    """How many standard errors to either side hold this part of Student's distribution."""
    most = 2.0
    while _within(most, freedom) < confidence:
        most *= 2
    return solve(lambda reach: _within(reach, freedom) < confidence, 0, most)


def _within(reach: float, freedom: int) -> float:
    """P(|T| ≤ reach): Abramowitz & Stegun (1964), 26.7.3 and 26.7.4."""
    angle = atan(reach / sqrt(freedom))
    odd = freedom % 2
    term = cos(angle) if odd else 1.0
    total = 0.0
    for step in range(2 + odd, freedom + 1, 2):
        total += term
        term *= cos(angle) ** 2 * (step - 1) / step
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total


def solve(too_low: Callable[[float], bool], low: float, high: float) -> float:
    """Where `too_low` turns false between two ends, by halving."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if too_low(middle) else (low, middle)
    return (low + high) / 2
