"""What needs a member now, over all roles: each app answers for its own part."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import chain
from types import ModuleType
from typing import Any

from amdp.directory.access import leads
from amdp.directory.appearances import look_up_appearances
from amdp.directory.queries import line_at, local_today, name_at, person_of, sort_key_at
from amdp.home import beginnings
from amdp.identity.models import Membership
from amdp.web.tasks import Appointment, Event, Task, Waiting, in_order
from cohorts.models import Cohort, Participant
from cohorts.queries import home as cohorts_home
from curriculum import home as curriculum_home
from mentoring import home as mentoring_home
from metrics import home as metrics_home
from selection.queries import tasks as selection_home

APPS: tuple[ModuleType, ...] = (
    beginnings,
    cohorts_home,
    selection_home,
    curriculum_home,
    mentoring_home,
    metrics_home,
)
TASKS_SHOWN = 20
EVENTS_SHOWN = 8
APPOINTMENTS_SHOWN = 5
LINE_SHOWN = 6


@dataclass(frozen=True)
class InProgram:
    """Somebody of the member's line who takes part in a cohort."""

    participant: int
    name: str
    cohort: str


@dataclass(frozen=True)
class Home:
    """Everything on the home page."""

    today: date
    tasks: list[Task]
    waiting: list[Waiting]
    events: list[Event]
    appointments: list[Appointment]
    line: list[InProgram]

    @property
    def first_of_line(self) -> list[InProgram]:
        return self.line[:LINE_SHOWN]

    @property
    def more_of_line(self) -> bool:
        """Whether others of the line are in programs too."""
        return len(self.line) > LINE_SHOWN

    @property
    def first_tasks(self) -> list[Task]:
        """What a screen or two can hold."""
        return self.tasks[:TASKS_SHOWN]

    @property
    def late(self) -> int:
        return sum(task.is_late(self.today) for task in self.tasks)


def home_of(member: Membership) -> Home:
    """The home page of a member: tasks overdue first, then by date; newest events first."""
    look_up_appearances(member, chain.from_iterable(getattr(app, "APPEARANCES", ()) for app in APPS))
    return Home(
        today=local_today(member),
        tasks=tasks_for(member),
        waiting=_gather("waiting_for", member),
        events=sorted(_gather("events_for", member), key=lambda e: e.at, reverse=True)[:EVENTS_SHOWN],
        appointments=sorted(_gather("appointments_for", member), key=lambda a: a.at)[:APPOINTMENTS_SHOWN],
        line=line_in_programs(member),
    )


def line_in_programs(member: Membership) -> list[InProgram]:
    """Who of the member's own line is in a cohort now, one more than is shown; one query for leaders, none
    for others."""
    person = person_of(member)
    if person is None or not leads(member):
        return []
    running = Participant.objects.filter(
        state=Participant.State.ACTIVE, cohort__state=Cohort.State.RUNNING
    ).exclude(person=person)
    of_line = running.alias(line=line_at("person_id")).filter(line__startswith=person.line)
    rows = of_line.order_by("cohort__name", sort_key_at("person_id"), "pk").values_list(
        "pk", name_at("person_id"), "cohort__name"
    )
    return [InProgram(*row) for row in rows[: LINE_SHOWN + 1]]


def tasks_for(member: Membership) -> list[Task]:
    """What needs the member, in the order to do it."""
    return in_order(_gather("tasks_for", member))


def _gather(name: str, member: Membership) -> list[Any]:
    answers: list[Callable[[Membership], list[Any]]] = [
        getattr(app, name) for app in APPS if hasattr(app, name)
    ]
    return list(chain.from_iterable(answer(member) for answer in answers))
