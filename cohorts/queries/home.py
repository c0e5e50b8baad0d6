"""What the home page says about programs, cohorts and placements."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    Case,
    DateField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from amdp.directory.appearances import may_appear
from amdp.directory.models import Person
from amdp.directory.queries import local_today, name_at, person_of
from amdp.identity.models import Membership, Role
from amdp.web.tasks import Appointment, Event, Task, Waiting
from cohorts.models import Cohort, Participant, Placement, Program, Stakeholder

APPEARANCES = (Participant.person, Placement.leader, Placement.proposed_by, Stakeholder.person)
NEWS = timedelta(days=14)
AHEAD = timedelta(days=7)
DATES_SHOWN = 5
DATES_WITHIN = timedelta(days=120)
AHEAD_IN_WORDS = {
    Cohort.State.DRAFT: "Nominations open",
    Cohort.State.NOMINATING: "Nominations close",
    Cohort.State.ASSESSING: "Decisions are due",
    Cohort.State.SELECTING: "Decisions are due",
    Cohort.State.RUNNING: "The journey ends",
}
TEXT, NOTHING = TextField(), Value("", output_field=TextField())
NO_DAY, NO_TIME = Cast(Value(None), DateField()), Cast(Value(None), DateTimeField())


@dataclass(frozen=True)
class Line:
    """A signature, a date of a cohort or a program that concerns the member; what a kind does not need is
    empty."""

    kind: str
    pk: int
    name: str
    program: str
    person: str
    state: str
    on: date | None
    at: datetime | None


@dataclass(frozen=True)
class Desk:
    """Everything of this app that may concern a member now, in two queries."""

    placements: list[Placement]
    lines: list[Line]

    def of(self, kind: str) -> list[Line]:
        return [line for line in self.lines if line.kind == kind]


def desk_of(member: Membership) -> Desk:
    """Read once per membership object, that is once per request: tasks, waiting and events share it."""
    known: Desk | None = getattr(member, "_cohorts_desk", None)
    if known is None:
        person = person_of(member)
        known = Desk(
            list(_open_placements(member, person)),
            [Line(*row) for row in _rows(member, person)],
        )
        member._cohorts_desk = known  # type: ignore[attr-defined]
    return known


def tasks_for(member: Membership) -> list[Task]:
    """What needs this member: signatures, answers, and for L&D admins what is due in programs and cohorts."""
    org, desk = member.organization.slug, desk_of(member)
    tasks = [_sign_program(line, org) for line in desk.of("sign")]
    tasks += [_sign_placement(one, org) for one in desk.placements if needs_signature_of(member, one)]
    tasks += [_answer_offer(line, org) for line in desk.of("offer")]
    if member.has(Role.LD_ADMIN):
        tasks += [_change_program(line, org) for line in desk.of("returned")]
        tasks += [_look_after(line, org) for line in desk.of("due")]
        tasks += [_open_cohort(line, org) for line in desk.of("no cohort")]
    return tasks


def waiting_for(member: Membership) -> list[Waiting]:
    """Signatures that L&D admins and proposers of placements wait for."""
    org, desk = member.organization.slug, desk_of(member)
    signatures = [
        Waiting(
            title=f"{line.person} to sign off {line.name}",
            detail=f"Asked as {Stakeholder.Function(line.state).label}",
            url=reverse("cohorts:program_detail", args=[org, line.pk]),
        )
        for line in desk.of("asked")
    ]
    placements = [
        Waiting(
            title=f"Signatures for {one.participant.person} as {one.job_title}",
            detail=" and ".join(missing_signatures(one)),
            url=reverse("cohorts:placement_detail", args=[org, one.pk]),
        )
        for one in desk.placements
        if one.proposed_by_id == member.pk
    ]
    return signatures + placements


def events_for(member: Membership) -> list[Event]:
    """What happened in the last two weeks: enrolment, programs signed off."""
    org, desk = member.organization.slug, desk_of(member)
    events = [
        Event(
            at=line.at,  # type: ignore[arg-type]
            text=f"You are enrolled in {line.name}.",
            url=reverse("cohorts:cohort_detail", args=[org, line.pk]),
        )
        for line in desk.of("enrolled")
    ]
    events += [
        Event(
            at=line.at,  # type: ignore[arg-type]
            text=f"{line.name} is signed off by every stakeholder.",
            url=reverse("cohorts:program_detail", args=[org, line.pk]),
        )
        for line in desk.of("signed off")
    ]
    events += [
        Event(
            at=line.at,  # type: ignore[arg-type]
            text=f"Everybody nominated for {line.name} has the outcome.",
            url=reverse("cohorts:cohort_detail", args=[org, line.pk]),
        )
        for line in desk.of("released")
    ]
    return sorted(events, key=lambda event: event.at, reverse=True)


def appointments_for(member: Membership) -> list[Appointment]:
    """For L&D admins the next day of each cohort that the calendar asks something of."""
    org = member.organization.slug
    return [
        Appointment(
            at=timezone.make_aware(datetime.combine(line.on, time())),  # type: ignore[arg-type]
            title=AHEAD_IN_WORDS[Cohort.State(line.state)],
            detail=line.name,
            url=reverse("cohorts:cohort_detail", args=[org, line.pk]),
        )
        for line in desk_of(member).of("ahead")
    ]


def needs_signature_of(member: Membership, placement: Placement) -> bool:
    """Whether an open placement waits for this member's signature."""
    person = person_of(member)
    own = person.pk if person else None
    if placement.leader_signed_at is None and placement.leader_id == own:
        return True
    involved = own in (placement.leader_id, placement.participant.person_id)
    return member.has(Role.HR_ANALYST) and placement.hr_signed_at is None and not involved


