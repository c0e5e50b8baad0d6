"""The decision on one step of a nomination's chain, and what follows from it."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from selection import access, notices
from selection.models import Approval, Nomination
from selection.services.candidates import both_locked, settle
from selection.services.chain import ask_next, drop_planned

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
def decide_nomination(
    nomination: Nomination,
    *,
    decision: str,
    by: Membership,
    remark: str = "",
    step: int | None = None,
) -> Approval:
    """Approve a step, return it with a question, or decline with a reason. The nominator is told.

    The last approval admits the candidate; before it the next step is asked. Two clicks at once, or two
    browsers, yield one decision; the second gets a sentence that says who decided. ``step`` is the id of
    the approval that was on the page, so that a late click never decides the step after it. Raises
    PermissionDenied for anyone whom the step does not ask, and for whoever nominated the same person.
    """
    require_organization()
    candidate, nomination = both_locked(nomination)
    approval = nomination.approvals.select_for_update().filter(state=Approval.State.ASKED).first()
    if approval is None or (step is not None and step != approval.pk):
        raise ValidationError(already_decided(nomination, step))
    approval.nomination = nomination
    capacity = access.capacity_to_decide(by, approval)
    if capacity is None:
        raise PermissionDenied("Somebody else decides this nomination.")
    if decision not in DECISIONS:
        raise ValidationError("Choose to approve, return or decline.")
    if decision in NEEDS_WORDS and not remark.strip():
        raise ValidationError({"remark": NEEDS_WORDS[decision]})
    approval.state, nomination.state = DECISIONS[decision]
    approval.remark, approval.decided_by, approval.decided_at = remark.strip(), by, timezone.now()
    approval.decided_for = capacity.principal
    approval.save(update_fields=["state", "remark", "decided_by", "decided_for", "decided_at"])
    following = ask_next(nomination) if decision == "approve" else None
    if following is not None:
        nomination.state = State.SUBMITTED
        notices.step_approved(approval, following, by=by)
    else:
        nomination.save(update_fields=["state", "updated_at"])
        notices.nomination_decided(approval, by=by)
    if decision == "decline":
        drop_planned(nomination)
    settle(candidate)
    notices.decided_in_your_name(approval, by=by)
    _record(approval, following, by=by)
    return approval


def approve_several(
    approvals: Iterable[Approval], *, by: Membership
) -> tuple[list[Approval], list[tuple[Approval, str]]]:
    """Approve each of these requests by itself: those approved, and those that could not be with the reason."""
    done: list[Approval] = []
    refused: list[tuple[Approval, str]] = []
    for approval in sorted(approvals, key=lambda each: (each.nomination.candidate_id, each.nomination_id)):
        try:
            done.append(decide_nomination(approval.nomination, decision="approve", by=by, step=approval.pk))
        except ValidationError as error:
            refused.append((approval, " ".join(error.messages)))
        except PermissionDenied as error:
            refused.append((approval, str(error)))
    return done, refused


def _record(approval: Approval, following: Approval | None, *, by: Membership) -> None:
    nomination = approval.nomination
    after = {"state": nomination.state, "step": approval.position}
    if approval.decided_for:
        after["for"] = str(approval.decided_for)
    if following is not None:
        after |= {"asked": following.who, "due_on": following.due_on}
    verb = "step_approved" if following is not None else nomination.state
    audit.record(
        f"nomination.{verb}",
        nomination,
        by=by,
        before={"state": State.SUBMITTED},
        after=after,
        why=approval.remark,
    )


def already_decided(nomination: Nomination, step: int | None = None) -> str:
    """What somebody who comes second is told: who decided the step they saw, or the last one."""
    ended = nomination.approvals.exclude(decided_at=None).exclude(state=Approval.State.SKIPPED)
    last = ended.filter(pk=step).first() if step is not None else None
    last = last or ended.order_by("-decided_at", "-pk").first()
    if last is None:
        return "This nomination does not wait for a decision."
    if last.state == Approval.State.DROPPED:
        if nomination.state == State.SUBMITTED:
            return f"{nomination.who} changed this nomination meanwhile. Read it again, then decide."
        return f"{nomination.who} withdrew this nomination. Nothing needs deciding."
    if last.state == Approval.State.MOVED:
        return f"This went to somebody else meanwhile: {last.why}."
    who = f" by {notices.said_by(last, last.decided_by)}" if last.decided_by else ""
    return f"This was decided{who} already: {last.get_state_display().lower()}."
