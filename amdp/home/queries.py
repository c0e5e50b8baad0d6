"""What needs a member now, over all roles: each app answers for its own part."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import chain
from types import ModuleType
from typing import Any

from amdp.directory.access import leads, own_line
from amdp.directory.queries import local_today
from amdp.home import beginnings
from amdp.identity.models import Membership
from amdp.web.tasks import Appointment, Event, Task, Waiting, in_order
from cohorts import queries as cohorts_queries
from cohorts.models import Cohort, Participant
from curriculum import home as curriculum_home
from mentoring import home as mentoring_home
from selection import queries as selection_queries

APPS: tuple[ModuleType, ...] = (
    beginnings,
    cohorts_queries,
    selection_queries,
    curriculum_home,
    mentoring_home,
)
TASKS_SHOWN = 20
EVENTS_SHOWN = 8
APPOINTMENTS_SHOWN = 5
LINE_SHOWN = 6


@dataclass(frozen=True)
class Home:
    """Everything on the home page."""

    today: date
    tasks: list[Task]
    waiting: list[Waiting]
    events: list[Event]
    appointments: list[Appointment]
    line: list[Participant]

    @property
    def first_tasks(self) -> list[Task]:
        """What a screen or two can hold."""
        return self.tasks[:TASKS_SHOWN]

    @property
    def late(self) -> int:
        return sum(task.is_late(self.today) for task in self.tasks)


def home_of(member: Membership) -> Home:
    """The home page of a member: tasks overdue first, then by date; newest events first."""
    return Home(
        today=local_today(member),
        tasks=tasks_for(member),
        waiting=_gather("waiting_for", member),
        events=sorted(_gather("events_for", member), key=lambda e: e.at, reverse=True)[:EVENTS_SHOWN],
        appointments=sorted(_gather("appointments_for", member), key=lambda a: a.at)[:APPOINTMENTS_SHOWN],
        line=line_in_programs(member),
    )


def line_in_programs(member: Membership) -> list[Participant]:
    """Who of the member's own line is in a cohort now; one query for leaders, none for others."""
    if not leads(member):
        return []
    running = Participant.objects.filter(
        own_line(member, "person__"),
        state=Participant.State.ACTIVE,
        cohort__state=Cohort.State.RUNNING,
    )
    ordered = running.select_related("person", "cohort").order_by("cohort__name", "person__last_name_key")
    return list(ordered[:LINE_SHOWN])


def tasks_for(member: Membership) -> list[Task]:
    """What needs the member, in the order to do it."""
    return in_order(_gather("tasks_for", member))


def _gather(name: str, member: Membership) -> list[Any]:
    answers: list[Callable[[Membership], list[Any]]] = [
        getattr(app, name) for app in APPS if hasattr(app, name)
    ]
    return list(chain.from_iterable(answer(member) for answer in answers))
