"""What approvers are told, and nominators of their decision."""

from collections.abc import Iterable
from datetime import timedelta

from amdp.directory.models import Person
from amdp.directory.queries import has_login
from amdp.identity.models import Membership
from amdp.notifications.services import Message, Notice, notify_many, withdraw
from amdp.web.time import day
from selection.chain import Terms
from selection.days import business_days_after, today_of
from selection.models import Approval, Decider, Nomination
from selection.notices.common import in_charge, morning, path
from selection.queries.chain import able_holders
from selection.queries.delegations import delegates_of
from selection.queries.proposers import proposers_of

APPROVAL_DUE, APPROVAL_LATE = "selection.approval_due", "selection.approval_late"
APPROVAL_SOON = "selection.approval_soon"
REMINDERS = (APPROVAL_SOON, APPROVAL_DUE, APPROVAL_LATE)
Recipient = Person | Membership
# Whom to tell, and in whose name they would decide.
Asked = tuple[Recipient, Person | None]


def approval_asked(approval: Approval) -> None:
    """Ask whoever decides, and whoever acts for them; plan the reminders."""
    nomination = approval.nomination
    nominated = f"{nomination.who} nominated {nomination.candidate.person} for {nomination.candidate.cohort}"
    _ask(approval, deciders(approval), "selection.approval_asked", nominated)


def approval_escalated(approval: Approval) -> None:
    """Ask whoever is next too, and tell those who were asked first and the nominator."""
    nomination = approval.nomination
    person, late = nomination.candidate.person, f"{approval.who} was to decide by {day(approval.due_on)}"  # type: ignore[arg-type]
    _ask(approval, _next_in_turn(approval), "selection.approval_escalated", f"{late} and has not yet")
    told = Message(
        kind="selection.approval_escalated_told",
        subject=f"{person} for {nomination.candidate.cohort}: {approval.escalated_who} is asked too",
        why=f"{late}. By the plan of this selection {approval.escalated_who} is asked too.",
        body=("Whoever decides first, decides.",),
        action=f"See the nomination of {person}",
        path=path("nomination_detail", nomination, nomination.pk),
    )
    first = [to for to, _ in _first_in_turn(approval)]
    notify_many(Notice(to, told, approval) for to in [*first, *in_charge(nomination)])


def approval_moved(approval: Approval, after: Approval) -> None:
    """Tell whoever was asked, where they can still be reached, and the nominator who decides now."""
    approval_settled(approval)
    nomination = approval.nomination
    person, cohort = nomination.candidate.person, nomination.candidate.cohort
    message = Message(
        kind="selection.approval_moved",
        subject=f"{person} for {cohort}: {after.who} decides now",
        why=f"{approval.who} was asked to decide on {person}. {approval.why}, so {after.who} decides by {day(after.due_on)}.",  # type: ignore[arg-type]
    )
    reached = [to for to, _ in _first_in_turn(approval) if not isinstance(to, Person) or can_be_told(to)]
    notify_many(Notice(to, message, approval) for to in [*reached, *in_charge(nomination)])


def can_be_told(person: Person) -> bool:
    """Whether somebody who was asked works here and can be reached."""
    return person.is_employed(today_of(person)) and (person.membership is None or has_login(person))


def _ask(approval: Approval, asked: Iterable[Asked], kind: str, because: str) -> None:
    nomination = approval.nomination
    person, cohort = nomination.candidate.person, nomination.candidate.cohort
    notices: list[Notice] = []
    for to, principal in asked:
        yours = f"and you act for {principal}" if principal else "and the decision is yours"
        in_name = f" for {principal}" if principal else ""
        message = Message(
            kind=kind,
            subject=f"Approve {person} for {cohort}{in_name} by {day(approval.due_on)}",  # type: ignore[arg-type]
            why=f"{because}, {yours}.",
            body=(
                f"Please approve, decline or return it with a question by {day(approval.due_on)}.",  # type: ignore[arg-type]
                f"{person.first_name} is not told now. Everyone hears the outcome together.",
            ),
            action=f"Decide on {person}",
            path=path("nomination_decide", nomination, nomination.pk),
        )
        notices.append(Notice(to, message, approval))
        if kind == "selection.approval_asked":
            notices.extend(_reminders(approval, to))
    notify_many(notices)


def _reminders(approval: Approval, to: Recipient) -> list[Notice]:
    """On the day the step says, on the morning it is due and on the next business day, unless it is decided
    before."""
    nomination = approval.nomination
    person, cohort = nomination.candidate.person, nomination.candidate.cohort
    due_on = approval.due_on
    assert due_on is not None

    def message(kind: str, words: str) -> Message:
        return Message(
            kind=kind,
            subject=f"{person} for {cohort}: your decision {words} {day(due_on)}",
            why=f"{nomination.leader} nominated {person} and waits for your decision.",
            body=("Approve, decline or return it with a question. It takes about three minutes.",),
            action=f"Decide on {person}",
            path=path("nomination_decide", nomination, nomination.pk),
        )

    days = [(APPROVAL_DUE, "is due", due_on), (APPROVAL_LATE, "was due", due_on + timedelta(days=1))]
    after = Terms.from_json(approval.terms).remind_after
    calendar = approval.approver or nomination.nominator
    if after is not None:
        soon = business_days_after(calendar, today_of(calendar), after)
        if soon < due_on:
            days.insert(0, (APPROVAL_SOON, "is due", soon))
    return [
        Notice(to, message(kind, words), approval, not_before=morning(to, on)) for kind, words, on in days
    ]


