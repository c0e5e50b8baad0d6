"""Differences and ratios of proportions."""

from math import sqrt

from cohorts.estimates import CONFIDENCE, Estimate, proportion, z_of

from .quantiles import solve


def difference(first: Estimate, second: Estimate) -> Estimate:
    """First share minus second (−1…1), with Newcombe's hybrid score interval from the two Wilson intervals.

    `n` is the people of both groups. The two estimates must be of one confidence level and come from
    `proportion` over separate people. Source: Newcombe (1998), Statistics in Medicine 17:873–890, method 10.
    """
    below = sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2)
    above = sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2)
    distance = first.value - second.value
    return Estimate(distance, distance - below, distance + above, first.n + second.n)


def ratio(
    count: int, n: int, other_count: int, other_n: int, confidence: float = CONFIDENCE
) -> Estimate | None:
    """First share over second, with Koopman's score interval; None where the second is zero.

    `n` of the estimate is the people of both groups. Raises ValueError as `proportion` does. Source: Koopman
    (1984), Biometrics 40:513–517; the shares that go with a ratio: Miettinen & Nurminen (1985), Statistics in
    Medicine 4:213–226.
    """
    z = z_of(confidence)
    first, second = proportion(count, n, confidence), proportion(other_count, other_n, confidence)
    if not other_count:
        return None
    value = first.value / second.value

    def too_far(candidate: float) -> bool:
        return _score(candidate, (count, n), (other_count, other_n)) > z * z

    low = solve(too_far, 0.0, value) if count else 0.0
    most = max(2 * value, 1.0)
    while not too_far(most):
        most *= 2
    return Estimate(value, low, solve(lambda candidate: not too_far(candidate), value, most), n + other_n)


def _score(candidate: float, first: tuple[int, int], second: tuple[int, int]) -> float:
    """Squared distance of the shares from this ratio, in variances of the likeliest shares that have it."""
    (count, n), (other_count, other_n) = first, second
    distance = count / n - candidate * other_count / other_n
    if distance == 0:
        return 0.0
    half = (candidate * (n + other_count) + count + other_n) / 2
    root = sqrt(max(0.0, half * half - candidate * (n + other_n) * (count + other_count)))
    # the smaller root, written so that nothing cancels
    share = min(1.0, (count + other_count) / (half + root))
    own = min(1.0, candidate * share)
    variance = own * (1 - own) / n + candidate**2 * share * (1 - share) / other_n
    return distance**2 / variance if variance else float("inf")
