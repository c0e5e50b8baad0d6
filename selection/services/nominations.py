"""From a leader's draft to the approver's decision."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.models import Person
from amdp.directory.queries import chain_above, is_above, local_today, person_of
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort
from selection import access, notices
from selection.days import business_days_for, today_of
from selection.eligibility import sentence
from selection.models import Approval, Candidate, Nomination, Scoresheet
from selection.queries.eligibility import eligibility_for, snapshot
from selection.queries.nominations import unanswered

DAYS_TO_DECIDE = 5
State = Nomination.State
TEXT = ("rationale", "evidence", "performance_view", "potential_view")
DECISIONS = {
    "approve": (Approval.State.APPROVED, State.APPROVED),
    "return": (Approval.State.RETURNED, State.RETURNED),
    "decline": (Approval.State.DECLINED, State.DECLINED),
}
NEEDS_WORDS = {
    "return": "Write the question you would like answered.",
    "decline": "Say why you decline. The reason is kept with the nomination.",
}


@transaction.atomic
def draft_nomination(cohort: Cohort, person: Person, *, by: Membership, **text: Any) -> Nomination:
    """A leader's draft for somebody of the own line; the one there is already is taken up again.

    Raises ValidationError when the window is closed or the person is not below the member.
    """
    require_organization()
    nominator = _nominator(cohort, person, by)
    candidate, _ = Candidate.objects.get_or_create(cohort=cohort, person=person)
    candidate = _locked(candidate.pk)
    existing = candidate.nominations.filter(nominator=nominator).exclude(state=State.WITHDRAWN).first()
    if existing is not None:
        if existing.state not in (State.DRAFT, State.RETURNED):
            raise ValidationError(f"You have nominated {person} for {cohort} already.")
        return edit_nomination(existing, by=by, **text) if text else existing
    nomination = Nomination(candidate=candidate, nominator=nominator)
    _write(nomination, text)
    nomination.save()
    audit.record("nomination.drafted", nomination, by=by, after={"cohort": str(cohort)})
    return nomination


@transaction.atomic
def edit_nomination(nomination: Nomination, *, by: Membership, **text: Any) -> Nomination:
    """Change the text of a draft or of one that was returned with a question."""
    require_organization()
    nomination = _locked_nomination(nomination)
    if not access.nominates(by, nomination):
        raise PermissionDenied("Only the leader who wrote this nomination can change it.")
    if not nomination.is_editable:
        raise ValidationError(_too_late(nomination))
    _write(nomination, text)
    nomination.save(update_fields=[*TEXT, "updated_at"])
    return nomination


@transaction.atomic
def submit_nomination(nomination: Nomination, *, by: Membership, answer: str = "") -> Approval:
    """Hand a nomination in and ask the second-line leader to decide; the rules' results are kept with it.

    Raises ValidationError, naming what is missing or which eligibility rules are not met.
    """
    require_organization()
    _hold_stage(nomination.candidate.cohort_id)
    candidate, nomination = _both_locked(nomination)
    if not access.nominates(by, nomination):
        raise PermissionDenied("Only the leader who wrote this nomination can hand it in.")
    if State.SUBMITTED not in Nomination.MOVES[State(nomination.state)]:
        raise ValidationError(_too_late(nomination))
    returned = nomination.state == State.RETURNED
    _check_window(candidate.cohort, by, returned=returned)
    if candidate.withdrawn_why:
        raise ValidationError(f"{candidate} was taken out of this selection. Ask L&D.")
    _check_line(nomination.nominator, candidate.person)
    _check_complete(nomination)
    eligibility = eligibility_for(candidate.cohort, candidate.person)
    if not eligibility.is_met:
        raise ValidationError(
            f"{candidate.person} cannot be nominated for {candidate.cohort} yet. "
            f"Not met: {sentence(eligibility.unmet)}. The draft is kept."
        )
    before = nomination.state
    nomination.state = State.SUBMITTED
    nomination.eligibility = snapshot(eligibility)
    nomination.submitted_at = timezone.now()
    nomination.save(update_fields=["state", "eligibility", "submitted_at", "updated_at"])
    approver = approver_for(nomination)
    approval = Approval.objects.create(
        nomination=nomination,
        approver=approver,
        due_on=due_for(approver, nomination.nominator),
        answer=answer.strip(),
    )
    settle(candidate)
    asked = {"state": nomination.state, "approver": str(approver or "L&D"), "due_on": approval.due_on}
    audit.record("nomination.submitted", nomination, by=by, before={"state": before}, after=asked)
    notices.approval_asked(approval)
    return approval


@transaction.atomic
def withdraw_nomination(nomination: Nomination, *, by: Membership, why: str = "") -> Nomination:
    """Take an undecided nomination back; whoever was asked is told that nothing needs doing."""
    require_organization()
    candidate, nomination = _both_locked(nomination)
    if not access.nominates(by, nomination):
        raise PermissionDenied("Only the leader who wrote this nomination can withdraw it.")
    if State.WITHDRAWN not in Nomination.MOVES[State(nomination.state)]:
        raise ValidationError(_too_late(nomination))
    before, nomination.state = nomination.state, State.WITHDRAWN
    nomination.save(update_fields=["state", "updated_at"])
    for approval in nomination.approvals.select_for_update().filter(state=Approval.State.ASKED):
        approval.state, approval.decided_at = Approval.State.DROPPED, timezone.now()
        approval.save(update_fields=["state", "decided_at"])
        notices.approval_dropped(approval)
    settle(candidate)
    audit.record(
        "nomination.withdrawn",
        nomination,
        by=by,
        before={"state": before},
        after={"state": nomination.state},
        why=why.strip(),
    )
    return nomination


@transaction.atomic
def decide_nomination(nomination: Nomination, *, decision: str, by: Membership, remark: str = "") -> Approval:
    """Approve, return with a question, or decline with a reason. The nominator is told.

    Two clicks at once yield one decision; the second gets a sentence. Raises PermissionDenied for anyone
    but the approver, and for whoever nominated the same person.
    """
    require_organization()
    candidate, nomination = _both_locked(nomination)
    approval = nomination.approvals.select_for_update().filter(state=Approval.State.ASKED).first()
    if approval is None:
        raise ValidationError(already_decided(nomination))
    if not access.can_decide_nomination(by, nomination):
        raise PermissionDenied("Somebody else decides this nomination.")
    if decision not in DECISIONS:
        raise ValidationError("Choose to approve, return or decline.")
    if decision in NEEDS_WORDS and not remark.strip():
        raise ValidationError({"remark": NEEDS_WORDS[decision]})
    approval.state, nomination.state = DECISIONS[decision]
    approval.remark, approval.decided_by, approval.decided_at = remark.strip(), by, timezone.now()
    approval.save(update_fields=["state", "remark", "decided_by", "decided_at"])
    nomination.save(update_fields=["state", "updated_at"])
    settle(candidate)
    audit.record(
        f"nomination.{nomination.state}",
        nomination,
        by=by,
        before={"state": State.SUBMITTED},
        after={"state": nomination.state},
        why=approval.remark,
    )
    notices.nomination_decided(approval, by=by)
    return approval


@transaction.atomic
def remind_nominators(cohort: Cohort, *, by: Membership) -> int:
    """Ask everybody once more who owes an answer, at most once a day each. How many are told now."""
    require_organization()
    if not access.can_run_selection(by, cohort):
        raise PermissionDenied("L&D reminds nominators.")
    if cohort.state != Cohort.State.NOMINATING:
        raise ValidationError("Nominations are closed, so questions can no longer be answered.")
    asked = unanswered(cohort).select_related("organization", "nomination__candidate__cohort")
    told = notices.answers_reminded(asked, on=local_today(by))
    if told:
        audit.record("nominations.reminded", cohort, by=by, after={"reminded": told})
    return told


@transaction.atomic
def withdraw_candidate(candidate: Candidate, *, why: str, by: Membership) -> Candidate:
    """Take an admitted candidate out of the selection, with the reason; score sheets and other nominations
    stay on file, and nobody is reminded of them any more."""
    require_organization()
    _hold_stage(candidate.cohort_id)
    candidate = _locked(candidate.pk)
    if not access.can_run_selection(by, candidate.cohort):
        raise PermissionDenied("L&D takes candidates out of a selection.")
    if candidate.state != Candidate.State.ADMITTED:
        raise ValidationError(f"{candidate} is not among the candidates being assessed.")
    if candidate.cohort.state not in (Cohort.State.NOMINATING, Cohort.State.ASSESSING):
        raise ValidationError("The slate is drawn up. Decide there that the person is not selected.")
    if not why.strip():
        raise ValidationError({"why": "Say why. The reason is kept in the file."})
    before, candidate.state = candidate.state, Candidate.State.WITHDRAWN
    candidate.withdrawn_why = why.strip()
    candidate.save(update_fields=["state", "withdrawn_why"])
    for sheet in candidate.scoresheets.filter(state=Scoresheet.State.OPEN):
        notices.scoring_settled(sheet)
    for approval in Approval.objects.filter(nomination__candidate=candidate, state=Approval.State.ASKED):
        notices.approval_settled(approval)
    audit.record(
        "candidate.withdrawn",
        candidate,
        by=by,
        before={"state": before},
        after={"state": candidate.state},
        why=candidate.withdrawn_why,
    )
    return candidate


def settle(candidate: Candidate) -> None:
    """Write where the file stands, as it follows from its nominations. The row is locked by the caller."""
    if candidate.state == Candidate.State.ADMITTED or candidate.withdrawn_why:
        return
    states = set(candidate.nominations.values_list("state", flat=True))
    state = _follows_from(states)
    if state != candidate.state:
        candidate.state = state
        candidate.save(update_fields=["state"])


def _follows_from(states: set[str]) -> Candidate.State:
    if State.APPROVED in states:
        return Candidate.State.ADMITTED
    if State.SUBMITTED in states:
        return Candidate.State.PROPOSED
    if State.RETURNED in states:
        return Candidate.State.RETURNED
    if State.DECLINED in states:
        return Candidate.State.DECLINED
    return Candidate.State.DRAFTED if State.DRAFT in states else Candidate.State.WITHDRAWN


def approver_for(nomination: Nomination) -> Person | None:
    """Who decides on a nomination; None at the top of the house, where L&D does."""
    return approver_above(nomination.nominator, nomination)


def approver_above(nominator: Person, nomination: Nomination | None = None) -> Person | None:
    """The nearest leader above the nominator who works here and has not nominated the same person."""
    nominators: set[int] = set()
    if nomination is not None:
        proposed = nomination.candidate.nominations.exclude(state=State.WITHDRAWN)
        nominators = set(proposed.values_list("nominator_id", flat=True))
    for leader in chain_above(nominator):
        if leader.pk not in nominators and leader.is_employed(today_of(leader)):
            return leader
    return None


def due_for(approver: Person | None, nominator: Person) -> date:
    """The fifth business day from now where the approver works."""
    return business_days_for(approver or nominator, DAYS_TO_DECIDE)


def already_decided(nomination: Nomination) -> str:
    """What somebody who comes second is told."""
    last = nomination.approvals.exclude(decided_at=None).order_by("-decided_at").first()
    if last is None:
        return "This nomination does not wait for a decision."
    if last.state == Approval.State.DROPPED:
        return f"{nomination.nominator} withdrew this nomination. Nothing needs deciding."
    who = f" by {last.decided_by}" if last.decided_by else ""
    return f"This was decided{who} already: {last.get_state_display().lower()}."


def _too_late(nomination: Nomination) -> str:
    if nomination.state == State.WITHDRAWN:
        return "This nomination was withdrawn. Start a new one."
    if nomination.state == State.SUBMITTED:
        return "This nomination waits for its decision. It can change when it is returned, or be withdrawn."
    return already_decided(nomination)


def _nominator(cohort: Cohort, person: Person, by: Membership) -> Person:
    nominator = person_of(by)
    if nominator is None:
        raise ValidationError("Your login is not tied to a person in the directory, so you have no line.")
    _check_line(nominator, person)
    _check_window(cohort, by, returned=False)
    return nominator


def _check_line(nominator: Person, person: Person) -> None:
    if nominator.pk == person.pk:
        raise ValidationError("You cannot nominate yourself. Ask your manager.")
    if not is_above(nominator, person):
        raise ValidationError(f"{person} is not in your reporting line.")


def _check_window(cohort: Cohort, by: Membership, *, returned: bool) -> None:
    if cohort.state != Cohort.State.NOMINATING:
        raise ValidationError(f"{cohort} does not take nominations at this stage.")
    today = local_today(by)
    if today < cohort.nominations_open_on:
        raise ValidationError(f"Nominations for {cohort} open on {_day(cohort.nominations_open_on)}.")
    if today > cohort.nominations_close_on and not returned:
        raise ValidationError(
            f"Nominations for {cohort} closed on {_day(cohort.nominations_close_on)}. Your draft is kept."
        )


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def _check_complete(nomination: Nomination) -> None:
    missing = {
        "rationale": not nomination.rationale.strip() and "Say why this person, and why now.",
        "evidence": not nomination.evidence.strip()
        and "Say what you have seen: when, with whom, what happened.",
        "performance_view": nomination.performance_view is None and "Choose how the person performs today.",
        "potential_view": nomination.potential_view is None and "Choose how far you see the person going.",
    }
    errors = {name: text for name, text in missing.items() if text}
    if errors:
        raise ValidationError(errors)


def _write(nomination: Nomination, text: dict[str, Any]) -> None:
    for name in TEXT:
        if name in text:
            value = text[name]
            setattr(nomination, name, value.strip() if isinstance(value, str) else value)
    for name in ("performance_view", "potential_view"):
        value = getattr(nomination, name)
        if value is not None and not 1 <= value <= 5:
            raise ValidationError({name: "Choose a value from 1 to 5."})


def _hold_stage(cohort: int) -> None:
    """The cohort moves to its next stage before this, or after it, but not meanwhile."""
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort)


def _both_locked(nomination: Nomination) -> tuple[Candidate, Nomination]:
    """The file first, then the nomination: everybody locks in this order, so nobody waits in a circle."""
    candidate = _locked(nomination.candidate_id)
    return candidate, _locked_nomination(nomination)


def _locked(candidate: int) -> Candidate:
    return (
        Candidate.objects.select_for_update(of=("self",))
        .select_related("person", "cohort__program")
        .get(pk=candidate)
    )


def _locked_nomination(nomination: Nomination) -> Nomination:
    return (
        Nomination.objects.select_for_update(of=("self",))
        .select_related("candidate__person", "candidate__cohort__program", "nominator", "organization")
        .get(pk=nomination.pk)
    )
