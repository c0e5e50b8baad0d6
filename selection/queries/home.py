"""What a member finds on the selection's own page, and what it adds to their home page."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from amdp.directory.access import leads
from amdp.directory.queries import local_today, person_of
from amdp.identity.models import Membership, Role
from amdp.web.tasks import Event, Task, Waiting
from amdp.web.time import day
from cohorts.access import can_run_cohort
from cohorts.models import Cohort
from cohorts.readiness import DONE, IN_PROGRESS, NOT_STARTED, Section
from selection import access
from selection.models import Approval, Candidate, Decision, Nomination, Scoresheet, Slate
from selection.queries.nominations import open_cohorts, with_counts

SHOWN = 50
RECENT = timedelta(days=30)
IN_SELECTION = (Cohort.State.DRAFT, Cohort.State.NOMINATING, Cohort.State.ASSESSING, Cohort.State.SELECTING)


def link(name: str, member: Membership, pk: int) -> str:
    return reverse(f"selection:{name}", kwargs={"org": member.organization.slug, "pk": pk})


# --- lists of one member -----------------------------------------------------------------------------


def approvals_for(member: Membership) -> QuerySet[Approval]:
    """Nominations that wait for this member's decision, first due first."""
    waiting = Approval.objects.filter(state=Approval.State.ASKED).select_related(
        "nomination__candidate__person", "nomination__candidate__cohort", "nomination__nominator"
    )
    person = person_of(member)
    mine = Q(approver=person) if person else Q(pk__in=[])
    if member.has(Role.LD_ADMIN):
        mine |= Q(approver=None) | Q(approver__membership=None)
    found = waiting.filter(mine).order_by("due_on", "pk")
    if person is None:
        return found
    own = Nomination.objects.filter(nominator=person).exclude(state=Nomination.State.WITHDRAWN)
    return found.exclude(nomination__candidate__person=person).exclude(
        nomination__candidate__in=own.values("candidate_id")
    )


def sheets_for(member: Membership) -> QuerySet[Scoresheet]:
    """Open score sheets of candidates that are being assessed, first due first."""
    person = person_of(member)
    sheets = Scoresheet.objects.select_related("candidate__person", "candidate__cohort")
    if person is None:
        return sheets.none()
    return sheets.filter(
        assessor__person=person,
        state=Scoresheet.State.OPEN,
        candidate__state=Candidate.State.ADMITTED,
        candidate__cohort__state=Cohort.State.ASSESSING,
    ).order_by("due_on", "pk")


def nominations_by(member: Membership) -> QuerySet[Nomination]:
    """The member's own nominations, latest first; withdrawn ones left out."""
    person = person_of(member)
    nominations = Nomination.objects.select_related("candidate__person", "candidate__cohort")
    if person is None:
        return nominations.none()
    return (
        nominations.filter(nominator=person)
        .exclude(state=Nomination.State.WITHDRAWN)
        .order_by("-updated_at", "-pk")
    )


@dataclass(frozen=True)
class Selection:
    """The selection's own page."""

    approvals: list[Approval]
    sheets: list[Scoresheet]
    nominations: list[Nomination]
    open_cohorts: list[Cohort]
    run: list[Cohort]
    outcomes: list[Candidate]


def selection_of(member: Membership) -> Selection:
    """Everything on the selection's own page; a fixed number of queries."""
    runs = with_counts(access.visible_selections(member)).filter(state__in=IN_SELECTION)
    open_ = (
        [c for c in open_cohorts(member)[:SHOWN] if access.window_is_open(member, c)] if leads(member) else []
    )
    return Selection(
        approvals=list(approvals_for(member)[:SHOWN]),
        sheets=list(sheets_for(member)[:SHOWN]),
        nominations=sorted(
            nominations_by(member)[:SHOWN], key=lambda each: each.state not in Nomination.OPEN
        ),
        open_cohorts=open_,
        run=list(runs.order_by("nominations_close_on", "pk")[:SHOWN]),
        outcomes=list(access.visible_outcomes(member).order_by("-cohort__released_at")[:SHOWN]),
    )


