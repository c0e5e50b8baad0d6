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
from selection.queries.evidence import lacking, terms_of_nominations
from selection.services.approvals import already_decided
from selection.services.candidates import both_locked, hold_stage, locked, locked_nomination, settle
from selection.services.chain import drop_open, resume_chain
from selection.services.eligibility import keep_hand_in
from selection.services.evidence import TEXT, write_evidence, write_text
from selection.services.references import ask_references, write_references
from selection.services.revisions import keep_version
from selection.services.sharing import drop_questions, proceed

State = Nomination.State


@transaction.atomic
def draft_nomination(
    cohort: Cohort,
    person: Person,
    *,
    by: Membership,
    in_name_of: Person | None = None,
    late: bool = False,
    criteria: Mapping[int, str] | None = None,
    references: list[dict[str, str]] | None = None,
    **text: Any,
) -> Nomination:
    """A leader's draft for somebody of the own line, or of the line of whom one acts for; of oneself where the
    plan allows it. The one there is already is taken up again. ``criteria`` holds what was seen, by the id of
    each criterion the plan asks for; ``references`` who can speak to it. ``late`` keeps what somebody wrote
    while the window closed; it can be handed in if the window opens again.

    Raises ValidationError when the window is closed or the person is not below the nominator.
    """
    require_organization()
    nominator = _nominator(cohort, person, by, in_name_of)
    if not late:
        _check_window(cohort, returned=False)
    candidate, _ = Candidate.objects.get_or_create(cohort=cohort, person=person)
    candidate = locked(candidate.pk)
    existing = candidate.nominations.filter(nominator=nominator).exclude(state=State.WITHDRAWN).first()
    if existing is not None:
        if existing.state not in (State.DRAFT, State.RETURNED):
            who = f"{nominator} has" if in_name_of else "You have"
            raise ValidationError(f"{who} nominated {person} for {cohort} already.")
        if not (text or criteria or references):
            return existing
        return edit_nomination(existing, by=by, criteria=criteria, references=references, **text)
    writer = person_of(by) if in_name_of else None
    nomination = Nomination(candidate=candidate, nominator=nominator, written_by=writer)
    write_text(nomination, text)
    nomination.save()
    write_evidence(nomination, criteria)
    write_references(nomination, references)
    after = {"cohort": str(cohort)} | ({"for": str(nominator)} if writer else {})
    audit.record("nomination.drafted", nomination, by=by, after=after)
    return nomination


@transaction.atomic
def edit_nomination(
    nomination: Nomination,
    *,
    by: Membership,
    criteria: Mapping[int, str] | None = None,
    references: list[dict[str, str]] | None = None,
    **text: Any,
) -> Nomination:
    """Change the text of a draft or of one that was returned with a question."""
    require_organization()
    nomination = locked_nomination(nomination)
    if not access.nominates(by, nomination):
        raise PermissionDenied("Only the leader who wrote this nomination can change it.")
    if not nomination.is_editable:
        raise ValidationError(_too_late(nomination))
    write_text(nomination, text)
    nomination.save(update_fields=[*TEXT, "updated_at"])
    write_evidence(nomination, criteria)
    write_references(nomination, references)
    return nomination


@transaction.atomic
def submit_nomination(nomination: Nomination, *, by: Membership, answer: str = "") -> Approval | None:
    """Hand a nomination in and ask whoever decides first; the rules' results are kept with it. None while the
    nominee's consent, or for a nomination of oneself the leader's endorsement, comes first.

    Raises ValidationError, naming what is missing or which eligibility rules are not met.
    """
    require_organization()
    hold_stage(nomination.candidate.cohort_id)
    candidate, nomination = both_locked(nomination)
    if not access.nominates(by, nomination):
        raise PermissionDenied("Only the leader who wrote this nomination can hand it in.")
    if not nomination.is_editable:
        raise ValidationError(_too_late(nomination))
    returned = nomination.state == State.RETURNED
    _check_window(candidate.cohort, returned=returned)
    if candidate.withdrawn_why:
        raise ValidationError(f"{candidate} was taken out of this selection. Ask L&D.")
    _check_proposal(nomination)
    if lacks := lacking(nomination):
        raise ValidationError(lacks)
    eligibility = eligibility_for(candidate.cohort, candidate.person)
    if not eligibility.is_met:
        raise ValidationError(
            f"{candidate.person} cannot be nominated for {candidate.cohort} yet. "
            f"Not met: {sentence(eligibility.unmet)}. The draft is kept."
        )
    before = nomination.state
    nomination.eligibility = snapshot(eligibility)
    nomination.save(update_fields=["eligibility", "updated_at"])
    approval = (
        _again(nomination, answer.strip(), by=by) if returned else proceed(candidate, nomination, by=by)
    )
    settle(candidate)
    keep_hand_in(candidate, eligibility)
    asked: dict[str, Any] = {"state": nomination.state}
    if approval is not None:
        asked |= {"approver": approval.who, "due_on": approval.due_on}
    audit.record("nomination.submitted", nomination, by=by, before={"state": before}, after=asked)
    return approval


def _again(nomination: Nomination, answer: str, *, by: Membership) -> Approval:
    nomination.state, nomination.submitted_at = State.SUBMITTED, timezone.now()
    nomination.save(update_fields=["state", "submitted_at", "updated_at"])
    keep_version(nomination, by=by)
    ask_references(nomination)
    return resume_chain(nomination, answer)


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
    drop_questions(nomination)
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
        return "This nomination waits for its decision. A change makes the approvals begin anew."
    if nomination.state in (State.ENDORSING, State.CONSENTING):
        return "This nomination waits for an answer. It can be withdrawn and begun anew."
    return already_decided(nomination)


def _nominator(cohort: Cohort, person: Person, by: Membership, in_name_of: Person | None) -> Person:
    own = person_of(by)
    if own is None:
        raise ValidationError("Your login is not tied to a person in the directory, so you have no line.")
    if in_name_of is not None and in_name_of not in access.acting_principals(by):
        raise PermissionDenied(f"You do not nominate for {in_name_of} now.")
    if in_name_of is not None and own.pk == person.pk:
        raise ValidationError("Nobody nominates themselves in somebody’s name.")
    nominator = in_name_of or own
    if nominator.pk == person.pk:
        _check_oneself(cohort, person)
    else:
        _check_line(nominator, person)
    return nominator


def _check_proposal(nomination: Nomination) -> None:
    person = nomination.candidate.person
    if nomination.is_own:
        _check_oneself(nomination.candidate.cohort, person)
    else:
        _check_line(nomination.nominator, person)


def _check_oneself(cohort: Cohort, person: Person) -> None:
    if not terms_of_nominations(cohort).allows_self:
        raise ValidationError("You cannot nominate yourself. Ask your manager.")
    if person.manager_id is None:
        raise ValidationError("Nobody stands above you to endorse it. Ask L&D.")


def _check_line(nominator: Person, person: Person) -> None:
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
