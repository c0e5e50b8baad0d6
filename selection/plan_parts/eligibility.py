"""Who can be nominated: rules over what the directory knows, in groups."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter

from django.db.models import QuerySet

from cohorts.models import Cohort
from selection.asked import in_force, named, scope_of_plan, wrong_with
from selection.defaults import GroupTerms, RuleTerms, groups_for
from selection.eligibility import ANY
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
    scope = scope_of_plan(plan)
    found = named(in_force(groups_in(plan), scope), scope)
    return {
        f"Group {number}, {'any one of' if match == ANY else 'all of'}": "; ".join(names)
        for number, (match, names) in enumerate(found, start=1)
    }


def _propose(plan: SelectionPlan) -> None:
    store_groups(plan, _proposed(plan))


def _copy(source: SelectionPlan, target: SelectionPlan) -> None:
    store_groups(target, groups_in(source))


def _missing(plan: SelectionPlan) -> list[str]:
    return [
        f"{EligibilityRule.Fact(rule.fact).label}: {sentence}"
        for group in groups_in(plan)
        for rule in group.rules
        for sentence in wrong_with(rule).values()
    ]


def _said(plan: SelectionPlan) -> str:
    count = sum(rule.is_on for group in groups_in(plan) for rule in group.rules)
    if not count:
        return "No rule: everybody can be nominated"
    return "1 rule" if count == 1 else f"{count} rules"


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