# --- the home page -----------------------------------------------------------------------------------


def tasks_for(member: Membership) -> list[Task]:
    """What the selection needs from this member."""
    return [*_to_decide(member), *_to_answer(member), *_to_score(member), *_to_run(member)]


def _to_decide(member: Membership) -> list[Task]:
    return [
        Task(
            title=f"Decide on {approval.nomination.candidate.person}",
            detail=f"Nominated by {approval.nomination.nominator} for {approval.nomination.candidate.cohort}",
            action="Decide",
            url=link("nomination_decide", member, approval.nomination_id),
            icon="user-check",
            due=approval.due_on,
        )
        for approval in approvals_for(member)[:SHOWN]
    ]


def _to_answer(member: Membership) -> list[Task]:
    open_ = nominations_by(member).filter(state__in=[Nomination.State.RETURNED, Nomination.State.DRAFT])
    tasks = []
    for nomination in open_.filter(candidate__cohort__state=Cohort.State.NOMINATING)[:SHOWN]:
        cohort, person = nomination.candidate.cohort, nomination.candidate.person
        returned = nomination.state == Nomination.State.RETURNED
        tasks.append(
            Task(
                title=f"Answer the question about {person}" if returned else f"Finish nominating {person}",
                detail=f"For {cohort}",
                action="Answer" if returned else "Go on",
                url=link("nomination_edit", member, nomination.pk),
                icon="message-circle" if returned else "pencil",
                due=cohort.nominations_close_on,
            )
        )
    return tasks


def _to_score(member: Membership) -> list[Task]:
    return [
        Task(
            title=f"Score {sheet.candidate.person}",
            detail=f"For {sheet.candidate.cohort}. Nobody sees your ratings before you submit.",
            action="Score",
            url=link("scoresheet_edit", member, sheet.pk),
            icon="clipboard-list",
            due=sheet.due_on,
        )
        for sheet in sheets_for(member)[:SHOWN]
    ]


def _to_run(member: Membership) -> list[Task]:
    if not member.has(Role.LD_ADMIN):
        return []
    today = local_today(member)
    cohorts = access.visible_selections(member).filter(
        Q(state=Cohort.State.SELECTING) | Q(state=Cohort.State.NOMINATING, nominations_close_on__lt=today)
    )
    return [
        Task(
            title=f"Decide and release the selection for {cohort}",
            detail=f"{cohort.seats} seats. Everyone hears the outcome together.",
            action="Open the slate",
            url=link("slate_detail", member, cohort.pk),
            icon="list-check",
            due=cohort.decisions_due_on,
        )
        if cohort.state == Cohort.State.SELECTING
        else Task(
            title=f"Name the assessors for {cohort}",
            detail=f"Nominations closed {day(cohort.nominations_close_on)}.",
            action="Assessors",
            url=link("assessor_list", member, cohort.pk),
            icon="users-group",
        )
        for cohort in cohorts[:SHOWN]
    ]


def waiting_for(member: Membership) -> list[Waiting]:
    """Nominations of the member that wait for somebody else."""
    person = person_of(member)
    if person is None:
        return []
    asked = (
        Approval.objects.filter(state=Approval.State.ASKED, nomination__nominator=person)
        .select_related("nomination__candidate__person", "nomination__candidate__cohort", "approver")
        .order_by("due_on", "pk")
    )
    return [
        Waiting(
            title=f"{approval.approver or 'L&D'} decides on {approval.nomination.candidate.person}",
            detail=f"By {day(approval.due_on)}, for {approval.nomination.candidate.cohort}",
            url=link("nomination_detail", member, approval.nomination_id),
        )
        for approval in asked[:SHOWN]
    ]


def events_for(member: Membership) -> list[Event]:
    """Decisions on the member's nominations, outcomes of their nominees and their own."""
    person = person_of(member)
    if person is None:
        return []
    return [*_decided(member), *_released(member)]


