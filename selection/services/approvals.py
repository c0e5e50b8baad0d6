"""Who decides a nomination, until when, and the decision."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.models import Person
from amdp.directory.queries import chain_above
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from selection import access, notices
from selection.days import business_days_for, today_of
from selection.models import Approval, Nomination
from selection.services.candidates import both_locked, settle

DAYS_TO_DECIDE = 5
State = Nomination.State
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
def decide_nomination(nomination: Nomination, *, decision: str, by: Membership, remark: str = "") -> Approval:
    """Approve, return with a question, or decline with a reason. The nominator is told.

    Two clicks at once yield one decision; the second gets a sentence. Raises PermissionDenied for anyone
    but the approver, and for whoever nominated the same person.
    """
    require_organization()
    candidate, nomination = both_locked(nomination)
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
