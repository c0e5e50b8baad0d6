"""What a cohort asks for, as stored or, before it is, as proposed."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

from django.db.models import QuerySet

from amdp.directory.models import Grade
from cohorts.models import Cohort
from selection.defaults import GroupTerms, RuleTerms, groups_for, weights_for
from selection.models import Criterion, EligibilityRule, SelectionPlan


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
    """The stored eligibility rules of a cohort with their groups and grades, in order."""
    return _in_order(EligibilityRule.objects.filter(plan__cohort=cohort))


def groups_in(plan: SelectionPlan) -> list[GroupTerms]:
    """The rules a plan holds, group by group; one query."""
    return grouped(_in_order(plan.eligibility_rules.all()))


def groups_of(cohort: Cohort) -> list[GroupTerms]:
    """The rules of a cohort; its blueprint's proposal while nothing is saved."""
    if not is_set_up(cohort):
        return list(groups_for(cohort.program.blueprint))
    return grouped(stored_rules(cohort))


def _in_order(rules: QuerySet[EligibilityRule]) -> QuerySet[EligibilityRule]:
    found = rules.select_related("group", "lowest_grade", "highest_grade")
    return found.order_by("group__position", "group_id", "position", "pk")


def grouped(rules: Iterable[EligibilityRule]) -> list[GroupTerms]:
    """Rules in order of their groups, as what a plan asks for."""
    return [
        GroupTerms(tuple(terms_in(rule) for rule in each), next(iter(each)).group.match)
        for each in (list(found) for _, found in groupby(rules, key=attrgetter("group_id")))
    ]


def terms_in(rule: EligibilityRule) -> RuleTerms:
    """A stored rule as it is handed in and out."""
    return RuleTerms(
        fact=rule.fact,
        is_on=rule.is_on,
        threshold=rule.threshold,
        count=rule.count,
        how=rule.how,
        listed=tuple(rule.listed),
        lowest_grade=rule.lowest_grade,
        highest_grade=rule.highest_grade,
    )


def weights_of(cohort: Cohort) -> dict[str, int]:
    """Weights in percent by criterion, in order; the blueprint's proposal while nothing is saved."""
    stored = {criterion.kind: criterion.weight for criterion in criteria_of(cohort)}
    if not stored:
        return weights_for(cohort.program.blueprint)
    return {kind: stored.get(kind, 0) for kind in Criterion.Kind.values}


def rules_of(cohort: Cohort) -> list[RuleTerms]:
    """Every rule of a cohort, and those of its blueprint it does not ask for, switched off."""
    found = [rule for group in groups_of(cohort) for rule in group.rules]
    known = {rule.fact for rule in found}
    proposed = [rule for group in groups_for(cohort.program.blueprint) for rule in group.rules]
    return found + [replace(rule, is_on=False) for rule in proposed if rule.fact not in known]


def grades() -> list[Grade]:
    """The grade table, lowest first."""
    return list(Grade.objects.order_by("rank"))
