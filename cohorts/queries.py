"""Reads: lists with what they show, and what the home page says about programs and placements."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils import timezone

from amdp.directory.models import Account, Person
from amdp.directory.queries import local_today, person_of
from amdp.identity.models import Membership, Role
from amdp.web.tasks import Event, Task, Waiting
from cohorts.models import (
    Cohort,
    CompetencyScore,
    Participant,
    Placement,
    PlacementAccount,
    Program,
    Stakeholder,
)

NEWS = timedelta(days=14)


# --- lists -------------------------------------------------------------------------------------------


def with_cohort_counts(programs: QuerySet[Program], cohorts: QuerySet[Cohort]) -> QuerySet[Program]:
    """Each program with how many of these cohorts it has, and how many of them are under way."""
    over = [Cohort.State.GRADUATED, Cohort.State.SUSTAINING]
    mine = cohorts.order_by().filter(program=OuterRef("pk")).values("program")
    return programs.annotate(cohort_count=_count(mine), open_count=_count(mine.exclude(state__in=over)))


def with_participant_counts(
    cohorts: QuerySet[Cohort], participants: QuerySet[Participant]
) -> QuerySet[Cohort]:
    """Each cohort with how many of these participants hold a seat and how many have graduated."""
    mine = participants.order_by().filter(cohort=OuterRef("pk")).values("cohort")
    return cohorts.annotate(
        seated=_count(mine.exclude(state=Participant.State.WITHDRAWN)),
        graduates=_count(mine.filter(state=Participant.State.GRADUATED)),
    )


def _count(grouped: QuerySet[Any, Any]) -> Coalesce:
    """How many rows a grouped subquery has, 0 for none."""
    counted = grouped.annotate(how_many=Count("pk")).values("how_many")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def search_programs(programs: QuerySet[Program], text: str) -> QuerySet[Program]:
    """Programs whose name holds the text. There are few, so no index is needed."""
    return programs.annotate(key=Lower("name")).filter(key__contains=text.lower())


def search_cohorts(cohorts: QuerySet[Cohort], text: str) -> QuerySet[Cohort]:
    """Cohorts whose own or program's name holds the text."""
    key = text.lower()
    named = cohorts.annotate(key=Lower("name"), program_key=Lower("program__name"))
    return named.filter(Q(key__contains=key) | Q(program_key__contains=key))


def search_participants(participants: QuerySet[Participant], text: str) -> QuerySet[Participant]:
    """Participants whose first or last name starts with the text, or with this number."""
    return participants.filter(_person_starts("person__", text))


def search_placements(placements: QuerySet[Placement], text: str) -> QuerySet[Placement]:
    """Placements of people whose name starts with the text."""
    return placements.filter(_person_starts("participant__person__", text))


def _person_starts(path: str, text: str) -> Q:
    key, condition = text.strip().lower(), Q(**{f"{path}employee_number": text.strip()})
    for name in ("name_key", "last_name_key"):
        condition |= Q(**{f"{path}{name}__gte": key, f"{path}{name}__lt": key + "\U0010ffff"})
    return condition


def with_accounts(placements: QuerySet[Placement]) -> QuerySet[Placement]:
    """Placements with their named accounts at hand, most complex first."""
    named = PlacementAccount.objects.select_related("account").order_by(
        F("complexity").desc(nulls_last=True), "account__name_key"
    )
    return placements.prefetch_related(Prefetch("placement_accounts", queryset=named))


# --- facts -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ComplexityStep:
    """What a placement does to the complexity of somebody's accounts."""

    before: Decimal | float | None
    after: Decimal | float | None
    accounts_before: int
    accounts_after: int

    @property
    def sentence(self) -> str:
        """``Average complexity 4.2 → 7.6``."""
        if self.after is None:
            return "The complexity of these accounts is not known"
        if self.before is None:
            return f"Average complexity {self.after:.1f}; no accounts with a known complexity before"
        return f"Average complexity {self.before:.1f} → {self.after:.1f}"

    @property
    def is_step_up(self) -> bool | None:
        """Whether the new accounts are more complex; None when it cannot be said."""
        if self.before is None or self.after is None:
            return None
        return self.after > self.before


