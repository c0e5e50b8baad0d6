"""What the home page says about mentoring: two queries for most people, none for those outside of it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse
from django.utils import timezone

from amdp.directory.appearances import may_appear
from amdp.directory.models import Person
from amdp.directory.queries import name_at, person_of
from amdp.identity.models import Membership
from amdp.web.tasks import Appointment, Event, Task, Waiting
from amdp.web.time import day
from cohorts.models import Cohort, Participant
from mentoring.access import runs_mentoring
from mentoring.models import CheckIn, CoachingSession, MatchRun, Mentor, Mentorship

APPEARANCES = (Mentor.person, Participant.person)
NEWS = timedelta(days=14)
MOST = 10
START_NOTICED = timedelta(days=30)  # a cohort without mentors that long does without them


def tasks_for(member: Membership) -> list[Task]:
    """Invitations to answer, sessions to confirm or change, check-ins, and for L&D silent pairs; one query."""
    person = person_of(member)
    parts: list[QuerySet[Any, Any]] = []
    if person is not None and may_appear(member, Mentor.person):
        parts += _mentor_tasks(person)
    if person is not None and may_appear(member, Participant.person):
        parts += _mentee_tasks(person)
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
            title=f"{one.other} to confirm {_sessions(one.unconfirmed)}",
            detail="You logged it, they agree or ask for a change.",
            url=_url(member, "mentorship_detail", one.pk),
        )
        for one in _own_pairs(member)
        if one.unconfirmed and one.mentors
    ]


def events_for(member: Membership) -> list[Event]:
    """New pairs."""
    since = timezone.localdate() - NEWS
    return [
        Event(
            at=timezone.make_aware(datetime.combine(one.started_on, time())),
            text=f"You and {one.other} are a mentoring pair",
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
            title=f"Mentor session with {one.other}",
            detail=one.cohort,
            url=_url(member, "mentorship_detail", one.pk),
        )
        for one in _own_pairs(member)
        if one.next_meeting_at and one.next_meeting_at > now
    ]


def _mentor_tasks(person: Person) -> list[QuerySet[Any, Any]]:
    mentor, mentee = Q(mentorship__mentor__person=person), name_at("mentorship__participant__person_id")
    invited = Mentor.objects.filter(person=person, state=Mentor.State.INVITED)
    amending = CoachingSession.objects.filter(mentor, state=CoachingSession.State.AMENDING)
    return [
        _rows(invited, "invited", F("invited_at__date"), Value("")),
        _rows(_open_check_ins(CheckIn.Side.MENTOR).filter(mentor), "check_in", F("asked_on"), mentee),
        _rows(amending, "amend", F("held_on"), mentee),
    ]


def _mentee_tasks(person: Person) -> list[QuerySet[Any, Any]]:
    mentee, mentor = Q(mentorship__participant__person=person), name_at("mentorship__mentor__person_id")
    logged = CoachingSession.objects.filter(mentee, state=CoachingSession.State.LOGGED)
    return [
        _rows(_open_check_ins(CheckIn.Side.MENTEE).filter(mentee), "check_in", F("asked_on"), mentor),
        _rows(logged, "confirm", F("held_on"), mentor),
    ]


def _open_check_ins(side: CheckIn.Side) -> QuerySet[CheckIn]:
    return CheckIn.objects.filter(
        side=side,
        answered_at__isnull=True,
        asked_on__gte=timezone.localdate() - timedelta(days=31),
        mentorship__state=Mentorship.State.ACTIVE,
    )


def _admin_tasks() -> list[QuerySet[Any, Any]]:
    silent = Mentorship.objects.filter(state=Mentorship.State.ACTIVE, silence=Mentorship.Silence.ADMINS)
    both = Concat(name_at("mentor__person_id"), Value(" and "), name_at("participant__person_id"))
    ready = MatchRun.objects.filter(
        state=MatchRun.State.DONE, matched__gt=0, finished_at__gte=timezone.now() - NEWS
    )
    later = MatchRun.objects.filter(cohort=OuterRef("cohort"), number__gt=OuterRef("number"))
    newest = ready.filter(~Exists(later.order_by()))
    return [
        _rows(silent, "silent", F("started_on"), both),
        _rows(newest, "publish", F("finished_at__date"), F("cohort__name")),
        _rows(_unmatched(), "match", F("starts_on"), F("name")),
    ]


def _unmatched() -> QuerySet[Cohort]:
    """Running cohorts, not long under way, that nobody has matched mentors for."""
    matched = MatchRun.objects.filter(cohort=OuterRef("pk")).order_by()
    paired = Mentorship.objects.filter(participant__cohort=OuterRef("pk")).order_by()
    noticed = timezone.localdate() - START_NOTICED
    running = Cohort.objects.filter(state=Cohort.State.RUNNING, starts_on__gte=noticed)
    return running.filter(~Exists(matched), ~Exists(paired))


def _rows(found: QuerySet[Any], kind: str, day_: Any, name: Any) -> QuerySet[Any, Any]:
    rows = found.order_by().annotate(task=Value(kind), on=day_, about=name)
    return rows.values_list("task", "pk", "on", "about")[:MOST]


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


def _match(member: Membership, pk: int, on: Any, name: str) -> Task:
    return Task(
        title=f"Find mentors for {name}",
        detail="Invite people to the mentor pool, then match them with the participants.",
        action="Open",
        url=_url(member, "cohort_mentoring", pk),
        icon="user-heart",
        due=on,
    )


MAKE = {
    "match": _match,
    "invited": _invited,
    "check_in": _check_in,
    "confirm": _confirm,
    "amend": _amend,
    "silent": _silent,
    "publish": _publish,
}


@dataclass(frozen=True)
class _Pair:
    """An active pair, as the member sees it: the other one by name."""

    pk: int
    started_on: date
    next_meeting_at: datetime | None
    mentors: bool
    other: str
    cohort: str
    unconfirmed: int


def _own_pairs(member: Membership) -> list[_Pair]:
    """The member's active pairs with the number of unconfirmed sessions; asked once per membership object."""
    person = person_of(member)
    if person is None or not may_appear(member, Mentor.person, Participant.person):
        return []
    known: list[_Pair] | None = getattr(member, "_mentorships", None)
    if known is None:
        known = [_Pair(*row) for row in _pair_rows(person)]
        member._mentorships = known  # type: ignore[attr-defined]
    return known


def _pair_rows(person: Person) -> QuerySet[Any, Any]:
    mentors = Q(mentor__person=person)
    active = Mentorship.objects.filter(mentors | Q(participant__person=person), state=Mentorship.State.ACTIVE)
    other = Case(When(mentors, then=name_at("participant__person_id")), default=name_at("mentor__person_id"))
    cohort = Cohort.objects.filter(pk=OuterRef("participant__cohort_id")).order_by().values("name")
    logged = CoachingSession.objects.filter(mentorship=OuterRef("pk"), state=CoachingSession.State.LOGGED)
    counted = logged.order_by().values("mentorship").values(count=Count("pk"))
    return active.order_by("pk").values_list(
        "pk",
        "started_on",
        "next_meeting_at",
        Case(When(mentors, then=Value(True)), default=Value(False)),
        other,
        Subquery(cohort),
        Coalesce(Subquery(counted), 0),
    )[:MOST]


def _sessions(count: int) -> str:
    return "a session" if count == 1 else f"{count} sessions"


def _url(member: Membership, name: str, *args: object) -> str:
    return reverse(f"mentoring:{name}", args=[member.organization.slug, *args])
