"""What the rules need to know about people: a query per source, and none for a source no rule asks about."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Max, OuterRef, Q, Subquery

from amdp.directory.models import Account, JobEvent, PerformanceRating, Person
from cohorts.models import Cohort, Participant
from selection.eligibility import Facts, Scope
from selection.models import EligibilityRule

Fact = EligibilityRule.Fact
# Time in grade starts with these; a regrading by reorganization or a move at the same grade does not.
ENTERS_GRADE = (JobEvent.Event.HIRE, JobEvent.Event.PROMOTION, JobEvent.Event.DEMOTION)
TAKES_PART = (Participant.State.ACTIVE, Participant.State.DEFERRED)


def facts_of(ids: list[int], scope: Scope, asked: Collection[str]) -> list[Facts]:
    """What these facts say about each of these people; one query and at most one more for each of ratings,
    moves, accounts and cohorts."""
    ratings = _ratings(ids) if Fact.RATINGS in asked else {}
    moves = _moves(ids) if Fact.NO_MOVE in asked else {}
    accounts = _accounts(ids) if Fact.ACCOUNTS in asked else {}
    elsewhere, earlier = (
        _cohorts(ids, scope) if {Fact.OTHER_COHORT, Fact.FIRST_TIME} & set(asked) else ({}, {})
    )
    return [
        Facts(
            **row,
            ratings=tuple(ratings.get(row["person"], ())),
            moves=tuple(moves.get(row["person"], ())),
            accounts=tuple(accounts.get(row["person"], ())),
            other_cohorts=tuple(elsewhere.get(row["person"], ())),
            earlier_cohorts=tuple(earlier.get(row["person"], ())),
        )
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
    people = Person.objects.filter(pk__in=ids).annotate(entered=Subquery(entered)).select_related("grade")
    for person in people.order_by("pk"):
        since: date | None = person.entered or person.hire_date
        yield {
            "person": person.pk,
            "hire_date": person.hire_date,
            "termination_date": person.termination_date,
            "grade": person.grade.code if person.grade else "",
            "grade_rank": person.grade.rank if person.grade else None,
            "grade_since": since,
            "market": person.market,
            "job_family": person.job_family,
            "business_unit": person.business_unit,
            "language": person.language,
        }


def _by_person(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for person, *rest in rows:
        found[person].append(tuple(rest) if len(rest) > 1 else rest[0])
    return found


def _ratings(ids: list[int]) -> dict[int, list[Any]]:
    rows = PerformanceRating.objects.filter(person__in=ids).order_by("person", "-year")
    return _by_person(rows.values_list("person_id", "year", "rating"))


def _moves(ids: list[int]) -> dict[int, list[Any]]:
    rows = JobEvent.objects.filter(person__in=ids).order_by("person", "effective_date", "pk")
    return _by_person(rows.values_list("person_id", "effective_date", "event"))


def _accounts(ids: list[int]) -> dict[int, list[Any]]:
    rows = Account.objects.filter(owner__in=ids).order_by("owner", "pk").values_list("owner_id", "complexity")
    return _by_person((owner, complexity or 0) for owner, complexity in rows)


def _cohorts(ids: list[int], scope: Scope) -> tuple[dict[int, list[Any]], dict[int, list[Any]]]:
    """Running cohorts in which they take part, and all of this program in which they ever did."""
    running = Q(state__in=TAKES_PART, cohort__state=Cohort.State.RUNNING)
    rows = Participant.objects.filter(running | Q(cohort__program=scope.program), person__in=ids)
    found = list(
        rows.exclude(cohort=scope.cohort)
        .order_by("person", "cohort__name")
        .values_list("person_id", "cohort__name", "cohort__program_id", "state", "cohort__state")
    )
    active = [
        (who, name) for who, name, _, state, of in found if state in TAKES_PART and of == Cohort.State.RUNNING
    ]
    earlier = [(who, name) for who, name, program, _, _ in found if program == scope.program]
    return _by_person(active), _by_person(earlier)
