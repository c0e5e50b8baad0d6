"""Adverse impact of one stage of selection: how the rates of groups compare with the highest.

Counts in, counts and coefficients out: who may see them and which are too small to show is decided elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cohorts.estimates import CONFIDENCE, Estimate, proportion

from .exact import fisher
from .proportions import ratio

# One in fifty: groups under 2 % of the pool are shown without a flag.
SMALLEST_SHARE = 50


@dataclass(frozen=True)
class Group:
    """`passed` of the `n` people of a group who came to a stage."""

    name: str
    n: int
    passed: int

    def __post_init__(self) -> None:
        if not 0 <= self.passed <= self.n:
            raise ValueError(f"{self.passed} of {self.n} in {self.name} do not fit.")


@dataclass(frozen=True)
class Comparison:
    """A group against the one with the highest rate.

    `ratio` of the rates; None where nobody of the other passed. `flagged`: below four fifths. `p`: Fisher's exact
    test, two-sided. `shortfall`: how many more would have passed at the common rate of the two, below zero if
    fewer. `turns`: whether moving one selection from one of the two groups to the other turns the flag over.
    """

    ratio: Estimate | None
    flagged: bool
    p: float
    shortfall: float
    turns: bool


@dataclass(frozen=True)
class GroupImpact:
    """One group: its rate (None where nobody came to the stage) and its comparison.

    `comparison` is None for the group with the highest rate itself, for a `small` one under 2 % of the pool, and
    where there is no other to compare with.
    """

    name: str
    n: int
    passed: int
    rate: Estimate | None
    small: bool
    comparison: Comparison | None


@dataclass(frozen=True)
class Impact:
    """One stage: groups in the order they came, and the name of the one with the highest rate."""

    groups: tuple[GroupImpact, ...]
    highest: str | None
    pool: int
    passed: int


def adverse_impact(
    groups: Sequence[Group], pool: int | None = None, confidence: float = CONFIDENCE
) -> Impact:
    """Rates per group, and each group but the highest compared with the highest.

    `pool`: everybody at the stage, with those who did not say which group they belong to; the sum of the groups
    where not given. The highest rate is sought among groups of 2 % or more; of equal rates the larger group, then
    the first by name. Raises ValueError for a group named twice or a pool smaller than its groups.
    Source: Uniform Guidelines on Employee Selection Procedures (1978), 29 CFR 1607.4 D, and Questions and Answers
    (1979), 44 FR 11996, no. 11–24; shortfall as in Morris & Dunleavy (2017), Adverse Impact Analysis.
    """
    everybody = sum(group.n for group in groups)
    pool = everybody if pool is None else pool
    if len({group.name for group in groups}) < len(groups):
        raise ValueError("A group is named twice.")
    if pool < everybody:
        raise ValueError(f"The pool of {pool} is smaller than its groups.")
    highest = _highest(groups, pool)
    return Impact(
        groups=tuple(
            GroupImpact(
                name=group.name,
                n=group.n,
                passed=group.passed,
                rate=proportion(group.passed, group.n, confidence) if group.n else None,
                small=is_small(group, pool),
                comparison=_compared(group, highest, groups, pool, confidence),
            )
            for group in groups
        ),
        highest=highest.name if highest else None,
        pool=pool,
        passed=sum(group.passed for group in groups),
    )


def is_small(group: Group, pool: int) -> bool:
    """Whether the group is under 2 % of the pool, in whole numbers."""
    return SMALLEST_SHARE * group.n < pool


def is_below_four_fifths(group: Group, highest: Group) -> bool:
    """Whether the group's rate is under four fifths of the other's: in whole numbers, as floats flag exactly 0.80."""
    return 5 * group.passed * highest.n < 4 * highest.passed * group.n


def _highest(groups: Sequence[Group], pool: int) -> Group | None:
    found: Group | None = None
    for group in sorted(groups, key=lambda each: (-each.n, each.name)):
        if not group.n or is_small(group, pool):
            continue
        if found is None or group.passed * found.n > found.passed * group.n:
            found = group
    return found


def _compared(
    group: Group, highest: Group | None, groups: Sequence[Group], pool: int, confidence: float
) -> Comparison | None:
    if highest is None or group == highest or not group.n or is_small(group, pool):
        return None
    both = group.passed + highest.passed
    flagged = is_below_four_fifths(group, highest)
    return Comparison(
        ratio=ratio(group.passed, group.n, highest.passed, highest.n, confidence),
        flagged=flagged,
        p=fisher(group.passed, group.n, highest.passed, highest.n),
        shortfall=group.n * both / (group.n + highest.n) - group.passed,
        turns=_turns(group, highest, groups, pool, flagged),
    )


def _turns(group: Group, highest: Group, groups: Sequence[Group], pool: int, flagged: bool) -> bool:
    """The flag anew with one selection moved, against whichever group is then the highest."""
    to, from_ = (group, highest) if flagged else (highest, group)
    if not from_.passed or to.passed == to.n:
        return False
    moved = {
        to.name: replace(to, passed=to.passed + 1),
        from_.name: replace(from_, passed=from_.passed - 1),
    }
    after = [moved.get(each.name, each) for each in groups]
    then = _highest(after, pool)
    return then is not None and flagged != is_below_four_fifths(moved[group.name], then)
