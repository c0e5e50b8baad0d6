"""What a plan asks for, as the pure judge reads it: rules in groups, and the day and cohort they are read against."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils import timezone

from cohorts.models import Cohort
from selection.defaults import GroupTerms, RuleTerms
from selection.eligibility import Facts, Group, Scope, Terms, judge
from selection.models import EligibilityRule, SelectionPlan

Fact = EligibilityRule.Fact
LONGEST, MOST_RATINGS, MOST_ACCOUNTS = 600, 10, 50
ASKS_MONTHS: Mapping[str, str] = {
    Fact.TENURE: "Say how many months in the company you ask for.",
    Fact.TIME_IN_GRADE: "Say how many months in the grade you ask for.",
    Fact.NO_MOVE: "Say within how many months.",
}
ASKS_CHOICE: Mapping[str, str] = {
    Fact.JOB_FAMILY: "Choose at least one job family.",
    Fact.BUSINESS_UNIT: "Choose at least one business unit.",
    Fact.LANGUAGE: "Choose at least one language.",
    Fact.NO_MOVE: "Choose at least one kind of move.",
}


def scope_of(cohort: Cohort) -> Scope:
    """What a cohort's rules are read against: the day its nominations close."""
    return Scope(cohort.nominations_close_on, cohort.program_id, cohort.pk, tuple(cohort.markets))


def scope_of_plan(plan: SelectionPlan) -> Scope:
    """What a plan's rules are read against; a program's pattern is read as of today."""
    if plan.cohort is not None:
        return scope_of(plan.cohort)
    return Scope(timezone.localdate(), plan.program_id or 0)


def in_force(groups: Iterable[GroupTerms], scope: Scope) -> list[Group]:
    """What a plan asks for as the pure judge reads it, without rules that are set aside."""
    found = [
        Group(tuple(terms_of(rule, scope) for rule in group.rules if rule.is_on), group.match)
        for group in groups
    ]
    return [group for group in found if group.rules]


def terms_of(rule: RuleTerms, scope: Scope) -> Terms:
    """A stored or proposed rule as the pure judge reads it."""
    low, high = rule.lowest_grade, rule.highest_grade
    of_cohort = rule.fact == Fact.MARKET and not rule.listed
    return Terms(
        fact=rule.fact,
        threshold=rule.threshold,
        count=rule.count,
        how=rule.how,
        ranks=(low.rank if low else None, high.rank if high else None),
        grades=(low.code if low else "", high.code if high else ""),
        listed=scope.markets if of_cohort else rule.listed,
        of_cohort=of_cohort,
    )


def named(groups: Sequence[Group], scope: Scope) -> list[tuple[str, list[str]]]:
    """How each group matches, and its rules as everybody reads them, without a person in mind. No query."""
    found = judge(groups, Facts(person=0), scope.on)
    return [(group.match, [check.name for check in group.checks]) for group in found.groups]


def name_of(rule: RuleTerms, scope: Scope) -> str:
    """One rule as everybody reads it."""
    return judge([Group((terms_of(rule, scope),))], Facts(person=0), scope.on).checks[0].name


def wrong_with(rule: RuleTerms) -> dict[str, str]:
    """By field what a rule that is on lacks, or says that cannot be, in sentences for people."""
    if not rule.is_on:
        return {}
    found: dict[str, str] = {}
    if rule.fact in ASKS_MONTHS:
        if rule.threshold is None:
            found["threshold"] = ASKS_MONTHS[rule.fact]
        elif not 1 <= rule.threshold <= LONGEST or rule.threshold % 1:
            found["threshold"] = f"Whole months, from 1 to {LONGEST}."
    if rule.fact in ASKS_CHOICE and not rule.listed:
        found["listed"] = ASKS_CHOICE[rule.fact]
    return found | _wrong_numbers(rule) | _wrong_grades(rule)


def _wrong_numbers(rule: RuleTerms) -> dict[str, str]:
    found: dict[str, str] = {}
    if rule.fact == Fact.RATINGS:
        if rule.threshold is None:
            found["threshold"] = "Say which rating is the lowest you accept."
        elif not 1 <= rule.threshold <= 5:
            found["threshold"] = "Ratings run from 1 to 5."
        if not 1 <= (rule.count or 0) <= MOST_RATINGS:
            found["count"] = f"Say how many of the last years count, 1 to {MOST_RATINGS}."
    if rule.fact == Fact.ACCOUNTS:
        if not 1 <= (rule.count or 0) <= MOST_ACCOUNTS:
            found["count"] = f"Say how many accounts it takes, 1 to {MOST_ACCOUNTS}."
        if rule.threshold is not None and (not 1 <= rule.threshold <= 10 or rule.threshold % 1):
            found["threshold"] = "Complexity runs from 1 to 10."
    return found


def _wrong_grades(rule: RuleTerms) -> dict[str, str]:
    if rule.fact != Fact.GRADE:
        return {}
    low, high = rule.lowest_grade, rule.highest_grade
    if low is None and high is None:
        return {"lowest_grade": "Choose the lowest or the highest grade."}
    if low and high and low.rank > high.rank:
        return {"lowest_grade": "The lowest grade has to stand below the highest."}
    return {}
