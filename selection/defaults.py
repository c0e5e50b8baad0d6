"""What a cohort's selection starts from, by the blueprint of its program. A start, to be edited."""

from dataclasses import dataclass, replace
from decimal import Decimal

from amdp.directory.models import Grade
from selection.models import Criterion, EligibilityGroup, EligibilityRule

Fact = EligibilityRule.Fact


@dataclass(frozen=True, kw_only=True)
class RuleTerms:
    """An eligibility rule as a plan holds it or somebody hands it in."""

    fact: str
    is_on: bool = True
    threshold: Decimal | None = None
    count: int | None = None
    how: str = EligibilityRule.How.EACH
    listed: tuple[str, ...] = ()
    lowest_grade: Grade | None = None
    highest_grade: Grade | None = None


@dataclass(frozen=True)
class GroupTerms:
    """Rules of which all have to be met, or any one."""

    rules: tuple[RuleTerms, ...]
    match: str = EligibilityGroup.Match.ALL


WEIGHTS = {
    "": {"performance": 30, "potential": 25, "assessment": 45},
    # a residency on larger accounts: what was shown in the assessment counts most
    "account-director": {"performance": 30, "potential": 20, "assessment": 50},
    # broad programs with many seats: the record on the job counts most
    "account-leadership": {"performance": 50, "potential": 20, "assessment": 30},
    "account-excellence": {"performance": 40, "potential": 20, "assessment": 40},
    "global-foundation": {"performance": 40, "potential": 30, "assessment": 30},
}
RULES = (
    RuleTerms(fact=Fact.EMPLOYED),
    RuleTerms(fact=Fact.TENURE, threshold=Decimal(24)),
    RuleTerms(fact=Fact.TIME_IN_GRADE, threshold=Decimal(12)),
    RuleTerms(fact=Fact.MARKET),
    RuleTerms(fact=Fact.RATINGS, threshold=Decimal(3), count=2),
    RuleTerms(fact=Fact.OTHER_COHORT),
)
BROAD = {"account-leadership", "global-foundation"}


def weights_for(blueprint: str) -> dict[str, int]:
    """Weights in percent by criterion; a blueprint is recognized by how its slug starts."""
    found = next((w for start, w in WEIGHTS.items() if start and blueprint.startswith(start)), WEIGHTS[""])
    return {Criterion.Kind(kind).value: weight for kind, weight in found.items()}


def groups_for(blueprint: str) -> tuple[GroupTerms, ...]:
    """Eligibility rules, all of which have to be met; broad programs ask for less time in the company and in
    the grade."""
    if not any(blueprint.startswith(start) for start in BROAD):
        return (GroupTerms(RULES),)
    less: dict[str, Decimal] = {Fact.TENURE: Decimal(12), Fact.TIME_IN_GRADE: Decimal(6)}
    return (
        GroupTerms(tuple(replace(rule, threshold=less.get(rule.fact) or rule.threshold) for rule in RULES)),
    )
