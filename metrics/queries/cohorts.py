"""The cohorts whose people were told: what is known of each, and from when more will be."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet

from cohorts.models import Cohort, Participant, Program
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

    cohort: Cohort
    market: str
    state: str
    count: int


COHORT = ("name", "starts_on", "released_at")


def standings(participants: QuerySet[Participant]) -> list[Standing]:
    """These participants, counted; with what names their cohorts and programs. One query."""
    fields = (*(f"cohort__{name}" for name in COHORT), "cohort__program", "cohort__program__name")
    rows = (
        participants.order_by()
        .values_list("cohort", "person__market", "state", *fields)
        .annotate(count=Count("pk"))
    )
    cohorts: dict[int, Cohort] = {}
    found = []
    for pk, market, state, name, starts_on, released_at, program, program_name, count in rows:
        if pk not in cohorts:
            facts = dict(zip(COHORT, (name, starts_on, released_at), strict=True))
            cohorts[pk] = Cohort(pk=pk, program=Program(pk=program, name=program_name), **facts)
        found.append(Standing(cohorts[pk], market, state, count))
    return found


def told_cohorts(standings: Iterable[Standing]) -> dict[Cohort, int]:
    """The cohorts they stand in with how many were selected for each, newest first."""
    counts: Counter[Cohort] = Counter()
    for standing in standings:
        counts[standing.cohort] += standing.count
    newest = sorted(counts, key=lambda cohort: (str(cohort.released_at or ""), cohort.pk), reverse=True)
    return {cohort: counts[cohort] for cohort in newest}


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
