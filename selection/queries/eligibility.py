"""Eligibility of one person or of thousands: the same three queries."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, OuterRef, Subquery

from amdp.directory.models import JobEvent, PerformanceRating, Person
from cohorts.models import Cohort, Participant
from selection.defaults import RuleTerms
from selection.eligibility import Eligibility, Facts, Terms, judge
from selection.models import EligibilityRule
from selection.queries.plan import stored_rules

# Time in grade starts with these; a regrading by reorganization or a move at the same grade does not.
ENTERS_GRADE = (JobEvent.Event.HIRE, JobEvent.Event.PROMOTION, JobEvent.Event.DEMOTION)
TAKES_PART = (Participant.State.ACTIVE, Participant.State.DEFERRED)


def rules_in_force(cohort: Cohort) -> list[Terms]:
    """The rules that are switched on, in one query."""
    return [terms_of(rule, cohort) for rule in stored_rules(cohort).filter(is_on=True)]


def terms_of(rule: EligibilityRule | RuleTerms, cohort: Cohort) -> Terms:
    """A stored or proposed rule as the pure judge reads it."""
    low, high = rule.lowest_grade, rule.highest_grade
    return Terms(
        fact=rule.fact,
        threshold=rule.threshold,
        count=rule.count,
        ranks=(low.rank if low else None, high.rank if high else None),
        grades=(low.code if low else "", high.code if high else ""),
        markets=tuple(cohort.markets),
    )


def names_of(terms: Iterable[Terms], cohort: Cohort) -> list[str]:
    """The rules as everybody reads them, without a person in mind. No query."""
    return [check.name for check in judge(terms, Facts(person=0), cohort.nominations_close_on).checks]


def eligibility_of(
    cohort: Cohort, people: Iterable[Person | int], terms: Sequence[Terms] | None = None
) -> dict[int, Eligibility]:
    """Each person's checks against the cohort's rules, as of the day nominations close; four queries, one
    less for who has read the rules already."""
    ids = [each if isinstance(each, int) else each.pk for each in people]
    terms = rules_in_force(cohort) if terms is None else terms
    on = cohort.nominations_close_on
    return {facts.person: judge(terms, facts, on) for facts in facts_of(ids, cohort)}


def eligibility_for(cohort: Cohort, person: Person) -> Eligibility:
    """One person's checks."""
    return eligibility_of(cohort, [person])[person.pk]


def facts_of(ids: list[int], cohort: Cohort) -> list[Facts]:
    """What the rules need to know about these people."""
    ratings = _ratings(ids)
    elsewhere = _other_cohorts(ids, cohort)
    return [
        _facts(row, tuple(ratings.get(row["pk"], ())), tuple(elsewhere.get(row["pk"], ())))
        for row in _people(ids)
    ]


def _people(ids: list[int]) -> Iterable[Mapping[str, Any]]:
    entered = (
        JobEvent.objects.filter(person=OuterRef("pk"), event__in=ENTERS_GRADE)
        .order_by()
        .values("person")
        .annotate(latest=Max("effective_date"))
        .values("latest")
    )
    return (
        Person.objects.filter(pk__in=ids)
        .annotate(grade_since=Subquery(entered))
        .order_by("pk")
        .values("pk", "hire_date", "termination_date", "grade__code", "grade__rank", "grade_since", "market")
    )


def _facts(
    row: Mapping[str, Any], ratings: tuple[tuple[int, Decimal], ...], cohorts: tuple[str, ...]
) -> Facts:
    since: date | None = row["grade_since"] or row["hire_date"]
    return Facts(
        person=row["pk"],
        hire_date=row["hire_date"],
        termination_date=row["termination_date"],
        grade=row["grade__code"] or "",
        grade_rank=row["grade__rank"],
        grade_since=since,
        market=row["market"],
        ratings=ratings,
        other_cohorts=cohorts,
    )


def _ratings(ids: list[int]) -> dict[int, list[tuple[int, Decimal]]]:
    found: dict[int, list[tuple[int, Decimal]]] = {}
    rows = PerformanceRating.objects.filter(person__in=ids).order_by("person", "-year")
    for person, year, rating in rows.values_list("person_id", "year", "rating"):
        found.setdefault(person, []).append((year, rating))
    return found


def _other_cohorts(ids: list[int], cohort: Cohort) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = (
        Participant.objects.filter(person__in=ids, state__in=TAKES_PART, cohort__state=Cohort.State.RUNNING)
        .exclude(cohort=cohort)
        .order_by("person", "cohort__name")
    )
    for person, name in rows.values_list("person_id", "cohort__name"):
        found.setdefault(person, []).append(name)
    return found


def snapshot(eligibility: Eligibility) -> list[dict[str, Any]]:
    """What a nomination keeps of the checks on the day it was handed in."""
    return [
        {"fact": check.fact, "name": check.name, "met": check.met, "shown": check.shown}
        for check in eligibility.checks
    ]


def line_path(nominator: Person, person: Person, chain: list[Person]) -> str:
    """How the nominee stands below the nominator: ``Jordan Lee → Alice Manager → you``."""
    between = [each.name for each in chain if each.line.startswith(nominator.line) and each != nominator]
    return " → ".join([person.name, *between, "you"])
