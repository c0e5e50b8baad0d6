"""The dates a template would give."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from cohorts.models import Program
from curriculum.dates import Calendar
from curriculum.models import Activity, Module


@dataclass(frozen=True)
class PreviewLine:
    """A module with its days and those of its activities."""

    module: Module
    starts_on: date
    ends_on: date
    activities: list[tuple[Activity, date, date]]


def modules_with_activities(program: Program) -> list[Module]:
    """The template in order, in three queries."""
    activities = Prefetch("activities", queryset=Activity.objects.prefetch_related("builds__competency"))
    return list(program.modules.select_related("launches_with").prefetch_related(activities))


def preview(program: Program, starts_on: date, market: str) -> list[PreviewLine]:
    """Every module and activity on its day, if a cohort started then in that market."""
    calendar = Calendar(starts_on, market)
    return [
        PreviewLine(
            module,
            *calendar.module(module),
            [(activity, *calendar.activity(activity, module)) for activity in module.activities.all()],
        )
        for module in modules_with_activities(program)
    ]
