"""What a nomination said each time it was shared, and changing it while it waits for its decision."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort
from selection import access, notices
from selection.models import Approval, Nomination, NominationVersion
from selection.queries.evidence import lacking, words_of
from selection.services.approvals import already_decided
from selection.services.candidates import both_locked, hold_stage, settle
from selection.services.chain import begin_chain, reopen
from selection.services.evidence import write_evidence, write_text
from selection.services.references import ask_references, write_references

State = Nomination.State


def keep_version(nomination: Nomination, *, by: Membership) -> None:
    """Append what it says now, unless that is what it said before."""
    content, last = words_of(nomination), nomination.versions.order_by("-number").first()
    if last is not None and last.content == content:
        return
    number = last.number + 1 if last else 1
    NominationVersion.objects.create(nomination=nomination, number=number, content=content, made_by=by)


@transaction.atomic
def revise_nomination(
    nomination: Nomination,
    *,
    by: Membership,
    criteria: Mapping[int, str] | None = None,
    references: list[dict[str, str]] | None = None,
    **text: Any,
) -> Approval:
    """Change a nomination that waits for its decision. Approvals given so far no longer count: the chain
    begins anew, and everybody who approved or was asked is told. What it said before is kept.

    Raises ValidationError when it is decided, nominations are closed, something is missing or nothing differs.
    """
    require_organization()
    hold_stage(nomination.candidate.cohort_id)
    candidate, nomination = both_locked(nomination)
    if not access.nominates(by, nomination):
        raise PermissionDenied("Only the leader who nominates can change this nomination.")
    if nomination.state != State.SUBMITTED:
        raise ValidationError(already_decided(nomination))
    if candidate.cohort.state != Cohort.State.NOMINATING:
        raise ValidationError("Nominations are closed, so this one stays as it is.")
    keep_version(nomination, by=by)
    before = words_of(nomination)
    write_text(nomination, text)
    nomination.save()
    write_evidence(nomination, criteria)
    write_references(nomination, references)
    if lacks := lacking(nomination):
        raise ValidationError(lacks)
    if words_of(nomination) == before:
        raise ValidationError("Nothing differs from what was handed in, so nobody has to decide anew.")
    keep_version(nomination, by=by)
    reopened = reopen(nomination)
    approval = begin_chain(nomination)
    ask_references(nomination)
    settle(candidate)
    notices.nomination_revised(reopened, approval, by=by)
    audit.record(
        "nomination.revised",
        nomination,
        by=by,
        before={"approved": [one.who for one in reopened if one.state == Approval.State.APPROVED]},
        after={"approver": approval.who, "due_on": approval.due_on},
    )
    return approval
