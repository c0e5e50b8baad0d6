"""What a cohort asks for, as stored or, before it is, as proposed."""

from django.db.models import QuerySet

from amdp.directory.models import Grade
from cohorts.models import Cohort
from selection.defaults import RuleTerms, rules_for, weights_for
from selection.models import Criterion, EligibilityRule, SelectionPlan

MONTH_FACTS = {"tenure", "time_in_grade"}


def plan_of(cohort: Cohort) -> SelectionPlan | None:
    """The plan by which the cohort selects; None until somebody begins one."""
    return SelectionPlan.objects.filter(cohort=cohort).first()


def is_set_up(cohort: Cohort) -> bool:
    """Whether somebody saved criteria for this cohort."""
    return criteria_of(cohort).exists()


def criteria_of(cohort: Cohort) -> QuerySet[Criterion]:
    """The stored criteria of a cohort, in order."""
    return Criterion.objects.filter(plan__cohort=cohort)


def stored_rules(cohort: Cohort) -> QuerySet[EligibilityRule]:
    """The stored eligibility rules of a cohort with their grades, in order."""
    rules = EligibilityRule.objects.filter(plan__cohort=cohort)
    return rules.select_related("lowest_grade", "highest_grade")


def weights_of(cohort: Cohort) -> dict[str, int]:
    """Weights in percent by criterion, in order; the blueprint's proposal while nothing is saved."""
    stored = {criterion.kind: criterion.weight for criterion in criteria_of(cohort)}
    if not stored:
        return weights_for(cohort.program.blueprint)
    return {kind: stored.get(kind, 0) for kind in Criterion.Kind.values}


def rules_of(cohort: Cohort) -> list[RuleTerms]:
    """Every rule with its threshold, switched on or off; proposed where none is stored."""
    stored = {
        rule.fact: RuleTerms(
            fact=rule.fact,
            is_on=rule.is_on,
            threshold=rule.threshold,
            count=rule.count,
            lowest_grade=rule.lowest_grade,
            highest_grade=rule.highest_grade,
        )
        for rule in stored_rules(cohort)
    }
    return [stored.get(rule.fact, rule) for rule in rules_for(cohort.program.blueprint)]


def grades() -> list[Grade]:
    """The grade table, lowest first."""
    return list(Grade.objects.order_by("rank"))