def complexity_step(placement: Placement) -> ComplexityStep:
    """The step of a placement, as it was on the day of the proposal. Reads prefetched accounts."""
    named = list(placement.placement_accounts.all())
    known = [one.complexity for one in named if one.complexity is not None]
    after = sum(known) / len(known) if known else None
    return ComplexityStep(placement.complexity_before, after, placement.accounts_before, len(named))


def step_to(person: Person, accounts: Iterable[Account]) -> ComplexityStep:
    """The step it would be for this person to take these accounts over today."""
    owned = Account.objects.filter(owner=person).aggregate(count=Count("id"), average=Avg("complexity"))
    chosen = list(accounts)
    known = [one.complexity for one in chosen if one.complexity is not None]
    after = sum(known) / len(known) if known else None
    return ComplexityStep(owned["average"], after, owned["count"], len(chosen))


def latest_scores(person: Person, program: Program) -> QuerySet[CompetencyScore]:
    """The newest score of a person per competency and source, in one query."""
    return (
        CompetencyScore.objects.filter(person=person, competency__program=program)
        .select_related("competency")
        .order_by("competency", "source", "-as_of", "-id")
        .distinct("competency", "source")
    )


def offering_graduates(*, mentoring: bool = False, teaching: bool = False) -> QuerySet[Participant]:
    """Graduates who said that they would mentor or teach; mentoring and curriculum draw on them."""
    wanted = Q(offers_mentoring=True) if mentoring else Q()
    wanted &= Q(offers_teaching=True) if teaching else Q()
    return Participant.objects.filter(wanted, state=Participant.State.GRADUATED).select_related(
        "person", "cohort"
    )


# --- home --------------------------------------------------------------------------------------------


def tasks_for(member: Membership) -> list[Task]:
    """What needs this member: signatures, answers, and for L&D admins what is due in programs and cohorts."""
    person, org = person_of(member), member.organization.slug
    tasks = [
        *_signature_tasks(person, org),
        *_placement_tasks(member, person, org),
        *_offer_tasks(person, org),
    ]
    if member.has(Role.LD_ADMIN):
        tasks += [*_returned_tasks(org), *_cohort_tasks(member, org)]
    return tasks


def waiting_for(member: Membership) -> list[Waiting]:
    """Signatures that L&D admins and proposers of placements wait for."""
    org = member.organization.slug
    waiting = []
    if member.has(Role.LD_ADMIN):
        waiting += [
            Waiting(
                title=f"{one.person} to sign off {one.program}",
                detail=f"Asked as {one.get_function_display()}",
                url=reverse("cohorts:program_detail", args=[org, one.program_id]),
            )
            for one in asked_stakeholders()
        ]
    proposed = Placement.objects.filter(proposed_by=member, state=Placement.State.PROPOSED)
    waiting += [
        Waiting(
            title=f"Signatures for {one.participant.person} as {one.job_title}",
            detail=" and ".join(missing_signatures(one)),
            url=reverse("cohorts:placement_detail", args=[org, one.pk]),
        )
        for one in proposed.select_related("participant__person", "leader")
    ]
    return waiting


def events_for(member: Membership) -> list[Event]:
    """What happened in the last two weeks: enrolment, graduation, programs signed off."""
    org, since = member.organization.slug, timezone.now() - NEWS
    events = []
    person = person_of(member)
    if person is not None:
        own = Participant.objects.filter(person=person, enrolled_at__gte=since).select_related("cohort")
        events += [
            Event(
                at=one.enrolled_at,
                text=f"You are enrolled in {one.cohort}.",
                url=reverse("cohorts:cohort_detail", args=[org, one.cohort_id]),
            )
            for one in own
        ]
    if member.has(Role.LD_ADMIN, Role.SPONSOR):
        signed = Program.objects.filter(signed_off_at__gte=since)
        events += [
            Event(
                at=one.signed_off_at,
                text=f"{one} is signed off by every stakeholder.",
                url=reverse("cohorts:program_detail", args=[org, one.pk]),
            )
            for one in signed
            if one.signed_off_at
        ]
    return sorted(events, key=lambda event: event.at, reverse=True)


