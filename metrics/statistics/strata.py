"""Two groups over several cohorts: never pooled, as cohorts differ in whom they take and how many."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import erfc, exp, log, sqrt

from cohorts.estimates import CONFIDENCE, Estimate, z_of


@dataclass(frozen=True)
class Stratum:
    """One cohort: `count` of `n` of a group passed, `other_count` of `other_n` of the other."""

    count: int
    n: int
    other_count: int
    other_n: int

    def __post_init__(self) -> None:
        if not (0 <= self.count <= self.n and 0 <= self.other_count <= self.other_n):
            raise ValueError(f"{self} does not fit.")

    @property
    def total(self) -> int:
        return self.n + self.other_n

    @property
    def surplus(self) -> float:
        """How many more of the group passed than if both had passed at the same rate."""
        return self.count - self.n * (self.count + self.other_count) / self.total

    @property
    def variance(self) -> float:
        passed = self.count + self.other_count
        margins = self.n * self.other_n * passed * (self.total - passed)
        return margins / (self.total**2 * (self.total - 1)) if margins else 0.0


@dataclass(frozen=True)
class Across:
    """The cohorts together: chi-squared (one degree of freedom), its p, and the common odds ratio.

    `odds_ratio` below 1 is against the group, None where it is zero or without end; its n is that of all people.
    `strata` is the number of cohorts that say something: both groups there, and some passed and some not.
    """

    statistic: float
    p: float
    odds_ratio: Estimate | None
    surplus: float
    strata: int
    n: int


def across(
    strata: Iterable[Stratum], *, continuity: bool = False, confidence: float = CONFIDENCE
) -> Across | None:
    """Cochran–Mantel–Haenszel test of a group against another over cohorts; None where no cohort says anything.

    With `continuity` the surplus counts half a person less (and never below none). Cochran (1954), Biometrics
    10:417–451; Mantel & Haenszel (1959), JNCI 22:719–748. The odds ratio is theirs, its interval that of Robins,
    Breslow & Greenland (1986), Biometrics 42:311–323.
    """
    z = z_of(confidence)
    telling = [stratum for stratum in strata if stratum.variance]
    if not telling:
        return None
    surplus = sum(stratum.surplus for stratum in telling)
    distance = max(0.0, abs(surplus) - 0.5) if continuity else abs(surplus)
    statistic = distance**2 / sum(stratum.variance for stratum in telling)
    return Across(
        statistic=statistic,
        p=erfc(sqrt(statistic / 2)),
        odds_ratio=_odds_ratio(telling, z),
        surplus=surplus,
        strata=len(telling),
        n=sum(stratum.total for stratum in telling),
    )


def _odds_ratio(strata: list[Stratum], z: float) -> Estimate | None:
    products = [_products(stratum) for stratum in strata]
    same, crossed = sum(r for r, _, _ in products), sum(s for _, s, _ in products)
    if not same or not crossed:
        return None
    variance = sum(
        share * r / (2 * same**2)
        + (share * s + (1 - share) * r) / (2 * same * crossed)
        + (1 - share) * s / (2 * crossed**2)
        for r, s, share in products
    )
    middle, reach = log(same / crossed), z * sqrt(variance)
    n = sum(stratum.total for stratum in strata)
    return Estimate(same / crossed, exp(middle - reach), exp(middle + reach), n)


def _products(stratum: Stratum) -> tuple[float, float, float]:
    """The two products of opposite cells over all people, and the share of people in the first two cells."""
    failed, other_failed = stratum.n - stratum.count, stratum.other_n - stratum.other_count
    same = stratum.count * other_failed / stratum.total
    crossed = failed * stratum.other_count / stratum.total
    return same, crossed, (stratum.count + other_failed) / stratum.total