def missing_signatures(placement: Placement) -> list[str]:
    """Whose signature a placement still needs, in words."""
    missing = [] if placement.leader_signed_at else [str(placement.leader)]
    return missing if placement.hr_signed_at else [*missing, "HR"]


def _signatures(member: Membership, person: Person | None) -> list[QuerySet[Any, Any]]:
    """Asked or returned and not signed: one's own, and for L&D admins everybody's."""
    open_ = Stakeholder.objects.filter(asked_at__isnull=False, signed_at=None)
    asked, own = open_.filter(returned_at=None), Q(person=person) if person else Q(pk__in=[])
    program: dict[str, Any] = {"pk": "program_id", "name": "program__name", "on": F("due_on")}
    parts = []
    if person is not None and may_appear(member, Stakeholder.person):
        parts.append(_part(asked.filter(own), "sign", **program))
    if member.has(Role.LD_ADMIN):
        name = name_at("person_id")
        parts.append(_part(asked.exclude(own), "asked", **program, person=name, state="function"))
        returned = open_.filter(returned_at__isnull=False)
        parts.append(_part(returned, "returned", **program, person=name, state="return_reason"))
    return parts


def _open_placements(member: Membership, person: Person | None) -> QuerySet[Placement]:
    mine = Q(proposed_by=member)
    if person is not None:
        mine |= Q(leader=person, leader_signed_at=None)
    if member.has(Role.HR_ANALYST):
        mine |= Q(hr_signed_at=None)
    if not (member.has(Role.HR_ANALYST) or may_appear(member, Placement.leader, Placement.proposed_by)):
        return Placement.objects.none()
    placements = Placement.objects.filter(mine, state=Placement.State.PROPOSED)
    return placements.select_related("participant__person", "participant__cohort", "leader")


def _rows(member: Membership, person: Person | None) -> list[Any]:
    """Parts of the same columns, appended by PostgreSQL; what cannot concern the member is left out."""
    since, parts = timezone.now() - NEWS, _signatures(member, person)
    if person is not None and may_appear(member, Participant.person):
        own = Participant.objects.filter(person=person)
        unanswered = own.filter(state=Participant.State.GRADUATED, offers_mentoring=None)
        parts += [
            _part(unanswered, "offer", name="cohort__name"),
            _part(
                own.filter(enrolled_at__gte=since),
                "enrolled",
                pk="cohort_id",
                name="cohort__name",
                at="enrolled_at",
            ),
        ]
    if member.has(Role.LD_ADMIN):
        parts += [_due_cohorts(local_today(member)), _cohorts_ahead(local_today(member))]
        parts.append(_part(Cohort.objects.filter(released_at__gte=since), "released", at="released_at"))
        parts.append(_part(_without_cohort(), "no cohort"))
    if member.has(Role.LD_ADMIN, Role.SPONSOR):
        parts.append(
            _part(Program.objects.filter(signed_off_at__gte=since), "signed off", at="signed_off_at")
        )
    return list(parts[0].union(*parts[1:], all=True)) if parts else []