def asked_stakeholders() -> QuerySet[Stakeholder]:
    """Those who were asked and neither signed nor returned."""
    return Stakeholder.objects.filter(
        asked_at__isnull=False, signed_at=None, returned_at=None
    ).select_related("program", "person")


def missing_signatures(placement: Placement) -> list[str]:
    """Whose signature a placement still needs, in words."""
    missing = [] if placement.leader_signed_at else [str(placement.leader)]
    return missing if placement.hr_signed_at else [*missing, "HR"]


def _signature_tasks(person: Person | None, org: str) -> list[Task]:
    if person is None:
        return []
    return [
        Task(
            title=f"Sign off {one.program}",
            detail="Read the objectives, baselines and competency model, then sign or return them",
            due=one.due_on,
            action="Read and sign",
            url=reverse("cohorts:program_sign_off", args=[org, one.program_id]),
            icon="writing-sign",
        )
        for one in asked_stakeholders().filter(person=person)
    ]


def _placement_tasks(member: Membership, person: Person | None, org: str) -> list[Task]:
    wanted = Q(leader=person, leader_signed_at=None) if person else Q(pk__in=[])
    if member.has(Role.HR_ANALYST):
        involved = Q(leader=person) | Q(participant__person=person) if person else Q(pk__in=[])
        wanted |= Q(hr_signed_at=None) & ~involved
    if person is None and not member.has(Role.HR_ANALYST):
        return []
    placements = Placement.objects.filter(wanted, state=Placement.State.PROPOSED)
    return [
        Task(
            title=f"Sign the placement of {one.participant.person}",
            detail=f"{one.job_title}, after {one.participant.cohort}",
            due=one.effective_on,
            due_note="role starts",
            action="Read and sign",
            url=reverse("cohorts:placement_detail", args=[org, one.pk]),
            icon="arrows-exchange",
        )
        for one in placements.select_related("participant__person", "participant__cohort")
    ]


def _offer_tasks(person: Person | None, org: str) -> list[Task]:
    if person is None:
        return []
    asked = person.participations.filter(state=Participant.State.GRADUATED, offers_mentoring=None)
    return [
        Task(
            title="Would you mentor or teach the next cohort?",
            detail=f"You graduated from {one.cohort}. Two questions, and you may change your mind",
            action="Answer",
            url=reverse("cohorts:participant_offer", args=[org, one.pk]),
            icon="school",
        )
        for one in asked.select_related("cohort")
    ]


def _returned_tasks(org: str) -> list[Task]:
    returned = Stakeholder.objects.filter(returned_at__isnull=False, signed_at=None)
    return [
        Task(
            title=f"Change {one.program} and ask again",
            detail=f"{one.person} returned it: {one.return_reason}",
            action="Open the program",
            url=reverse("cohorts:program_detail", args=[org, one.program_id]),
            icon="arrow-back-up",
        )
        for one in returned.select_related("program", "person")
    ]


def _cohort_tasks(member: Membership, org: str) -> list[Task]:
    today = local_today(member)
    opens = Q(state=Cohort.State.DRAFT, nominations_open_on__lte=today + timedelta(days=7))
    closes = Q(state=Cohort.State.NOMINATING, nominations_close_on__lt=today)
    ends = Q(state=Cohort.State.RUNNING, ends_on__lte=today)
    said = {
        Cohort.State.DRAFT: ("Open nominations for {}", "Set-up, then nominations", "nominations_open_on"),
        Cohort.State.NOMINATING: ("Close nominations for {}", "The window is over", "nominations_close_on"),
        Cohort.State.RUNNING: ("Graduate {}", "The program has come to its end", "ends_on"),
    }
    tasks = []
    for cohort in Cohort.objects.filter(opens | closes | ends).select_related("program"):
        title, detail, day = said[Cohort.State(cohort.state)]
        tasks.append(
            Task(
                title=title.format(cohort),
                detail=f"{cohort.program}. {detail}",
                due=getattr(cohort, day),
                action="Open the cohort",
                url=reverse("cohorts:cohort_detail", args=[org, cohort.pk]),
                icon="calendar-event",
            )
        )
    return tasks
