"""The same rules as ``selection.eligibility``, as one condition over people: for lists, counts and filters.

The database judges a whole line in one query; the pure judge explains the rows that are shown. A property
test holds the two together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from amdp.directory.models import JobEvent, PerformanceRating, Person
from cohorts.models import Cohort, Participant
from selection.eligibility import Terms, latest_start
from selection.queries.eligibility import ENTERS_GRADE, TAKES_PART

EVERYBODY = Q()


@dataclass(frozen=True)
class Line:
    """How many of some people meet every rule of a cohort."""

    eligible: int
    everybody: int


def eligible(cohort: Cohort, terms: Sequence[Terms]) -> Q:
    """A condition: the person meets all of these rules of the cohort; without rules everybody does."""
    met = EVERYBODY
    for each in terms:
        met &= CONDITIONS[each.fact](each, cohort)
    # In a CASE the planner leaves the rules what they are: questions about one row. Drawn out into joins, and
    # misjudged because statistics are old, they took 100 times as long for a line of 10,000.
    return Q(Case(When(met, then=Value(True)), default=Value(False))) if met else met


def count_eligible(people: QuerySet[Person], met: Q) -> Line:
    """Both counts in one query."""
    found = people.order_by().aggregate(eligible=Count("pk", filter=met or None), everybody=Count("pk"))
    return Line(**found)


def _employed(terms: Terms, cohort: Cohort) -> Q:
    started = Q(hire_date__isnull=True) | Q(hire_date__lte=cohort.nominations_close_on)
    return started & Q(termination_date__isnull=True)


def _tenure(terms: Terms, cohort: Cohort) -> Q:
    return Q(hire_date__lte=_latest(terms, cohort))


def _time_in_grade(terms: Terms, cohort: Cohort) -> Q:
    """Not entered after that day; who never entered a grade counts from the day of hire."""
    latest = _latest(terms, cohort)
    entered = JobEvent.objects.filter(person=OuterRef("pk"), event__in=ENTERS_GRADE).order_by()
    later = Exists(entered.filter(effective_date__gt=latest))
    return ~Q(later) & (Q(Exists(entered)) | Q(hire_date__lte=latest))


def _latest(terms: Terms, cohort: Cohort) -> date:
    return latest_start(cohort.nominations_close_on, int(terms.threshold or 0))


def _grade(terms: Terms, cohort: Cohort) -> Q:
    low, high = terms.ranks
    met = Q(grade__rank__gte=low) if low is not None else EVERYBODY
    return met & Q(grade__rank__lte=high) if high is not None else met


def _market(terms: Terms, cohort: Cohort) -> Q:
    return Q(market__in=terms.markets) if terms.markets else EVERYBODY


def _ratings(terms: Terms, cohort: Cohort) -> Q:
    """None below among the last so many years on file, and at least one on file."""
    count, lowest = terms.count or 1, terms.threshold or Decimal(1)
    on_file = PerformanceRating.objects.filter(person=OuterRef("pk")).order_by()
    years = PerformanceRating.objects.filter(person=OuterRef(OuterRef("pk"))).order_by("-year")
    since = Coalesce(Subquery(years.values("year")[count - 1 : count]), Value(0))
    below = Exists(on_file.filter(rating__lt=lowest, year__gte=since))
    return Q(Exists(on_file)) & ~Q(below)


def _other_cohort(terms: Terms, cohort: Cohort) -> Q:
    active = Participant.objects.filter(
        person=OuterRef("pk"), state__in=TAKES_PART, cohort__state=Cohort.State.RUNNING
    )
    return ~Q(Exists(active.exclude(cohort=cohort).order_by()))


CONDITIONS: dict[str, Callable[[Terms, Cohort], Q]] = {
    "employed": _employed,
    "tenure": _tenure,
    "time_in_grade": _time_in_grade,
    "grade": _grade,
    "market": _market,
    "ratings": _ratings,
    "other_cohort": _other_cohort,
}
