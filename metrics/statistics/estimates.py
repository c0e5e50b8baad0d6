"""A number that never travels without its n and its interval."""

from dataclasses import dataclass
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
