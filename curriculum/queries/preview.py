"""The dates a template would give."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from cohorts.models import Cohort, Program
from curriculum.dates import Calendar
from curriculum.models import Activity, Journey, Module, Session
from curriculum.plan import Plan, journey_from
from curriculum.queries.hours import hours_for, is_ahead
from curriculum.timetable import Slot, Wish


@dataclass(frozen=True)
class PreviewSession:
    """One date of a live session as scheduling would leave it; ``before`` where that is another hour than now."""

    session: Session
    hours: str
    is_new: bool
    before: str


@dataclass(frozen=True)
class PreviewActivity:
    """An activity with its days; for a live one of a cohort its dates."""

    activity: Activity
    opens_on: date
    due_on: date
    sessions: list[PreviewSession] = field(default_factory=list)


@dataclass(frozen=True)
class PreviewLine:
    """A module with its days and those of its activities."""

    module: Module
    starts_on: date
    ends_on: date
    activities: list[PreviewActivity]


@dataclass(frozen=True)
class SchedulePreview:
    """What scheduling a cohort's journey now would come to."""

    journey: Journey
    people: int
    lines: list[PreviewLine]

    @property
    def sessions(self) -> list[PreviewSession]:
        """All dates of live sessions, in the template's order."""
        return [one for line in self.lines for activity in line.activities for one in activity.sessions]

    @property
    def outside(self) -> int:
        """How many live sessions are outside somebody's working hours."""
        return sum(bool(one.hours) for one in self.sessions)


def modules_with_activities(program: Program) -> list[Module]:
    """The template in order, in two queries."""
    return list(program.modules.select_related("launches_with").prefetch_related("activities"))


def preview(program: Program, starts_on: date, market: str) -> list[PreviewLine]:
    """Every module and activity on its day, if a cohort started then in that market."""
    modules = modules_with_activities(program)
    activities = [activity for module in modules for activity in module.activities.all()]
    return _lines(modules, activities, Calendar(starts_on, market), {})


def schedule_preview(cohort: Cohort, wishes: Mapping[int, Wish] | None = None) -> SchedulePreview:
    """The very plan that ``schedule_journey`` would save now with these wishes, with the final hour of every live session and whom
    it keeps from working hours. Saves and locks nothing; the queries do not depend on the number of people."""
    plan = Plan(cohort, journey_from(cohort), timezone.now(), wishes=wishes)
    sessions = {
        activity: [_session(slot) for slot in slots] for activity, slots in plan.timetable.slots.items()
    }
    lines = _lines(plan.modules, plan.activities, plan.common, sessions)
    return SchedulePreview(plan.journey, len(plan.participants), lines)


def _lines(
    modules: Iterable[Module],
    activities: Iterable[Activity],
    calendar: Calendar,
    sessions: dict[int, list[PreviewSession]],
) -> list[PreviewLine]:
    by_module: dict[int, list[Activity]] = defaultdict(list)
    for activity in activities:
        by_module[activity.module_id].append(activity)
    return [
        PreviewLine(
            module,
            *calendar.module(module),
            [
                PreviewActivity(one, *calendar.activity(one, module), sessions.get(one.pk, []))
                for one in by_module[module.pk]
            ],
        )
        for module in modules
    ]


def _session(slot: Slot) -> PreviewSession:
    hours = hours_for(slot.session, slot.attendees) if is_ahead(slot.session) else ""
    return PreviewSession(slot.session, hours, slot.is_new, slot.former)
