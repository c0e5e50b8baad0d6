"""Moving a nomination along its approval chain: who is asked next, again, or instead. Callers hold the
candidate's and the nomination's row."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from amdp.directory.models import Person
from amdp.notifications.services import wake_at
from selection import notices
from selection.chain import Link, Terms, by_ld, link_for, resolve
from selection.days import business_days_after, business_days_for
from selection.models import Approval, Decider, Nomination
from selection.notices.common import morning
from selection.queries.approvals import CHANGED
from selection.queries.chain import case_of, current_round, terms_for

State = Approval.State
LOOK_AGAIN = timedelta(hours=1)


def begin_chain(nomination: Nomination) -> Approval:
    """Resolve the whole chain as the plan has it now, keep it, and ask its first step."""
    terms = terms_for(nomination.candidate.cohort)
    case = case_of(nomination, terms)
    number = current_round(nomination) + 1
    for position, link in enumerate(resolve(case, terms), start=1):
        _row(nomination, link, round=number, position=position).save()
    return ask_next(nomination) or _ask_ld(nomination)


def resume_chain(nomination: Nomination, answer: str) -> Approval:
    """Ask the step anew that asked the question; what was approved before it stands. Without a question a
    new round begins."""
    asked = nomination.approvals.filter(round=current_round(nomination)).order_by("-decided_at", "-pk")
    returned = asked.filter(state=State.RETURNED).first()
    if returned is None:
        return begin_chain(nomination)
    returned.nomination = nomination
    return ask_anew(returned, answer=answer)


def ask_anew(approval: Approval, *, answer: str | None = None) -> Approval:
    """Put a step that was asked before to whom the chain names now; L&D where that is nobody. What was
    answered to an earlier question goes along."""
    nomination = approval.nomination
    words = approval.answer if answer is None else answer
    Approval.objects.create(
        nomination=nomination,
        round=approval.round,
        position=approval.position,
        terms=approval.terms,
        state=State.PLANNED,
        asked_at=None,
    )
    return ask_next(nomination, answer=words) or _ask_ld(nomination, answer=words)


def ask_next(nomination: Nomination, *, answer: str = "") -> Approval | None:
    """Ask the next step for which there is somebody by now; None when the chain is through.

    Who decided an earlier step, also in somebody's name, is not asked again; that step is left out.
    """
    number = current_round(nomination)
    steps = nomination.approvals.filter(round=number)
    planned = list(steps.filter(state=State.PLANNED).order_by("position", "pk"))
    approved = steps.filter(state=State.APPROVED).exists()
    for approval in planned:
        approval.nomination = nomination
        terms = Terms.from_json(approval.terms)
        case = case_of(nomination, [terms], round=number)
        link = _once(nomination, link_for(case, terms), number)
        if link.is_left_out and not approved and approval is planned[-1]:
            link = by_ld(terms, f"{link.why}, so L&D decides")
        if not link.is_left_out:
            return ask(approval, link, answer=answer)
        _end(approval, State.SKIPPED, link.why)
    return None if approved else _ask_ld(nomination, answer=answer)


def _once(nomination: Nomination, link: Link, number: int) -> Link:
    """A role that has decided as a whole in this round is not asked again."""
    if link.approver is not None or link.is_left_out:
        return link
    decided = nomination.approvals.filter(
        round=number, state=State.APPROVED, approver=None, role=link.role
    ).exists()
    if not decided:
        return link
    return replace(link, is_left_out=True, why=f"{Decider(link.role).label} decided an earlier step")


def _ask_ld(nomination: Nomination, *, answer: str = "") -> Approval:
    """Nobody of the chain decides, and nobody is admitted without a decision."""
    number = max(1, current_round(nomination))
    last = nomination.approvals.filter(round=number).order_by("-position").first()
    link = by_ld(Terms(), "Nobody of the chain may decide, so L&D does")
    row = _row(nomination, link, round=number, position=last.position + 1 if last else 1)
    row.save()
    return ask(row, link, answer=answer)


def ask(approval: Approval, link: Link, *, answer: str = "") -> Approval:
    """Ask whom the link names, from now on, until the day that the step gives them."""
    approval.state, approval.why, approval.asked_at = State.ASKED, link.why, timezone.now()
    approval.approver, approval.role = link.approver, link.role or Decider.LD_ADMIN
    approval.due_on = due_for(link.approver, approval.nomination.nominator, link.terms.days)
    approval.answer = answer
    approval.escalate_at = _escalate_at(approval, link.terms)
    approval.save()
    notices.approval_asked(approval)
    wake_at(min(approval.escalate_at or timezone.now() + LOOK_AGAIN, timezone.now() + LOOK_AGAIN))
    return approval


def _escalate_at(approval: Approval, terms: Terms) -> datetime | None:
    """The morning, where the approver is, on which somebody else is asked too."""
    if terms.escalate_after is None or (approval.approver is None and approval.role == Decider.LD_ADMIN):
        return None
    calendar = approval.approver or approval.nomination.nominator
    assert approval.due_on is not None
    return morning(calendar, business_days_after(calendar, approval.due_on, terms.escalate_after))


def due_for(approver: Person | None, nominator: Person, days: int) -> date:
    """So many business days from now where the approver works."""
    return business_days_for(approver or nominator, days)


def drop_open(nomination: Nomination) -> None:
    """Nobody needs to decide any more: those asked are told, those who would come later never were."""
    for approval in nomination.approvals.select_for_update().filter(state__in=[State.ASKED, State.PLANNED]):
        was_asked = approval.state == State.ASKED
        _end(approval, State.DROPPED)
        if was_asked:
            notices.approval_dropped(approval)


def reopen(nomination: Nomination) -> list[Approval]:
    """The nomination changed: nothing of its round counts any more. Those who approved, and who was asked;
    what they answered stays as it is."""
    number = current_round(nomination)
    rows = nomination.approvals.select_for_update(of=("self",)).filter(round=number)
    given: list[Approval] = []
    for approval in rows.select_related("approver", "decided_for", "decided_by__user"):
        approval.nomination = nomination
        if approval.state in (State.APPROVED, State.ASKED):
            given.append(approval)
        if approval.state == State.ASKED:
            approval.remark = CHANGED
            approval.save(update_fields=["remark"])
            notices.approval_settled(approval)
        if approval.state in (State.ASKED, State.PLANNED):
            _end(approval, State.DROPPED)
    return given


def drop_planned(nomination: Nomination) -> None:
    """The steps that would have come later are not needed any more."""
    for approval in nomination.approvals.select_for_update().filter(state=State.PLANNED):
        _end(approval, State.DROPPED)


def _end(approval: Approval, state: Approval.State, why: str = "") -> None:
    approval.state, approval.decided_at = state, timezone.now()
    approval.why = why or approval.why
    approval.save(update_fields=["state", "decided_at", "why"])


def _row(nomination: Nomination, link: Link, *, round: int, position: int) -> Approval:
    left_out = link.is_left_out
    return Approval(
        nomination=nomination,
        round=round,
        position=position,
        approver=link.approver,
        role=link.role or Decider.LD_ADMIN,
        terms=link.terms.as_json(),
        why=link.why,
        state=State.SKIPPED if left_out else State.PLANNED,
        asked_at=None,
        decided_at=timezone.now() if left_out else None,
    )
