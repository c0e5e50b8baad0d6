"""The cohorts whose people were told: what is known of each, and from when more will be."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet

from cohorts.models import Cohort, Participant
from metrics.closings import closing_from
from metrics.cuts import MONTHS, cohort_scope
from metrics.figures import Figure
from metrics.statistics import months_later


@dataclass(frozen=True)
class CohortFacts:
    """A cohort from its release on: how many were selected, and when twelve months are over."""

    cohort: Cohort
    selected: int
    released_on: date
    full_on: date
    figures_from: date
    retention: Figure | None = None


@dataclass(frozen=True)
class Standing:
    """How many participants of which cohort and market stand where."""

    cohort: int
    market: str
    state: str
    count: int


def standings(participants: QuerySet[Participant]) -> list[Standing]:
    """These participants, counted. One query."""
    rows = (
        participants.order_by().values_list("cohort", "person__market", "state").annotate(count=Count("pk"))
    )
    return [Standing(*row) for row in rows]


def told_cohorts(standings: Iterable[Standing]) -> dict[Cohort, int]:
    """The cohorts they stand in with how many were selected for each, newest first. One query."""
    counts: Counter[int] = Counter()
    for standing in standings:
        counts[standing.cohort] += standing.count
    cohorts = Cohort.objects.filter(pk__in=counts).select_related("program").order_by("-released_at", "-id")
    return {cohort: counts[cohort.pk] for cohort in cohorts}


def cohort_facts(
    counts: Iterable[tuple[Cohort, int]], retention: Mapping[str, Figure], zone: ZoneInfo, day: date
) -> Sequence[CohortFacts]:
    """What is known of each cohort that was released by a day."""
    found = []
    for cohort, selected in counts:
        moment = cohort.released_at
        released = moment.astimezone(zone).date() if moment else cohort.starts_on
        if released <= day:
            full = months_later(released, MONTHS)
            figure = retention.get(cohort_scope(cohort.pk))
            found.append(CohortFacts(cohort, selected, released, full, closing_from(full), figure))
    return found
