"""What L&D decides when an assessor came too close to a candidate: hand the sheets on, keep them, leave them out."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from selection import access, notices
from selection.models import Assessor, AssessorConflict, Scoresheet
from selection.queries.conflicts import grounds_of, is_drawn
from selection.services.closeness import settle_conflict
from selection.services.panel import assign_assessor, unassign_assessor

State, Ground = AssessorConflict.State, AssessorConflict.Ground
LONGEST = 1200


@transaction.atomic
def reassign_sheets(conflict: AssessorConflict, assessor: Assessor, *, by: Membership) -> list[Scoresheet]:
    """Hand the open sheets of the candidate on to somebody else of the panel; what was drafted is not handed
    on. Raises ValidationError when the new one may not score the candidate, and then nothing changes."""
    conflict = _locked(conflict)
    _check_run(conflict, by)
    sheets = list(_open_sheets(conflict).select_related("exercise"))
    if not sheets:
        raise ValidationError(
            "Every sheet is handed in. It stays as it is; you can leave it out of the mean."
        )
    candidate = conflict.candidate
    for sheet in sheets:
        unassign_assessor(sheet, by=by, why=f"{conflict.text}.")
    handed_on = [assign_assessor(candidate, assessor, by=by, exercise=sheet.exercise) for sheet in sheets]
    conflict.refresh_from_db(fields=["state"])
    if conflict.excluded_at:
        settle_conflict(conflict)
    return handed_on


@transaction.atomic
def ask_to_keep(conflict: AssessorConflict, *, reason: str, by: Membership) -> AssessorConflict:
    """Ask a second person whether the assessor goes on all the same, with the reason."""
    conflict = _locked(conflict)
    _check_run(conflict, by)
    if conflict.state != State.OPEN:
        raise ValidationError(f"This is decided or asked already: {conflict.get_state_display().lower()}.")
    if conflict.ground in (Ground.SELF, Ground.RIVAL):
        raise ValidationError("A candidate of the cohort never scores in it. Hand the sheets on.")
    if not reason.strip():
        raise ValidationError({"reason": "Say why. The second person reads it, and it is kept in the file."})
    conflict.state, conflict.reason = State.ASKED, reason.strip()[:LONGEST]
    conflict.asked_by, conflict.asked_at = by, timezone.now()
    conflict.save(update_fields=["state", "reason", "asked_by", "asked_at"])
    audit.record(
        "assessor_conflict.asked",
        conflict,
        by=by,
        before={"state": State.OPEN},
        after={"state": conflict.state},
        why=conflict.reason,
    )
    notices.conflict_asked(conflict)
    return conflict


@transaction.atomic
def decide_to_keep(
    conflict: AssessorConflict, *, keep: bool, by: Membership, remark: str = ""
) -> AssessorConflict:
    """Let the assessor go on, or not, as the second person; refusing takes a reason. Two decisions at once
    yield one; the second gets a sentence."""
    conflict = _locked(conflict)
    if conflict.state != State.ASKED:
        raise ValidationError(f"Nobody asks this any more: {conflict.get_state_display().lower()}.")
    if not access.can_be_second_on(by, conflict):
        raise PermissionDenied(access.NOT_SECOND_HERE)
    if not keep and not remark.strip():
        raise ValidationError({"remark": "Say why you refuse. The reason is kept."})
    conflict.state = State.KEPT if keep else State.OPEN
    conflict.decided_by, conflict.decided_at = by, timezone.now()
    conflict.remark = remark.strip()[:LONGEST]
    conflict.save(update_fields=["state", "decided_by", "decided_at", "remark"])
    audit.record(
        "assessor_conflict.decided",
        conflict,
        by=by,
        before={"state": State.ASKED},
        after={"state": conflict.state},
        why=conflict.remark,
    )
    notices.conflict_decided(conflict)
    return conflict


@transaction.atomic
def exclude_ratings(conflict: AssessorConflict, *, why: str, by: Membership) -> AssessorConflict:
    """Leave what the assessor handed in for the candidate out of the composite; the sheets stay as they are."""
    conflict = _locked(conflict)
    _check_run(conflict, by)
    if conflict.excluded_at:
        raise ValidationError("These ratings are left out already.")
    if not _sheets(conflict).filter(state=Scoresheet.State.SUBMITTED).exists():
        raise ValidationError("Nothing is handed in yet, so there is nothing to leave out.")
    if not why.strip():
        raise ValidationError({"why": "Say why. The reason is kept in the file."})
    conflict.excluded_by, conflict.excluded_at = by, timezone.now()
    conflict.excluded_why = why.strip()[:LONGEST]
    conflict.save(update_fields=["excluded_by", "excluded_at", "excluded_why"])
    audit.record("assessor_conflict.excluded", conflict, by=by, why=conflict.excluded_why)
    if not _open_sheets(conflict).exists():
        settle_conflict(conflict)
    return conflict


@transaction.atomic
def include_ratings(conflict: AssessorConflict, *, why: str, by: Membership) -> AssessorConflict:
    """Let them count again; what came up waits for its decision anew where it still holds."""
    conflict = _locked(conflict)
    _check_run(conflict, by)
    if not conflict.excluded_at:
        raise ValidationError("These ratings count.")
    if not why.strip():
        raise ValidationError({"why": "Say why. The reason is kept."})
    conflict.excluded_by, conflict.excluded_at, conflict.excluded_why = None, None, ""
    holds = grounds_of([(conflict.candidate, conflict.assessor)])
    pair = (conflict.candidate_id, conflict.assessor_id)
    if conflict.state == State.SETTLED and holds.get(pair) == conflict.ground:
        conflict.state, conflict.settled_at = State.OPEN, None
    conflict.save(update_fields=["excluded_by", "excluded_at", "excluded_why", "state", "settled_at"])
    audit.record("assessor_conflict.included", conflict, by=by, why=why.strip()[:LONGEST])
    return conflict


def _sheets(conflict: AssessorConflict) -> QuerySet[Scoresheet]:
    return Scoresheet.objects.filter(candidate=conflict.candidate_id, assessor=conflict.assessor_id)


def _open_sheets(conflict: AssessorConflict) -> QuerySet[Scoresheet]:
    return _sheets(conflict).filter(state=Scoresheet.State.OPEN)


def _check_run(conflict: AssessorConflict, by: Membership) -> None:
    if not access.can_settle_conflict(by, conflict):
        raise PermissionDenied(access.NOT_THE_CONFLICT)
    if is_drawn(conflict.candidate.cohort):
        raise ValidationError("The slate is drawn up, so what was scored stays as it is.")


def _locked(conflict: AssessorConflict) -> AssessorConflict:
    require_organization()
    return (
        AssessorConflict.objects.select_for_update(of=("self",))
        .select_related(
            "candidate__person", "candidate__cohort__program", "assessor__person", "organization", "asked_by"
        )
        .get(pk=conflict.pk)
    )