def _part(
    found: QuerySet[Any],
    kind: str,
    *,
    pk: str = "pk",
    name: str = "name",
    program: str | None = None,
    person: Any = None,
    state: str | None = None,
    on: Any = None,
    at: str | None = None,
) -> QuerySet[Any, Any]:
    """The columns of a line; types are said where a part has nothing to put in."""
    return found.order_by().values_list(
        Value(kind, output_field=TEXT),
        F(pk),
        F(name),
        F(program) if program else NOTHING,
        person or NOTHING,
        F(state) if state else NOTHING,
        on or NO_DAY,
        F(at) if at else NO_TIME,
    )


def _without_cohort() -> QuerySet[Program]:
    """Programs that everybody signed and nobody has opened a cohort of."""
    opened = Cohort.objects.filter(program=OuterRef("pk")).order_by()
    return Program.objects.filter(~Exists(opened), state=Program.State.SIGNED_OFF)


def _due_cohorts(today: date) -> QuerySet[Any, Any]:
    """Cohorts in which the calendar asks for the next move, with the day it asked."""
    opens = Q(state=Cohort.State.DRAFT, nominations_open_on__lte=today + AHEAD)
    closes = Q(state=Cohort.State.NOMINATING, nominations_close_on__lt=today)
    ends = Q(state=Cohort.State.RUNNING, ends_on__lte=today)
    day = Case(
        When(opens, then=F("nominations_open_on")),
        When(closes, then=F("nominations_close_on")),
        default=F("ends_on"),
    )
    due = Cohort.objects.filter(opens | closes | ends)
    return _part(due, "due", program="program__name", state="state", on=day)


def _cohorts_ahead(today: date) -> QuerySet[Any, Any]:
    """Cohorts with their next day after today, for a few months to come."""
    day = Case(
        When(state=Cohort.State.DRAFT, then=F("nominations_open_on")),
        When(state=Cohort.State.NOMINATING, then=F("nominations_close_on")),
        When(state__in=[Cohort.State.ASSESSING, Cohort.State.SELECTING], then=F("decisions_due_on")),
        When(state=Cohort.State.RUNNING, then=F("ends_on")),
    )
    ahead = Cohort.objects.annotate(day=day).filter(day__gt=today, day__lte=today + DATES_WITHIN)
    return _part(ahead, "ahead", state="state", on=day).order_by("day")[:DATES_SHOWN]


def _sign_program(line: Line, org: str) -> Task:
    return Task(
        title=f"Sign off {line.name}",
        detail="Read the objectives, baselines and competency model, then sign or return them",
        due=line.on,
        action="Read and sign",
        url=reverse("cohorts:program_sign_off", args=[org, line.pk]),
        icon="writing-sign",
    )


def _sign_placement(placement: Placement, org: str) -> Task:
    return Task(
        title=f"Sign the placement of {placement.participant.person}",
        detail=f"{placement.job_title}, after {placement.participant.cohort}",
        due=placement.effective_on,
        due_note="role starts",
        action="Read and sign",
        url=reverse("cohorts:placement_detail", args=[org, placement.pk]),
        icon="arrows-exchange",
    )


def _answer_offer(line: Line, org: str) -> Task:
    return Task(
        title="Would you mentor or teach the next cohort?",
        detail=f"You graduated from {line.name}. Two questions, and you may change your mind",
        action="Answer",
        url=reverse("cohorts:participant_offer", args=[org, line.pk]),
        icon="school",
    )


def _change_program(line: Line, org: str) -> Task:
    return Task(
        title=f"Change {line.name} and ask again",
        detail=f"{line.person} returned it: {line.state}",
        action="Open the program",
        url=reverse("cohorts:program_detail", args=[org, line.pk]),
        icon="arrow-back-up",
    )


def _open_cohort(line: Line, org: str) -> Task:
    return Task(
        title=f"Open the first cohort of {line.name}",
        detail="Every stakeholder has signed. Dates, seats and the nomination window come next.",
        action="Open a cohort",
        url=reverse("cohorts:cohort_new", args=[org, line.pk]),
        icon="users-group",
    )


def _look_after(line: Line, org: str) -> Task:
    """A cohort that the calendar has caught up with."""
    title, detail = {
        Cohort.State.DRAFT: (f"Open nominations for {line.name}", "Set-up first"),
        Cohort.State.NOMINATING: (f"Close nominations for {line.name}", "Window over"),
        Cohort.State.RUNNING: (f"Graduate {line.name}", "The end has come"),
    }[Cohort.State(line.state)]
    return Task(
        title=title,
        detail=f"{line.program}. {detail}",
        due=line.on,
        action="Open the cohort",
        url=reverse("cohorts:cohort_detail", args=[org, line.pk]),
        icon="calendar-event",
    )
