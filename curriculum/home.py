"""What the home page says about journeys: next steps, hand-ins to confirm, rosters, sessions ahead."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone

from amdp.directory.access import leads
from amdp.directory.appearances import may_appear
from amdp.directory.models import Person
from amdp.directory.queries import local_today, local_zone, name_at, person_of
from amdp.identity.models import Membership, Role
from amdp.web.tasks import Appointment, Event, Task, Waiting
from cohorts.models import Cohort, Participant
from curriculum.models import (
    Attendance,
    Journey,
    Module,
    ParticipantActivity,
    Project,
    Session,
    SessionFacilitator,
)
from curriculum.queries.opening import blockers, opening_from

APPEARANCES = (Participant.person, SessionFacilitator.person, SessionFacilitator.membership)
State = ParticipantActivity.State
STEPS_SHOWN = 3
MOST = 50
NEWS = timedelta(days=14)
ROSTERS_SINCE = timedelta(days=60)
START_NOTICED = timedelta(days=30)  # a cohort without a journey that long does without one


@dataclass(frozen=True)
class _Line:
    """Work to confirm, or a cohort without dates; what a kind does not need is empty."""

    kind: str
    pk: int
    name: str
    account: str
    activity: str
    on: date | None


@dataclass(frozen=True)
class _Rows:
    """What the home page needs, read once per request."""

    items: list[ParticipantActivity]
    sessions: list[Session]
    lines: list[_Line]


def tasks_for(member: Membership) -> list[Task]:
    """Rosters to take, hand-ins to confirm, and the own next steps."""
    rows, today, org = _rows(member), local_today(member), member.organization.slug
    return [
        *(_roster_task(one, member) for one in rows.sessions if _wants_roster(one)),
        *(_confirm_task(line, org) for line in rows.lines if line.kind == "confirm"),
        *(_step_task(one, org) for one in _steps(rows.items, today)),
        *(_schedule_task(line, org) for line in rows.lines if line.kind == "schedule"),
        *(_template_task(line, org) for line in rows.lines if line.kind == "template"),
    ]


def waiting_for(member: Membership) -> list[Waiting]:
    """Own work that the manager has not confirmed yet."""
    org = member.organization.slug
    return [
        Waiting(
            title=f"{item.manager or 'Your manager'} to confirm “{item.activity}”",  # type: ignore[attr-defined]
            detail=f"Handed in for “{item.activity.module}”",
            url=reverse("curriculum:activity_detail", args=[org, item.pk]),
        )
        for item in _rows(member).items
        if item.state == State.HANDED_IN
    ]


def events_for(member: Membership) -> list[Event]:
    """Own work confirmed and sessions attended in the last two weeks."""
    org = member.organization.slug
    return [
        Event(
            at=item.done_at,
            text=f"“{item.activity}” is {'confirmed' if item.activity.needs_confirmation else 'done'}.",
            url=reverse("curriculum:activity_detail", args=[org, item.pk]),
        )
        for item in _rows(member).items
        if item.done_at is not None and (item.activity.needs_confirmation or item.activity.is_session)
    ]


def appointments_for(member: Membership) -> list[Appointment]:
    """Sessions ahead, whether one holds them or has a seat."""
    org, now = member.organization.slug, timezone.now()
    return [
        Appointment(
            at=session.shown_at,
            title=str(session.activity),
            detail=f"{session.hour}, {'you hold it' if session.is_own else session.place or 'place to come'}",  # type: ignore[attr-defined]
            url=reverse("curriculum:session_detail", args=[org, session.pk]),
        )
        for session in _rows(member).sessions
        if session.ends_at > now
    ]


def _rows(member: Membership) -> _Rows:
    """At most three queries; kept on the membership of this request."""
    known: _Rows | None = getattr(member, "_curriculum_home", None)
    if known is None:
        known = _Rows(_items(member), _sessions(member), _lines(member))
        member._curriculum_home = known  # type: ignore[attr-defined]
    return known


def _items(member: Membership) -> list[ParticipantActivity]:
    person = person_of(member)
    if person is None or not may_appear(member, Participant.person):
        return []
    soon = local_today(member) + timedelta(days=10)
    shown = (
        Q(state__in=ParticipantActivity.OPEN, is_asked=True, opens_on__lte=soon)
        | Q(state=State.HANDED_IN)
        | Q(state=State.DONE, done_at__gte=timezone.now() - NEWS)
    )
    items = ParticipantActivity.objects.filter(
        shown, participant__person=person, participant__state=Participant.State.ACTIVE
    )
    items = items.annotate(manager=name_at("participant__person__manager_id"))
    return list(items.select_related("activity__module"))


def _sessions(member: Membership) -> list[Session]:
    person = person_of(member)
    if person is None and not member.has(Role.FACILITATOR):
        return []
    if not may_appear(member, Participant.person, SessionFacilitator.person, SessionFacilitator.membership):
        return []
    named = Q(membership=member)
    if person is not None:
        named |= Q(person=person)
    holds = Exists(SessionFacilitator.objects.filter(named, session=OuterRef("pk")).order_by())
    sits = Exists(
        Attendance.objects.filter(
            session=OuterRef("pk"), participant__person=person, participant__state=Participant.State.ACTIVE
        ).order_by()
    )
    since = local_today(member) - ROSTERS_SINCE
    sessions = Session.objects.filter(day__gte=since, state=Session.State.PLANNED)
    if person is None:
        sessions = sessions.filter(holds)
    else:
        sessions = sessions.filter(holds | sits)
    return list(sessions.annotate(is_own=holds).select_related("activity", "journey__cohort"))


def _lines(member: Membership) -> list[_Line]:
    """Hand-ins of direct reports, and for L&D admins cohorts without dates, in one query."""
    person, parts = person_of(member), []
    if person is not None and leads(member):
        parts.append(_to_confirm(person))
    if member.has(Role.LD_ADMIN):
        parts += [_unscheduled(), _without_template(local_today(member))]
    rows = parts[0].union(*parts[1:], all=True) if parts else ()
    return [_Line(*row) for row in rows]


def _to_confirm(person: Person) -> QuerySet[Any, Any]:
    projects = Project.objects.filter(
        state=Project.State.SUBMITTED, item__participant__person__manager=person
    )
    return projects.order_by("submitted_at").values_list(
        Value("confirm", output_field=TextField()),
        "pk",
        name_at("item__participant__person_id"),
        Coalesce("account__name", Value("")),
        "item__activity__title",
        Cast(Value(None), DateField()),
    )[:MOST]


def _unscheduled() -> QuerySet[Any, Any]:
    """Running cohorts without dates although their program has a journey."""
    dated = Exists(Journey.objects.filter(cohort=OuterRef("pk")).order_by())
    modules = Exists(Module.objects.filter(program=OuterRef("program")).order_by())
    running = Cohort.objects.filter(modules, ~dated, state=Cohort.State.RUNNING)
    nothing = Value("", output_field=TextField())
    return running.order_by("starts_on").values_list(
        Value("schedule", output_field=TextField()), "pk", "name", nothing, nothing, "starts_on"
    )[:MOST]


def _without_template(today: date) -> QuerySet[Any, Any]:
    """Running cohorts, not long under way, whose program has no journey to schedule yet; the program is meant."""
    modules = Exists(Module.objects.filter(program=OuterRef("program")).order_by())
    running = Cohort.objects.filter(
        ~modules, state=Cohort.State.RUNNING, starts_on__gte=today - START_NOTICED
    )
    nothing = Value("", output_field=TextField())
    return running.order_by("starts_on").values_list(
        Value("template", output_field=TextField()), "program_id", "name", nothing, nothing, "starts_on"
    )[:MOST]


def _steps(items: list[ParticipantActivity], today: date) -> list[ParticipantActivity]:
    """The next few things to do; sessions are appointments, and what is not open yet can wait."""
    own: dict[int, list[ParticipantActivity]] = defaultdict(list)
    for item in items:
        own[item.participant_id].append(item)
    waits = {participant: blockers(group) for participant, group in own.items()}
    doable = [
        one
        for one in items
        if one.is_open
        and not one.activity.is_session
        and opening_from(one, today, waits[one.participant_id].get(one.activity.module_id)) is None
    ]
    return sorted(doable, key=lambda one: one.due_on)[:STEPS_SHOWN]


def _wants_roster(session: Session) -> bool:
    return bool(session.is_own) and session.starts_at <= timezone.now()  # type: ignore[attr-defined]


def _step_task(item: ParticipantActivity, org: str) -> Task:
    returned = item.state == State.RETURNED
    about = f" · about {item.activity.effort}" if item.activity.minutes else ""
    return Task(
        title=f"Answer your manager on “{item.activity}”" if returned else str(item.activity),
        detail=f"{item.activity.module}{about}",
        due=item.due_on,
        action="Answer" if returned else "Continue",
        url=reverse("curriculum:activity_detail", args=[org, item.pk]),
        icon="route",
    )


def _confirm_task(line: _Line, org: str) -> Task:
    return Task(
        title=f"Confirm {line.name}’s work on {line.account}",
        detail=f"“{line.activity}”: was it used with a real customer?",
        action="Read and confirm",
        url=reverse("curriculum:project_detail", args=[org, line.pk]),
        icon="checklist",
    )


def _roster_task(session: Session, member: Membership) -> Task:
    return Task(
        title=f"Take the roster of “{session.activity}”",
        detail=str(session.journey.cohort),
        due=session.day_in(local_zone(member).key),
        action="Take the roster",
        url=reverse("curriculum:roster", args=[member.organization.slug, session.pk]),
        icon="clipboard-check",
    )


def _template_task(line: _Line, org: str) -> Task:
    return Task(
        title=f"Design the journey of {line.name}",
        detail="Its program has no modules yet, so participants see no dates",
        due=line.on,
        action="Open the template",
        url=reverse("curriculum:template_detail", args=[org, line.pk]),
        icon="route",
    )


def _schedule_task(line: _Line, org: str) -> Task:
    return Task(
        title=f"Schedule the journey of {line.name}",
        detail="Its participants see no dates yet",
        due=line.on,
        action="See the dates",
        url=reverse("curriculum:journey_schedule", args=[org, line.pk]),
        icon="calendar-event",
    )
