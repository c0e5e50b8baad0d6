"""Fisher's exact test of two proportions."""

from math import fsum

# Probabilities this close are equal but for rounding.
SAME = 1 + 1e-7


def fisher(count: int, n: int, other_count: int, other_n: int) -> float:
    """Two-sided p: how likely tables with the same totals are that are no more likely than this one.

    `count` of `n` in one group, `other_count` of `other_n` in the other; 1 where a group or an outcome is empty.
    Raises ValueError for counts that do not fit. Source: Fisher (1935), JRSS 98:39–82; the two-sided sum is that
    of R's fisher.test.
    """
    if not (0 <= count <= n and 0 <= other_count <= other_n):
        raise ValueError(f"Counts of {count} in {n} and {other_count} in {other_n} do not fit.")
    total = count + other_count
    first, last = max(0, total - other_n), min(total, n)
    terms = _hypergeometric(n, other_n, total, first, last)
    seen = terms[count - first] * SAME
    return min(1.0, fsum(term for term in terms if term <= seen) / fsum(terms))


def _hypergeometric(n: int, other_n: int, total: int, first: int, last: int) -> list[float]:
    """Probabilities of first…last, up to a common factor: 1 at the most likely, then from neighbour to neighbour."""
    middle = min(max((total + 1) * (n + 1) // (n + other_n + 2), first), last)
    above, below = [1.0], []
    for k in range(middle, last):
        above.append(above[-1] * (n - k) * (total - k) / ((k + 1) * (other_n - total + k + 1)))
    term = 1.0
    for k in range(middle, first, -1):
        term *= k * (other_n - total + k) / ((n - k + 1) * (total - k + 1))
        below.append(term)
    return below[::-1] + above
