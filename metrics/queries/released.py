"""The figures as they are shown: read from what was released, or measured for one leader's own line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from amdp.tenancy.models import Organization
from metrics.arms import Arm, Measure
from metrics.figures import ALL, Figure
from metrics.measures import measure_all
from metrics.models import Release
from metrics.queries.spells import spells


@dataclass(frozen=True)
class Results:
    """All figures of one scope."""

    scope: str
    figures: dict[tuple[str, str], Figure]

    def of(self, measure: Measure, arm: Arm) -> Figure | None:
        """One figure; None when the group is empty."""
        return self.figures.get((measure, arm))

    @property
    def rows(self) -> list[Figure]:
        """Every figure, in the order of the page."""
        return list(self.figures.values())

    @property
    def is_empty(self) -> bool:
        """Nobody has been selected yet."""
        curve = self.of(Measure.CURVE, Arm.PROGRAM)
        return curve is None or curve.n == 0

    @property
    def as_of(self) -> date | None:
        """The newest day in it."""
        return max((figure.as_of for figure in self.figures.values()), default=None)


def results(scope: str = ALL) -> Results:
    """What was released for a program, or for all."""
    rows = Release.objects.filter(scope=scope).values_list("figure", flat=True)
    return _results(scope, (Figure.from_json(facts) for facts in rows))


def line_results(organization: Organization, line: Q) -> Results:
    """The same measures for the people of one reporting line, given as a condition on Person."""
    as_of = local_day(organization)
    measured = measure_all(spells(as_of, zone_of(organization), line), as_of)
    return _results(ALL, (one.figure for one in measured if one.figure.scope == ALL))


def _results(scope: str, figures: Iterable[Figure]) -> Results:
    order = {measure: place for place, measure in enumerate(Measure.values)}
    ranked = sorted(figures, key=lambda figure: (order[figure.measure], figure.arm != Arm.PROGRAM))
    return Results(scope, {(figure.measure, figure.arm): figure for figure in ranked})


def zone_of(organization: Organization) -> ZoneInfo:
    """The organization's own zone: a decision falls on the day it had there."""
    return ZoneInfo(organization.time_zone)


def local_day(organization: Organization) -> date:
    """Today where the organization is."""
    return datetime.now(zone_of(organization)).date()
