"""What the home page says about mentoring: two queries for most people, none for those outside of it."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone

from amdp.directory.models import Person
from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from amdp.web.tasks import Appointment, Event, Task, Waiting
from amdp.web.time import day
from mentoring.access import runs_mentoring
from mentoring.models import CheckIn, CoachingSession, MatchRun, Mentor, Mentorship

NEWS = timedelta(days=14)
MOST = 10


def tasks_for(member: Membership) -> list[Task]:
    """Invitations to answer, sessions to confirm or change, check-ins, and for L&D silent pairs; one query."""
    person = person_of(member)
    parts: list[QuerySet[Any, Any]] = []
    if person is not None:
        parts += _own_tasks(person)
    if runs_mentoring(member):
        parts += _admin_tasks()
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True)
    return [MAKE[kind](member, pk, day_, name) for kind, pk, day_, name in rows]


def waiting_for(member: Membership) -> list[Waiting]:
    """Sessions a mentor logged that the participant has not confirmed."""
    return [
        Waiting(
            title=f"{one.participant} to confirm {_sessions(one.unconfirmed)}",
            detail="You logged it, they agree or ask for a change.",
            url=_url(member, "mentorship_detail", one.pk),
        )
        for one in _own_pairs(member)
        if one.unconfirmed and one.mentor.person_id == _person_id(member)
    ]


def events_for(member: Membership) -> list[Event]:
    """New pairs."""
    since = timezone.localdate() - NEWS
    return [
        Event(
            at=timezone.make_aware(datetime.combine(one.started_on, time())),
            text=f"You and {_other(member, one)} are a mentoring pair",
            url=_url(member, "mentorship_detail", one.pk),
        )
        for one in _own_pairs(member)
        if one.started_on >= since
    ]


def appointments_for(member: Membership) -> list[Appointment]:
    """Meetings the two agreed on."""
    now = timezone.now()
    return [
        Appointment(
            at=one.next_meeting_at,
            title=f"Mentor session with {_other(member, one)}",
            detail=str(one.participant.cohort),
            url=_url(member, "mentorship_detail", one.pk),
        )
        for one in _own_pairs(member)
        if one.next_meeting_at and one.next_meeting_at > now
    ]


def _own_tasks(person: Person) -> list[QuerySet[Any, Any]]:
    mentor, mentee = Q(mentorship__mentor__person=person), Q(mentorship__participant__person=person)
    open_check_ins = CheckIn.objects.filter(
        answered_at__isnull=True,
        asked_on__gte=timezone.localdate() - timedelta(days=31),
        mentorship__state=Mentorship.State.ACTIVE,
    )
    sessions = CoachingSession.objects.all()
    return [
        _rows(
            Mentor.objects.filter(person=person, state=Mentor.State.INVITED),
            "invited",
            F("invited_at__date"),
            Value(""),
        ),
        _rows(
            open_check_ins.filter(mentor, side="mentor"),
            "check_in",
            F("asked_on"),
            _name("mentorship__participant__"),
        ),
        _rows(
            open_check_ins.filter(mentee, side="mentee"),
            "check_in",
            F("asked_on"),
            _name("mentorship__mentor__"),
        ),
        _rows(
            sessions.filter(mentee, state="logged"), "confirm", F("held_on"), _name("mentorship__mentor__")
        ),
        _rows(
            sessions.filter(mentor, state="amending"),
            "amend",
            F("held_on"),
            _name("mentorship__participant__"),
        ),
    ]


def _admin_tasks() -> list[QuerySet[Any, Any]]:
    silent = Mentorship.objects.filter(state=Mentorship.State.ACTIVE, silence=Mentorship.Silence.ADMINS)
    both = Concat(_name("mentor__"), Value(" and "), _name("participant__"))
    ready = MatchRun.objects.filter(
        state=MatchRun.State.DONE, matched__gt=0, finished_at__gte=timezone.now() - NEWS
    )
    later = MatchRun.objects.filter(cohort=OuterRef("cohort"), number__gt=OuterRef("number"))
    newest = ready.filter(~Exists(later.order_by()))
    return [
        _rows(silent, "silent", F("started_on"), both),
        _rows(newest, "publish", F("finished_at__date"), F("cohort__name")),
    ]


def _rows(found: QuerySet[Any], kind: str, day_: Any, name: Any) -> QuerySet[Any, Any]:
    rows = found.order_by().annotate(task=Value(kind), on=day_, about=name)
    return rows.values_list("task", "pk", "on", "about")[:MOST]


def _name(path: str) -> Concat:
    return Concat(f"{path}person__first_name", Value(" "), f"{path}person__last_name")


def _invited(member: Membership, pk: int, on: Any, name: str) -> Task:
    return Task(
        title="Say whether you will mentor",
        detail="How many hours a month you have, and what you are strong in.",
        action="Answer",
        url=_url(member, "mentor_profile"),
        icon="user-heart",
        due_note=f"asked {day(on)}",
    )


def _check_in(member: Membership, pk: int, on: Any, name: str) -> Task:
    return Task(
        title=f"Say how it is going with {name}",
        detail="One colour and, if you like, a sentence.",
        action="Answer",
        url=_url(member, "check_in_answer", pk),
        icon="mood-check",
        due=on + timedelta(days=7),
        due_note="once a month",
    )


def _confirm(member: Membership, pk: int, on: Any, name: str) -> Task:
    return Task(
        title=f"Confirm your session with {name}",
        detail=f"Held {day(on)}.",
        action="Read",
        url=_url(member, "session_detail", pk),
        icon="message-check",
        due=on + timedelta(days=14),
    )


def _amend(member: Membership, pk: int, on: Any, name: str) -> Task:
    return Task(
        title=f"Change what you logged with {name}",
        detail=f"{name} remembers the session of {day(on)} differently.",
        action="Change",
        url=_url(member, "session_edit", pk),
        icon="message-question",
        due=on + timedelta(days=14),
    )


def _silent(member: Membership, pk: int, on: Any, name: str) -> Task:
    return Task(
        title=f"Ask {name} how it is going",
        detail="No session for a long time, although the mentor was reminded.",
        action="Open",
        url=_url(member, "mentorship_detail", pk),
        icon="message-circle-off",
    )


def _publish(member: Membership, pk: int, on: Any, name: str) -> Task:
    return Task(
        title=f"Look at the match of {name}",
        detail="Nobody is told before you publish it.",
        action="Open",
        url=_url(member, "match_run_detail", pk),
        icon="users",
    )


MAKE = {
    "invited": _invited,
    "check_in": _check_in,
    "confirm": _confirm,
    "amend": _amend,
    "silent": _silent,
    "publish": _publish,
}


def _own_pairs(member: Membership) -> list[Any]:
    """The member's active pairs with the number of unconfirmed sessions; asked once per membership object."""
    person = person_of(member)
    if person is None:
        return []
    if not hasattr(member, "_mentorships"):
        own = Q(mentor__person=person) | Q(participant__person=person)
        pairs = Mentorship.objects.filter(own, state=Mentorship.State.ACTIVE)
        pairs = pairs.select_related("mentor__person", "participant__person", "participant__cohort")
        member._mentorships = list(  # type: ignore[attr-defined]
            pairs.annotate(unconfirmed=Count("sessions", filter=Q(sessions__state="logged")))[:MOST]
        )
    return member._mentorships  # type: ignore[attr-defined]


def _person_id(member: Membership) -> int | None:
    person = person_of(member)
    return person.pk if person else None


def _other(member: Membership, pair: Mentorship) -> Person:
    mentor, mentee = pair.mentor.person, pair.participant.person
    return mentee if mentor.pk == _person_id(member) else mentor


def _sessions(count: int) -> str:
    return "a session" if count == 1 else f"{count} sessions"


def _url(member: Membership, name: str, *args: object) -> str:
    return reverse(f"mentoring:{name}", args=[member.organization.slug, *args])
