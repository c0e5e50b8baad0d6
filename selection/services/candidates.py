"""The file of a candidate: how it follows from its nominations, and how it is taken out."""

from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort
from selection import access, notices
from selection.models import Approval, Candidate, Decision, Nomination, Scoresheet
from selection.services.calibration import someone_left
from selection.services.followups import free_slots_of
from selection.tasks import flag_conflicts

State = Nomination.State
STILL_OPEN = (Cohort.State.NOMINATING, Cohort.State.ASSESSING, Cohort.State.SELECTING)


@transaction.atomic
def withdraw_candidate(candidate: Candidate, *, why: str, by: Membership) -> Candidate:
    """Take an admitted candidate out of the selection, with the reason; score sheets and other nominations
    stay on file, and nobody is reminded of them any more. Once the slate is drawn up their place stays on it, no
    letter is written to them, and a seat or a place in reserve has to be decided anew before the release."""
    require_organization()
    hold_stage(candidate.cohort_id)
    candidate = locked(candidate.pk)
    if not access.can_run_selection(by, candidate.cohort):
        raise PermissionDenied("L&D takes candidates out of a selection.")
    if candidate.state != Candidate.State.ADMITTED:
        raise ValidationError(f"{candidate} is not among the candidates being assessed.")
    if candidate.cohort.state not in STILL_OPEN:
        raise ValidationError(
            "The outcomes are released. A seat is declined, or somebody leaves the reserve."
        )
    if not why.strip():
        raise ValidationError({"why": "Say why. The reason is kept in the file."})
    before, candidate.state = candidate.state, Candidate.State.WITHDRAWN
    candidate.withdrawn_why = why.strip()
    candidate.save(update_fields=["state", "withdrawn_why"])
    _free_place(candidate)
    someone_left(candidate)
    waiting = candidate.scoresheets.filter(state=Scoresheet.State.OPEN).select_related(
        "assessor__person", "assessor__cohort"
    )
    notices.plan_scoring_reminders({sheet.assessor for sheet in waiting})
    free_slots_of(candidate)
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


def _free_place(candidate: Candidate) -> None:
    """On a slate that is drawn up they stand for no seat any more, and those behind move on by a place; rank and
    points stay as they were."""
    for decision in candidate.decisions.filter(place__isnull=False):
        behind = Decision.objects.filter(slate=decision.slate_id, place__gt=decision.place)
        behind.update(place=F("place") - 1)
        decision.place, decision.unranked_why = None, f"Withdrew: {candidate.withdrawn_why}"[:200]
        decision.save(update_fields=["place", "unranked_why"])


def settle(candidate: Candidate) -> None:
    """Write where the file stands, as it follows from its nominations. The row is locked by the caller."""
    _look_for_conflicts(candidate)
    if candidate.state == Candidate.State.ADMITTED or candidate.withdrawn_why:
        return
    shared = candidate.nominations.exclude(state=State.WITHDRAWN, submitted_at=None)
    rows = list(shared.values_list("state", flat=True))
    never = not rows and candidate.state == Candidate.State.DRAFTED
    state = Candidate.State.DRAFTED if never else _follows_from(set(rows))
    if state != candidate.state:
        candidate.state = state
        candidate.save(update_fields=["state"])


def _look_for_conflicts(candidate: Candidate) -> None:
    """Who became a candidate or a nominator may be on the panel with sheets to score."""
    if Scoresheet.objects.filter(candidate__cohort=candidate.cohort_id).exists():
        transaction.on_commit(partial(flag_conflicts.delay, require_organization()))


def _follows_from(states: set[str]) -> Candidate.State:
    if State.APPROVED in states:
        return Candidate.State.ADMITTED
    if State.SUBMITTED in states:
        return Candidate.State.PROPOSED
    if State.RETURNED in states:
        return Candidate.State.RETURNED
    if State.DECLINED in states:
        return Candidate.State.DECLINED
    return Candidate.State.DRAFTED if states & set(Nomination.UNSHARED) else Candidate.State.WITHDRAWN


def hold_stage(cohort: int) -> None:
    """The cohort moves to its next stage before this, or after it, but not meanwhile."""
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort)


def both_locked(nomination: Nomination) -> tuple[Candidate, Nomination]:
    """The file first, then the nomination: everybody locks in this order, so nobody waits in a circle."""
    candidate = locked(nomination.candidate_id)
    return candidate, locked_nomination(nomination)


def locked(candidate: int) -> Candidate:
    return (
        Candidate.objects.select_for_update(of=("self",))
        .select_related("person", "cohort__program")
        .get(pk=candidate)
    )


def locked_nomination(nomination: Nomination) -> Nomination:
    return (
        Nomination.objects.select_for_update(of=("self",))
        .select_related("candidate__person", "candidate__cohort__program", "nominator", "organization")
        .get(pk=nomination.pk)
    )
