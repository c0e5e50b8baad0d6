"""Proportions and their differences."""

from math import sqrt

from .estimates import CONFIDENCE, Estimate, z_of


def proportion(count: int, n: int, confidence: float = CONFIDENCE) -> Estimate:
    """`count` of `n` as a share (0–1) with Wilson's score interval, without continuity correction.

    Raises ValueError when n is zero or the count is not between 0 and n.
    Source: Wilson (1927), JASA 22:209–212; Newcombe (1998), Statistics in Medicine 17:857–872, method 3.
    """
    z = z_of(confidence)
    if n < 1:
        raise ValueError("A share needs at least one person.")
    if not 0 <= count <= n:
        raise ValueError(f"A count of {count} does not fit among {n}.")
    share = count / n
    center = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # exact at the ends, where floats would leave a crumb
    low = 0.0 if count == 0 else center - half
    high = 1.0 if count == n else center + half
    return Estimate(share, low, high, n, count)


def difference(first: Estimate, second: Estimate) -> Estimate:
    """First share minus second (−1…1), with Newcombe's hybrid score interval from the two Wilson intervals.

    `n` is the people of both groups. The two estimates must be of one confidence level and come from
    `proportion` over separate people. Source: Newcombe (1998), Statistics in Medicine 17:873–890, method 10.
    """
    below = sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2)
    above = sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2)
    distance = first.value - second.value
    return Estimate(distance, distance - below, distance + above, first.n + second.n)
