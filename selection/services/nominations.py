"""From a leader's draft to the nomination that is handed in."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.models import Person
from amdp.directory.queries import is_above, local_today, person_of
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from amdp.web.time import place_of
from cohorts.models import Cohort
from selection import access, notices
from selection.days import today_in, zone_of
from selection.eligibility import sentence
from selection.models import Approval, Candidate, Nomination
from selection.queries.approvals import unanswered
from selection.queries.eligibility import eligibility_for, snapshot
from selection.queries.evidence import lacking
from selection.services.approvals import already_decided
from selection.services.candidates import both_locked, hold_stage, locked, locked_nomination, settle
from selection.services.chain import begin_chain, drop_open, resume_chain
from selection.services.eligibility import keep_hand_in
from selection.services.evidence import write_evidence

State = Nomination.State
TEXT = ("rationale", "evidence", "performance_view", "potential_view")


@transaction.atomic
def draft_nomination(
    cohort: Cohort,
    person: Person,
    *,
    by: Membership,
    criteria: Mapping[int, str] | None = None,
    **text: Any,
) -> Nomination:
    """A leader's draft for somebody of the own line; the one there is already is taken up again. ``criteria``
    holds what was seen, by the id of each criterion the plan asks for.

    Raises ValidationError when the window is closed or the person is not below the member.
    """
    require_organization()
    nominator = _nominator(cohort, person, by)
    candidate, _ = Candidate.objects.get_or_create(cohort=cohort, person=person)
    candidate = locked(candidate.pk)
    existing = candidate.nominations.filter(nominator=nominator).exclude(state=State.WITHDRAWN).first()
    if existing is not None:
        if existing.state not in (State.DRAFT, State.RETURNED):
            raise ValidationError(f"You have nominated {person} for {cohort} already.")
        changed = text or criteria
        return edit_nomination(existing, by=by, criteria=criteria, **text) if changed else existing
    nomination = Nomination(candidate=candidate, nominator=nominator)
    _write(nomination, text)
    nomination.save()
    write_evidence(nomination, criteria)
    audit.record("nomination.drafted", nomination, by=by, after={"cohort": str(cohort)})
    return nomination


@transaction.atomic
def edit_nomination(
    nomination: Nomination,
    *,
    by: Membership,
    criteria: Mapping[int, str] | None = None,
    **text: Any,
) -> Nomination:
    """Change the text of a draft or of one that was returned with a question."""
    require_organization()
    nomination = locked_nomination(nomination)
    if not access.nominates(by, nomination):
        raise PermissionDenied("Only the leader who wrote this nomination can change it.")
    if not nomination.is_editable:
        raise ValidationError(_too_late(nomination))
    _write(nomination, text)
    nomination.save(update_fields=[*TEXT, "updated_at"])
    write_evidence(nomination, criteria)
    return nomination


@transaction.atomic
def submit_nomination(nomination: Nomination, *, by: Membership, answer: str = "") -> Approval:
    """Hand a nomination in and ask the second-line leader to decide; the rules' results are kept with it.

    Raises ValidationError, naming what is missing or which eligibility rules are not met.
    """
    require_organization()
    hold_stage(nomination.candidate.cohort_id)
    candidate, nomination = both_locked(nomination)
    if not access.nominates(by, nomination):
        raise PermissionDenied("Only the leader who wrote this nomination can hand it in.")
    if State.SUBMITTED not in Nomination.MOVES[State(nomination.state)]:
        raise ValidationError(_too_late(nomination))
    returned = nomination.state == State.RETURNED
    _check_window(candidate.cohort, returned=returned)
    if candidate.withdrawn_why:
        raise ValidationError(f"{candidate} was taken out of this selection. Ask L&D.")
    _check_line(nomination.nominator, candidate.person)
    if lacks := lacking(nomination):
        raise ValidationError(lacks)
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
    approval = resume_chain(nomination, answer.strip()) if returned else begin_chain(nomination)
    settle(candidate)
    keep_hand_in(candidate, eligibility)
    asked = {"state": nomination.state, "approver": approval.who, "due_on": approval.due_on}
    audit.record("nomination.submitted", nomination, by=by, before={"state": before}, after=asked)
    return approval


@transaction.atomic
def withdraw_nomination(nomination: Nomination, *, by: Membership, why: str = "") -> Nomination:
    """Take an undecided nomination back; whoever was asked is told that nothing needs doing."""
    require_organization()
    candidate, nomination = both_locked(nomination)
    if not access.nominates(by, nomination):
        raise PermissionDenied("Only the leader who wrote this nomination can withdraw it.")
    if State.WITHDRAWN not in Nomination.MOVES[State(nomination.state)]:
        raise ValidationError(_too_late(nomination))
    before, nomination.state = nomination.state, State.WITHDRAWN
    nomination.save(update_fields=["state", "updated_at"])
    drop_open(nomination)
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
    _check_window(cohort, returned=False)
    return nominator


def _check_line(nominator: Person, person: Person) -> None:
    if nominator.pk == person.pk:
        raise ValidationError("You cannot nominate yourself. Ask your manager.")
    if not is_above(nominator, person):
        raise ValidationError(f"{person} is not in your reporting line.")


def _check_window(cohort: Cohort, *, returned: bool) -> None:
    if cohort.state != Cohort.State.NOMINATING:
        raise ValidationError(f"{cohort} does not take nominations at this stage.")
    today = today_in(cohort)
    if today < cohort.nominations_open_on:
        raise ValidationError(f"Nominations for {cohort} open on {_day(cohort.nominations_open_on)}.")
    if today > cohort.nominations_close_on and not returned:
        raise ValidationError(
            f"Nominations for {cohort} closed on {_day(cohort.nominations_close_on)} in "
            f"{place_of(zone_of(cohort))}. Your draft is kept."
        )


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def _write(nomination: Nomination, text: dict[str, Any]) -> None:
    for name in TEXT:
        if name in text:
            value = text[name]
            setattr(nomination, name, value.strip() if isinstance(value, str) else value)
    for name in ("performance_view", "potential_view"):
        value = getattr(nomination, name)
        if value is not None and not 1 <= value <= 5:
            raise ValidationError({name: "Choose a value from 1 to 5."})
