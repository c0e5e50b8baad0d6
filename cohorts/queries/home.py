"""What the home page says about programs, cohorts and placements."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from amdp.directory.models import Person
from amdp.directory.queries import local_today, person_of
from amdp.identity.models import Membership, Role
from amdp.web.tasks import Event, Task, Waiting
from cohorts.models import Cohort, Participant, Placement, Program, Stakeholder

NEWS = timedelta(days=14)
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Desk:
    """Everything of this app that may concern a member now, in three queries."""

    stakeholders: list[Stakeholder]
    placements: list[Placement]
    participations: list[Participant]


def desk_of(member: Membership) -> Desk:
    """Read once per membership object, that is once per request: tasks, waiting and events share it."""
    known: Desk | None = getattr(member, "_cohorts_desk", None)
    if known is None:
        person = person_of(member)
        known = Desk(
            list(_open_signatures(member, person)),
            list(_open_placements(member, person)),
            list(person.participations.select_related("cohort")) if person else [],
        )
        member._cohorts_desk = known  # type: ignore[attr-defined]
    return known


def tasks_for(member: Membership) -> list[Task]:
    """What needs this member: signatures, answers, and for L&D admins what is due in programs and cohorts."""
    org, person, desk = member.organization.slug, person_of(member), desk_of(member)
    tasks = [_sign_program(one, org) for one in desk.stakeholders if _is_asked(one) and one.person == person]
    tasks += [_sign_placement(one, org) for one in desk.placements if needs_signature_of(member, one)]
    tasks += [_answer_offer(one, org) for one in desk.participations if _is_unanswered(one)]
    if member.has(Role.LD_ADMIN):
        tasks += [_change_program(one, org) for one in desk.stakeholders if one.returned_at]
        tasks += [_look_after(one, org) for one in _due_cohorts(local_today(member))]
    return tasks


def waiting_for(member: Membership) -> list[Waiting]:
    """Signatures that L&D admins and proposers of placements wait for."""
    org, person, desk = member.organization.slug, person_of(member), desk_of(member)
    signatures = [
        Waiting(
            title=f"{one.person} to sign off {one.program}",
            detail=f"Asked as {one.get_function_display()}",
            url=reverse("cohorts:program_detail", args=[org, one.program_id]),
        )
        for one in desk.stakeholders
        if member.has(Role.LD_ADMIN) and _is_asked(one) and one.person != person
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
    org, since = member.organization.slug, timezone.now() - NEWS
    events = [
        Event(
            at=one.enrolled_at,
            text=f"You are enrolled in {one.cohort}.",
            url=reverse("cohorts:cohort_detail", args=[org, one.cohort_id]),
        )
        for one in desk_of(member).participations
        if one.enrolled_at >= since
    ]
    if member.has(Role.LD_ADMIN, Role.SPONSOR):
        events += [
            Event(
                at=one.signed_off_at,
                text=f"{one} is signed off by every stakeholder.",
                url=reverse("cohorts:program_detail", args=[org, one.pk]),
            )
            for one in Program.objects.filter(signed_off_at__gte=since)
            if one.signed_off_at
        ]
    return sorted(events, key=lambda event: event.at, reverse=True)


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


def _open_signatures(member: Membership, person: Person | None) -> QuerySet[Stakeholder]:
    """Asked or returned and not signed: all of them for L&D admins, else one's own."""
    asked = Stakeholder.objects.filter(asked_at__isnull=False, signed_at=None)
    asked = asked.select_related("program", "person")
    return asked if member.has(Role.LD_ADMIN) else asked.filter(person=person) if person else asked.none()


def _open_placements(member: Membership, person: Person | None) -> QuerySet[Placement]:
    mine = Q(proposed_by=member)
    if person is not None:
        mine |= Q(leader=person, leader_signed_at=None)
    if member.has(Role.HR_ANALYST):
        mine |= Q(hr_signed_at=None)
    placements = Placement.objects.filter(mine, state=Placement.State.PROPOSED)
    return placements.select_related("participant__person", "participant__cohort", "leader")


def _due_cohorts(today: date) -> QuerySet[Cohort]:
    """Cohorts in which the calendar asks for the next move."""
    opens = Q(state=Cohort.State.DRAFT, nominations_open_on__lte=today + AHEAD)
    closes = Q(state=Cohort.State.NOMINATING, nominations_close_on__lt=today)
    ends = Q(state=Cohort.State.RUNNING, ends_on__lte=today)
    return Cohort.objects.filter(opens | closes | ends).select_related("program")


def _is_asked(stakeholder: Stakeholder) -> bool:
    return stakeholder.returned_at is None


def _is_unanswered(participant: Participant) -> bool:
    return participant.state == Participant.State.GRADUATED and participant.offers_mentoring is None


def _sign_program(stakeholder: Stakeholder, org: str) -> Task:
    return Task(
        title=f"Sign off {stakeholder.program}",
        detail="Read the objectives, baselines and competency model, then sign or return them",
        due=stakeholder.due_on,
        action="Read and sign",
        url=reverse("cohorts:program_sign_off", args=[org, stakeholder.program_id]),
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


def _answer_offer(participant: Participant, org: str) -> Task:
    return Task(
        title="Would you mentor or teach the next cohort?",
        detail=f"You graduated from {participant.cohort}. Two questions, and you may change your mind",
        action="Answer",
        url=reverse("cohorts:participant_offer", args=[org, participant.pk]),
        icon="school",
    )


def _change_program(stakeholder: Stakeholder, org: str) -> Task:
    return Task(
        title=f"Change {stakeholder.program} and ask again",
        detail=f"{stakeholder.person} returned it: {stakeholder.return_reason}",
        action="Open the program",
        url=reverse("cohorts:program_detail", args=[org, stakeholder.program_id]),
        icon="arrow-back-up",
    )


def _look_after(cohort: Cohort, org: str) -> Task:
    """A cohort that the calendar has caught up with."""
    title, detail, day = {
        Cohort.State.DRAFT: (f"Open nominations for {cohort}", "Set-up first", cohort.nominations_open_on),
        Cohort.State.NOMINATING: (
            f"Close nominations for {cohort}",
            "Window over",
            cohort.nominations_close_on,
        ),
        Cohort.State.RUNNING: (f"Graduate {cohort}", "The end has come", cohort.ends_on),
    }[Cohort.State(cohort.state)]
    return Task(
        title=title,
        detail=f"{cohort.program}. {detail}",
        due=day,
        action="Open the cohort",
        url=reverse("cohorts:cohort_detail", args=[org, cohort.pk]),
        icon="calendar-event",
    )
