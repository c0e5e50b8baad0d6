"""Who could be nominated and is not, and how often those who could are: by leader, market, business unit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from amdp.directory.models import Person
from amdp.directory.queries import below, employed
from cohorts.estimates import Estimate, proportion
from cohorts.models import Cohort
from selection.models import Candidate
from selection.queries.eligibility import rules_in_force
from selection.queries.eligible import eligible

SMALL = 5
OUT = (Candidate.State.DRAFTED, Candidate.State.WITHDRAWN)


@dataclass(frozen=True)
class Rate:
    """How many of those eligible in one group are nominated; ``leader`` in a group of one leader."""

    name: str
    eligible: int
    nominated: int
    leader: Person | None = None

    @property
    def share(self) -> Estimate | None:
        """With its interval; None where nobody is eligible."""
        return proportion(self.nominated, self.eligible) if self.eligible else None

    @property
    def missing(self) -> int:
        """Eligible and not nominated."""
        return self.eligible - self.nominated

    @property
    def is_small(self) -> bool:
        """So few that one person more or less changes everything."""
        return self.eligible < SMALL


@dataclass(frozen=True)
class Equity:
    """The rates of a cohort: together, and by group."""

    whole: Rate
    leaders: list[Rate]
    markets: list[Rate]
    units: list[Rate]


def eligible_people(cohort: Cohort) -> QuerySet[Person]:
    """Everybody who works here and meets the rules of the cohort, judged in the database."""
    return Person.objects.filter(employed()).filter(eligible(cohort, rules_in_force(cohort)))


def is_nominated(cohort: Cohort) -> Exists:
    """A condition on people: somebody's nomination of them is handed in and stands."""
    standing = Candidate.objects.filter(cohort=cohort, person=OuterRef("pk")).exclude(state__in=OUT)
    return Exists(standing.order_by())


def not_nominated(cohort: Cohort) -> QuerySet[Person]:
    """Eligible and not nominated."""
    return eligible_people(cohort).filter(~Q(is_nominated(cohort))).select_related("grade", "manager")


def equity_of(cohort: Cohort) -> Equity:
    """All rates from one query that groups the eligible people, and one for the leaders' names."""
    rows = list(
        eligible_people(cohort)
        .order_by()
        .annotate(leader=Coalesce(F("manager__manager"), F("manager")), nominated=is_nominated(cohort))
        .values("leader", "market", "business_unit", "nominated")
        .annotate(many=Count("pk"))
        .values_list("leader", "market", "business_unit", "nominated", "many")
    )
    leaders = Person.objects.select_related("membership").in_bulk({row[0] for row in rows if row[0]})
    return Equity(
        whole=_rate("Everybody", rows),
        leaders=[
            _rate(str(leaders[key]), found, leaders[key])
            for key, found in _grouped(rows, lambda row: row[0])
            if key in leaders
        ],
        markets=[_rate(key or "No market", found) for key, found in _grouped(rows, lambda row: row[1])],
        units=[_rate(key or "No business unit", found) for key, found in _grouped(rows, lambda row: row[2])],
    )


Row = tuple[int | None, str, str, bool, int]


def _grouped(rows: Iterable[Row], key: Callable[[Row], Any]) -> list[tuple[Any, list[Row]]]:
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return sorted(groups.items(), key=lambda one: (-sum(row[4] for row in one[1]), str(one[0])))


def _rate(name: str, rows: Iterable[Row], leader: Person | None = None) -> Rate:
    counted = [(row[3], row[4]) for row in rows]
    return Rate(name, sum(many for _, many in counted), sum(many for yes, many in counted if yes), leader)


def line_of(cohort: Cohort, leader: Person) -> Rate:
    """How many of a leader's whole line are eligible, and how many of them nominated."""
    line = eligible_people(cohort).filter(pk__in=below(leader).order_by().values("pk"))
    found = line.order_by().aggregate(
        eligible=Count("pk"), nominated=Count("pk", filter=Q(is_nominated(cohort)))
    )
    return Rate(str(leader), found["eligible"], found["nominated"], leader)
