"""The figures as they are shown: read from what was released, or measured for one leader's own line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from amdp.tenancy.models import Organization
from metrics.arms import Arm, Measure
from metrics.figures import ALL, Figure
from metrics.measures import measure_all
from metrics.models import Release, StageRelease
from metrics.queries.spells import spells
from metrics.stages import StageShare, shares


@dataclass(frozen=True)
class Results:
    """All figures of one scope, and 12-month retention of each cohort."""

    scope: str
    figures: dict[tuple[str, str], Figure]
    by_cohort: Mapping[str, Figure] = field(default_factory=dict)

    def of(self, measure: Measure, arm: Arm) -> Figure | None:
        """One figure; None when the group is empty."""
        return self.figures.get((measure, arm))

    @property
    def rows(self) -> list[Figure]:
        """Every figure, in the order of the page."""
        return list(self.figures.values())

    @property
    def is_empty(self) -> bool:
        """There is no figure at all: nobody had been selected at the last closing."""
        return not self.figures

    @property
    def has_curve(self) -> bool:
        """Retention over time is measured of all together, and of a leader's own line."""
        return self.of(Measure.CURVE, Arm.PROGRAM) is not None

    @property
    def as_of(self) -> date | None:
        """The newest day in it."""
        return max((figure.as_of for figure in self.figures.values()), default=None)


def results(scope: str = ALL, day: date | None = None) -> Results:
    """What was released for a scope up to a day: of each figure the newest with a value, else the newest.

    Also 12-month retention of every cohort. One query.
    """
    each_cohort = Q(scope__startswith="cohort:", measure=Measure.RETENTION, arm=Arm.PROGRAM)
    rows = Release.objects.filter(Q(scope=scope) | each_cohort)
    if day is not None:
        rows = rows.filter(as_of__lte=day)
    newest = rows.order_by("scope", "measure", "arm", "-has_value", "-as_of").distinct(
        "scope", "measure", "arm"
    )
    found = [Figure.from_json(facts) for facts in newest.values_list("figure", flat=True)]
    cohorts = {one.scope: one for one in found if (one.measure, one.arm) == (Measure.RETENTION, Arm.PROGRAM)}
    return _results(scope, (figure for figure in found if figure.scope == scope), cohorts)


def stage_shares(day: date) -> list[StageShare]:
    """What was released of each stage by self-identified attribute up to a day; nothing before the first. One query."""
    newest = StageRelease.objects.filter(as_of__lte=day).order_by("-as_of").first()
    return shares(newest.shown) if newest else []


def line_results(organization: Organization, line: Q) -> Results:
    """The same measures for the people of one reporting line, given as a condition on Person."""
    as_of = local_day(organization)
    measured = measure_all(spells(as_of, zone_of(organization), line), as_of, grouped=False)
    return _results(ALL, (one.figure for one in measured))


def _results(scope: str, figures: Iterable[Figure], by_cohort: Mapping[str, Figure] | None = None) -> Results:
    order = {measure: place for place, measure in enumerate(Measure.values)}
    ranked = sorted(figures, key=lambda figure: (order[figure.measure], figure.arm != Arm.PROGRAM))
    return Results(scope, {(figure.measure, figure.arm): figure for figure in ranked}, by_cohort or {})


def zone_of(organization: Organization) -> ZoneInfo:
    """The organization's own zone: a decision falls on the day it had there."""
    return ZoneInfo(organization.time_zone)


def local_day(organization: Organization) -> date:
    """Today where the organization is."""
    return timezone.localdate(timezone=zone_of(organization))
