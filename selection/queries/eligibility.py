"""Eligibility of one person or of thousands: the same few queries."""

from collections.abc import Iterable, Sequence
from typing import Any

from amdp.directory.models import Person
from cohorts.models import Cohort
from selection.asked import in_force, scope_of
from selection.eligibility import Check, Eligibility, Group, judge
from selection.models import EligibilityException, EligibilityRule
from selection.plan_parts.eligibility import grouped
from selection.queries.facts import facts_of
from selection.queries.plan import stored_rules

Fact = EligibilityRule.Fact


def rules_in_force(cohort: Cohort) -> list[Group]:
    """The rules that are switched on, group by group, in one query."""
    return in_force(grouped(stored_rules(cohort).filter(is_on=True)), scope_of(cohort))


def eligibility_of(
    cohort: Cohort, people: Iterable[Person | int], groups: Sequence[Group] | None = None
) -> dict[int, Eligibility]:
    """Each person's checks against the cohort's rules, as of the day nominations close; a fixed number of
    queries, one less for who has read the rules already."""
    ids = [each if isinstance(each, int) else each.pk for each in people]
    groups = rules_in_force(cohort) if groups is None else groups
    scope, passed = scope_of(cohort), exceptions_in(cohort, ids)
    asked = {terms.fact for group in groups for terms in group.rules}
    return {
        facts.person: judge(groups, facts, scope.on, passed.get(facts.person))
        for facts in facts_of(ids, scope, asked)
    }


def eligibility_for(cohort: Cohort, person: Person) -> Eligibility:
    """One person's checks."""
    return eligibility_of(cohort, [person])[person.pk]


def exceptions_in(cohort: Cohort, people: Iterable[int] | None = None) -> dict[int, dict[str, str]]:
    """By person the rules that were let pass, each with who asked, who confirmed and why; one query."""
    confirmed = EligibilityException.objects.filter(cohort=cohort, state=EligibilityException.State.CONFIRMED)
    if people is not None:
        confirmed = confirmed.filter(person__in=list(people))
    found: dict[int, dict[str, str]] = {}
    for each in confirmed.select_related("asked_by__user", "decided_by__user").order_by("pk"):
        found.setdefault(each.person_id, {})[each.rule] = exception_words(each)
    return found


def exception_words(exception: EligibilityException) -> str:
    """``Met by exception, asked by X, confirmed by Y: reason``."""
    asker, decider = exception.asked_by or "somebody who left", exception.decided_by or "somebody who left"
    return f"Met by exception, asked by {asker}, confirmed by {decider}: {exception.reason}"


def snapshot(eligibility: Eligibility) -> list[dict[str, Any]]:
    """What a nomination keeps of the checks on the day it was handed in."""
    return [
        {**_kept(check), "group": number, "match": group.match}
        for number, group in enumerate(eligibility.groups)
        for check in group.checks
    ]


def _kept(check: Check) -> dict[str, Any]:
    return {
        "fact": check.fact,
        "name": check.name,
        "met": check.met,
        "asked": check.asked,
        "shown": check.shown,
        "exception": check.exception,
    }


def line_path(nominator: Person, person: Person, chain: list[Person], end: str = "you") -> str:
    """How the nominee stands below the nominator: ``Jordan Lee → Alice Manager → you``."""
    between = [each.name for each in chain if each.line.startswith(nominator.line) and each != nominator]
    return " → ".join([person.name, *between, end])