def approval_settled(approval: Approval) -> None:
    """Nobody needs reminding any more."""
    for kind in REMINDERS:
        withdraw(kind, approval)


def approval_dropped(approval: Approval) -> None:
    """Tell whoever was asked that nothing needs doing any more."""
    nomination = approval.nomination
    person, cohort = nomination.candidate.person, nomination.candidate.cohort
    approval_settled(approval)
    message = Message(
        kind="selection.approval_dropped",
        subject=f"{person} for {cohort}: nothing to decide any more",
        why=f"You were asked to decide on {person}. {nomination.leader} has withdrawn the nomination.",
    )
    notify_many(Notice(to, message, approval) for to, _ in deciders(approval))


def step_approved(approval: Approval, following: Approval, *, by: Membership) -> None:
    """Tell the nominator that a step is done, and who decides next."""
    approval_settled(approval)
    nomination = approval.nomination
    person, cohort = nomination.candidate.person, nomination.candidate.cohort
    message = Message(
        kind="selection.approval_step",
        subject=f"{person} for {cohort}: one step is approved",
        why=f"You nominated {person}, and {said_by(approval, by)} has approved.",
        body=(f"{following.who} decides next, by {day(following.due_on)}.",),  # type: ignore[arg-type]
        action="See the nomination",
        path=path("nomination_detail", nomination, nomination.pk),
    )
    notify_many(Notice(to, message, approval) for to in in_charge(nomination))


def nomination_decided(approval: Approval, *, by: Membership) -> None:
    """Tell the nominator what was decided, and in whose name if not their own; whoever was asked needs no
    reminding, and hears who decided in their name."""
    approval_settled(approval)
    nomination = approval.nomination
    person, cohort = nomination.candidate.person, nomination.candidate.cohort
    subject, line, action = {
        Approval.State.APPROVED: (
            f"{person} is approved for {cohort}",
            f"{person.first_name} goes on to the assessment and hears the outcome with everyone else.",
            "See the nomination",
        ),
        Approval.State.RETURNED: (
            f"Answer a question about {person} for {cohort}",
            f"Question: {approval.remark}",
            "Answer and hand in again",
        ),
        Approval.State.DECLINED: (
            f"{person} is not approved for {cohort}",
            f"Reason: {approval.remark}",
            "See the nomination",
        ),
    }[Approval.State(approval.state)]
    message = Message(
        kind=f"selection.nomination_{approval.state}",
        subject=subject,
        why=f"You nominated {person}, and {said_by(approval, by)} has decided.",
        body=(line,),
        action=action,
        path=path("nomination_detail", nomination, nomination.pk),
    )
    notify_many(Notice(to, message, approval) for to in in_charge(nomination))


def decided_in_your_name(approval: Approval, *, by: Membership) -> None:
    """Tell whoever was asked that somebody has decided in their name."""
    principal, nomination = approval.decided_for, approval.nomination
    if principal is None:
        return
    person, cohort = nomination.candidate.person, nomination.candidate.cohort
    message = Message(
        kind="selection.approval_in_your_name",
        subject=f"{by} has decided for you on {person} for {cohort}",
        why=f"{by} acts for you while you are away.",
        body=(f"The decision: {approval.get_state_display().lower()}.",),
        action="See the nomination",
        path=path("nomination_detail", nomination, nomination.pk),
    )
    notify_many([Notice(principal, message, approval)])


def said_by(approval: Approval, by: Membership) -> str:
    """Who decided, with in whose name."""
    return f"{by} for {approval.decided_for}" if approval.decided_for else str(by)


# --- whom to tell ------------------------------------------------------------------------------------


def deciders(approval: Approval) -> list[Asked]:
    """Everybody who may decide: those asked first, and whoever is asked too since then."""
    asked = _first_in_turn(approval)
    return [*asked, *_next_in_turn(approval)] if approval.is_escalated else asked


def _first_in_turn(approval: Approval) -> list[Asked]:
    """The approver with whoever acts for them; whoever holds the role where nobody is named; L&D too where
    the approver has no login."""
    if approval.approver is None:
        return _holders(approval, approval.role)
    asked = _person_and_delegates(approval, approval.approver)
    if approval.approver.membership_id:
        return asked
    return [*asked, *_holders(approval, Decider.LD_ADMIN)]


def _next_in_turn(approval: Approval) -> list[Asked]:
    if approval.escalated_to is None:
        return _holders(approval, Decider.LD_ADMIN)
    return _person_and_delegates(approval, approval.escalated_to)


def _person_and_delegates(approval: Approval, person: Person) -> list[Asked]:
    barred = {approval.nomination.candidate.person_id, *_nominators(approval)}
    acting = delegates_of([person], today_of(person))
    return [(person, None), *((one, person) for one, _ in acting if one.pk not in barred)]


def _holders(approval: Approval, role: str) -> list[Asked]:
    """Those in the role without whoever is in this selection, who must not even learn of it, or nominated the
    same person."""
    candidate = approval.nomination.candidate
    return [
        (member, None)
        for member in able_holders(candidate.cohort, candidate.person, role, _nominators(approval))
    ]


def _nominators(approval: Approval) -> frozenset[int]:
    return proposers_of(Nomination.objects.filter(candidate=approval.nomination.candidate_id))
