"""The same rules as ``selection.eligibility``, as conditions over people: for lists, counts and filters.

The database judges a whole line, or everybody, in one query; the pure judge explains the rows that are shown.
A property test holds the two together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Avg, Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from amdp.directory.models import Account, JobEvent, PerformanceRating, Person
from cohorts.models import Cohort, Participant
from selection.asked import scope_of
from selection.eligibility import ALL, MEAN, Facts, Group, Scope, Terms, judge, latest_start
from selection.queries.eligibility import exceptions_in
from selection.queries.facts import ENTERS_GRADE, TAKES_PART

EVERYBODY = Q()
EVERYBODY_COUNTS = 100_000_000
Passed = Mapping[str, Sequence[int]]


@dataclass(frozen=True)
class Line:
    """How many of some people meet every rule of a cohort."""

    eligible: int
    everybody: int


def eligible(cohort: Cohort, groups: Sequence[Group]) -> Q:
    """A condition: the person meets what the cohort asks for, or is let pass by an exception; without rules
    everybody does. One small query for the exceptions."""
    passed: dict[str, list[int]] = {}
    for person, rules in exceptions_in(cohort).items():
        for name in rules:
            passed.setdefault(name, []).append(person)
    return as_one(condition(groups, scope_of(cohort), passed))


def condition(groups: Sequence[Group], scope: Scope, passed: Passed | None = None) -> Q:
    """Every group met: all of its rules, or any one."""
    met = EVERYBODY
    for group in groups:
        met &= _group(group, scope, passed or {})
    return met


def as_one(met: Q) -> Q:
    """In a CASE the planner leaves the rules what they are: questions about one row. Drawn out into joins, and
    misjudged because statistics are old, they took 100 times as long for a line of 10,000."""
    return Q(Case(When(met, then=Value(True)), default=Value(False))) if met else met


def _group(group: Group, scope: Scope, passed: Passed) -> Q:
    met = [rule_condition(each, scope, passed) for each in group.rules]
    if group.match == ALL:
        return _all(met)
    if any(each == EVERYBODY for each in met):
        return EVERYBODY
    found = met[0] if met else EVERYBODY
    for each in met[1:]:
        found |= each
    return found


def _all(met: Sequence[Q]) -> Q:
    found = EVERYBODY
    for each in met:
        found &= each
    return found


def rule_condition(terms: Terms, scope: Scope, passed: Passed | None = None) -> Q:
    """One rule met, or let pass."""
    met = CONDITIONS[terms.fact](terms, scope)
    if met and passed:
        name = judge([Group((terms,))], Facts(person=0), scope.on).checks[0].name
        met = met | Q(pk__in=passed[name]) if name in passed else met
    return met


def count_eligible(people: QuerySet[Person], met: Q) -> Line:
    """Both counts in one query."""
    found = people.order_by().aggregate(eligible=Count("pk", filter=met or None), everybody=Count("pk"))
    return Line(**found)


@dataclass(frozen=True)
class Counts:
    """How many people meet each rule, each group, and all that is asked for."""

    by_rule: list[list[int]]
    by_group: list[int]
    all: int
    everybody: int


def count_rules(groups: Sequence[Group], scope: Scope, people: QuerySet[Person] | None = None) -> Counts:
    """Judge everybody in the directory by every rule at once: one query, each rule asked once per person."""
    judged = (Person.objects.all() if people is None else people).order_by()
    names = [[f"rule_{number}_{place}" for place in range(len(g.rules))] for number, g in enumerate(groups)]
    for group, mine in zip(groups, names, strict=True):
        for terms, name in zip(group.rules, mine, strict=True):
            met = rule_condition(terms, scope)
            judged = judged.annotate(
                **{name: Case(When(met, then=Value(True)), default=Value(False)) if met else Value(True)}
            )
    every = [name for mine in names for name in mine]
    # with a limit PostgreSQL keeps the inner query as it is, instead of asking each rule once more per count
    inner, params = judged.values_list("pk", *every)[:EVERYBODY_COUNTS].query.sql_with_params()
    wholes = [
        f"({(' AND ' if g.match == ALL else ' OR ').join(mine)})"
        for g, mine in zip(groups, names, strict=True)
    ]
    wanted = [*every, *wholes, " AND ".join(wholes) or "true"]
    counted = ", ".join(f"count(*) FILTER (WHERE {each})" for each in wanted)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counted}, count(*) FROM ({inner}) AS judged", params)  # noqa: S608 - names are ours
        found = list(cursor.fetchone())
    rest = iter(found)
    by_rule = [[next(rest) for _ in mine] for mine in names]
    return Counts(by_rule, [next(rest) for _ in groups], next(rest), next(rest))


def _employed(terms: Terms, scope: Scope) -> Q:
    started = Q(hire_date__isnull=True) | Q(hire_date__lte=scope.on)
    return started & Q(termination_date__isnull=True)


def _tenure(terms: Terms, scope: Scope) -> Q:
    return Q(hire_date__lte=_latest(terms, scope))


def _time_in_grade(terms: Terms, scope: Scope) -> Q:
    """Not entered after that day; who never entered a grade counts from the day of hire."""
    latest = _latest(terms, scope)
    entered = JobEvent.objects.filter(person=OuterRef("pk"), event__in=ENTERS_GRADE).order_by()
    later = Exists(entered.filter(effective_date__gt=latest))
    return ~Q(later) & (Q(Exists(entered)) | Q(hire_date__lte=latest))


def _latest(terms: Terms, scope: Scope) -> date:
    return latest_start(scope.on, int(terms.threshold or 0))


def _grade(terms: Terms, scope: Scope) -> Q:
    low, high = terms.ranks
    met = Q(grade__rank__gte=low) if low is not None else EVERYBODY
    return met & Q(grade__rank__lte=high) if high is not None else met


def _listed(column: str) -> Callable[[Terms, Scope], Q]:
    def met(terms: Terms, scope: Scope) -> Q:
        return Q(**{f"{column}__in": terms.listed}) if terms.listed else EVERYBODY

    return met


def _ratings(terms: Terms, scope: Scope) -> Q:
    """Of the last so many years on file, at least one: none below, or their mean not below."""
    count, lowest = terms.count or 1, terms.threshold or Decimal(1)
    on_file = PerformanceRating.objects.filter(person=OuterRef("pk")).order_by()
    years = PerformanceRating.objects.filter(person=OuterRef(OuterRef("pk"))).order_by("-year")
    since = Coalesce(Subquery(years.values("year")[count - 1 : count]), Value(0))
    last = on_file.filter(year__gte=since)
    if terms.how == MEAN:
        mean = last.values("person").annotate(mean=Avg("rating")).filter(mean__gte=lowest)
        return Q(Exists(mean.values("mean")))
    return Q(Exists(on_file)) & ~Q(Exists(last.filter(rating__lt=lowest)))


def _no_move(terms: Terms, scope: Scope) -> Q:
    moved = JobEvent.objects.filter(
        person=OuterRef("pk"),
        event__in=terms.listed,
        effective_date__gt=_latest(terms, scope),
        effective_date__lte=scope.on,
    )
    return ~Q(Exists(moved.order_by()))


def _other_cohort(terms: Terms, scope: Scope) -> Q:
    active = Participant.objects.filter(
        person=OuterRef("pk"), state__in=TAKES_PART, cohort__state=Cohort.State.RUNNING
    )
    return ~Q(Exists(active.exclude(cohort=scope.cohort).order_by()))


def _first_time(terms: Terms, scope: Scope) -> Q:
    enrolled = Participant.objects.filter(person=OuterRef("pk"), cohort__program=scope.program)
    return ~Q(Exists(enrolled.exclude(cohort=scope.cohort).order_by()))


def _accounts(terms: Terms, scope: Scope) -> Q:
    owned = Account.objects.filter(owner=OuterRef("pk")).order_by()
    if terms.threshold:
        owned = owned.filter(complexity__gte=int(terms.threshold))
    needed = terms.count or 1
    if needed == 1:
        return Q(Exists(owned))
    return Q(Exists(owned.values("owner").annotate(many=Count("pk")).filter(many__gte=needed).values("many")))


CONDITIONS: dict[str, Callable[[Terms, Scope], Q]] = {
    "employed": _employed,
    "tenure": _tenure,
    "time_in_grade": _time_in_grade,
    "grade": _grade,
    "job_family": _listed("job_family"),
    "business_unit": _listed("business_unit"),
    "market": _listed("market"),
    "language": _listed("language"),
    "ratings": _ratings,
    "no_move": _no_move,
    "other_cohort": _other_cohort,
    "first_time": _first_time,
    "accounts": _accounts,
}
