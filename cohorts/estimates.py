"""A number that never travels without its n and its interval, and the share, which every app shows."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """`value` with its interval `low`…`high`, from `n` people (or pairs); `events` where events were counted.

    The unit is the value's own and named by the function that made it.
    """

    value: float
    low: float
    high: float
    n: int
    events: int | None = None


def z_of(confidence: float) -> float:
    """Standard deviations to either side of the middle that hold this part of a normal distribution."""
    check_confidence(confidence)
    return NormalDist().inv_cdf((1 + confidence) / 2)


def check_confidence(confidence: float) -> None:
    """A confidence level lies between 0 and 1; 95 % is 0.95."""
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence level lies between 0 and 1, not at {confidence}.")


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