def _decided(member: Membership) -> list[Event]:
    since = timezone.now() - RECENT
    answered = (
        Approval.objects.filter(nomination__nominator=person_of(member), decided_at__gte=since)
        .exclude(state=Approval.State.DROPPED)
        .select_related("nomination__candidate__person", "nomination__candidate__cohort", "decided_by__user")
        .order_by("-decided_at")
    )
    said = {"approved": "approved", "returned": "returned", "declined": "declined"}
    return [
        Event(
            at=approval.decided_at,  # type: ignore[arg-type]
            text=f"{approval.decided_by or 'L&D'} {said[approval.state]} your nomination of {approval.nomination.candidate.person}",
            url=link("nomination_detail", member, approval.nomination_id),
        )
        for approval in answered[:8]
    ]


def _released(member: Membership) -> list[Event]:
    person = person_of(member)
    since = timezone.now() - RECENT
    own = Q(candidate__person=person)
    nominated = Q(candidate__nominations__nominator=person, candidate__nominations__state="approved")
    decisions = (
        Decision.objects.filter(
            own | nominated, slate__state=Slate.State.RELEASED, slate__released_at__gte=since
        )
        .select_related("candidate__person", "slate__cohort")
        .distinct()
    )
    return [_outcome_event(member, decision, person.pk) for decision in decisions[:8]]  # type: ignore[union-attr]


def _outcome_event(member: Membership, decision: Decision, person: int) -> Event:
    own = decision.candidate.person_id == person
    who = "Your outcome" if own else f"The outcome of {decision.candidate.person}"
    return Event(
        at=decision.slate.released_at,  # type: ignore[arg-type]
        text=f"{who} for {decision.slate.cohort}: {decision.get_outcome_display().lower()}",
        url=link("outcome_detail" if own else "candidate_detail", member, decision.candidate_id),
    )


# --- the cohort's page -------------------------------------------------------------------------------


def cohort_sections(cohort: Cohort, member: Membership) -> list[Section]:
    """The selection's lines on the cohort's own page, for those who follow it as a whole."""
    found = with_counts(access.visible_selections(member)).filter(pk=cohort.pk).first()
    if found is None:
        return []
    weights = {criterion.kind: criterion.weight for criterion in found.criteria.all()}
    sections = [
        Section(
            "selection",
            "Selection criteria and eligibility",
            DONE if weights else NOT_STARTED,
            ", ".join(f"{kind} {weight}%" for kind, weight in weights.items()).capitalize()
            or "Weights and rules are proposed; save them.",
            url=link("selection_setup", member, cohort.pk),
        )
    ]
    if cohort.state == Cohort.State.DRAFT:
        return sections
    after = cohort.state not in (Cohort.State.NOMINATING, Cohort.State.ASSESSING)
    counts = f"{found.nominated} nominated, {found.admitted} approved"  # type: ignore[attr-defined]
    stage = DONE if after else IN_PROGRESS
    url = link("candidate_list", member, cohort.pk)
    sections.append(Section("candidates", "Candidates", stage, counts, url=url))
    if can_run_cohort(member, cohort):
        sections.append(_panel_section(cohort, member, after=after))
    slate = cohort.slates.first()
    state = NOT_STARTED if slate is None else DONE if slate.state == Slate.State.RELEASED else IN_PROGRESS
    detail = {NOT_STARTED: "After the assessment", IN_PROGRESS: "Being decided", DONE: "Released"}[state]
    sections.append(Section("slate", "Slate", state, detail, url=link("slate_detail", member, cohort.pk)))
    return sections


def _panel_section(cohort: Cohort, member: Membership, *, after: bool) -> Section:
    count = cohort.assessors.count()
    state = DONE if after else IN_PROGRESS if count else NOT_STARTED
    url = link("assessor_list", member, cohort.pk)
    return Section("assessors", "Assessors", state, f"{count} on the panel", url=url)
