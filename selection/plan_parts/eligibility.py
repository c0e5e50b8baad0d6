"""Who can be nominated: rules over what the directory knows, in groups."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

from django.db.models import QuerySet

from cohorts.models import Cohort
from selection.defaults import GroupTerms, RuleTerms, groups_for
from selection.models import EligibilityGroup, EligibilityRule, SelectionPlan, Stage
from selection.plan_parts.base import Part


def in_order(rules: QuerySet[EligibilityRule]) -> QuerySet[EligibilityRule]:
    """Rules with their groups and grades, group by group."""
    found = rules.select_related("group", "lowest_grade", "highest_grade")
    return found.order_by("group__position", "group_id", "position", "pk")


def groups_in(plan: SelectionPlan) -> list[GroupTerms]:
    """The rules a plan holds, group by group; no query for a plan read with its parts."""
    read = getattr(plan, "_prefetched_objects_cache", {})
    rules = plan.eligibility_rules.all()
    return grouped(rules if "eligibility_rules" in read else in_order(rules))


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


def rules_in(plan: SelectionPlan) -> list[RuleTerms]:
    """Every rule of a plan, and those of its blueprint it does not ask for, switched off."""
    found = [rule for group in groups_in(plan) for rule in group.rules]
    known = {rule.fact for rule in found}
    proposed = [rule for group in _proposed(plan) for rule in group.rules]
    return found + [replace(rule, is_on=False) for rule in proposed if rule.fact not in known]


def _proposed(plan: SelectionPlan) -> Sequence[GroupTerms]:
    program = plan.cohort.program if plan.cohort else plan.program
    return groups_for(program.blueprint if program else "")


def store_groups(plan: SelectionPlan, groups: Sequence[GroupTerms]) -> None:
    """Write the eligibility rules of one plan in place of those it holds."""
    plan.eligibility_groups.all().delete()
    for place, group in enumerate(groups):
        stored = EligibilityGroup.objects.create(plan=plan, match=group.match, position=place)
        EligibilityRule.objects.bulk_create(
            EligibilityRule(
                plan=plan,
                group=stored,
                position=position,
                **{**vars(rule), "listed": list(rule.listed)},
            )
            for position, rule in enumerate(group.rules)
        )


def _content(plan: SelectionPlan) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, group in enumerate(groups_in(plan), start=1):
        rules = [rule for rule in group.rules if rule.is_on]
        if rules:
            how = "any one of" if group.match == EligibilityGroup.Match.ANY else "all of"
            found[f"Group {number}, {how}"] = "; ".join(_words(rule) for rule in rules)
    return found


def _words(rule: RuleTerms) -> str:
    ends = [str(grade) for grade in (rule.lowest_grade, rule.highest_grade) if grade]
    least = "" if rule.threshold is None else f"at least {rule.threshold.normalize():f}"
    parts = [least, f"last {rule.count}" if rule.count else "", " to ".join(ends), ", ".join(rule.listed)]
    said = ", ".join(filter(None, parts))
    label = EligibilityRule.Fact(rule.fact).label
    return f"{label} ({said})" if said else label


def _propose(plan: SelectionPlan) -> None:
    store_groups(plan, _proposed(plan))


def _copy(source: SelectionPlan, target: SelectionPlan) -> None:
    store_groups(target, groups_in(source))


def _missing(plan: SelectionPlan) -> list[str]:
    rules = [rule for rule in rules_in(plan) if rule.is_on and rule.fact in NEEDS_NUMBER]
    labels = [EligibilityRule.Fact(rule.fact).label for rule in rules if rule.threshold is None]
    return [f"The rule “{label}” lacks its number." for label in labels]


def _said(plan: SelectionPlan) -> str:
    count = sum(rule.is_on for group in groups_in(plan) for rule in group.rules)
    if not count:
        return "No rule: everybody can be nominated"
    return "1 rule" if count == 1 else f"{count} rules"


NEEDS_NUMBER = (
    EligibilityRule.Fact.TENURE,
    EligibilityRule.Fact.TIME_IN_GRADE,
    EligibilityRule.Fact.RATINGS,
)
PART = Part(
    key="eligibility",
    title="Eligibility",
    about="Who can be nominated, by what the directory knows about them.",
    stage=Stage.Kind.NOMINATION,
    last=Cohort.State.NOMINATING,
    content=_content,
    propose=_propose,
    copy=_copy,
    missing=_missing,
    said=_said,
)
