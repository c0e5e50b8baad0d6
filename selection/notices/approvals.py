"""What approvers are told, and nominators of their decision."""

from datetime import timedelta

from amdp.directory.models import Person
from amdp.identity.models import Membership, Role
from amdp.identity.queries import members_with
from amdp.notifications.services import Message, Notice, notify_many, withdraw
from amdp.web.time import day
from selection.models import Approval, Candidate, Nomination
from selection.notices.common import morning, path

APPROVAL_DUE, APPROVAL_LATE = "selection.approval_due", "selection.approval_late"


def approval_asked(approval: Approval) -> None:
    """Ask whoever decides."""
    nomination = approval.nomination
    person, cohort = nomination.candidate.person, nomination.candidate.cohort
    message = Message(
        kind="selection.approval_asked",
        subject=f"Approve {person} for {cohort} by {day(approval.due_on)}",
        why=f"{nomination.nominator} nominated {person} for {cohort}, and the decision is yours.",
        body=(
            f"Please approve, decline or return it with a question by {day(approval.due_on)}.",
            f"{person.first_name} is not told now. Everyone hears the outcome together.",
        ),
        action=f"Decide on {person}",
        path=path("nomination_decide", nomination, nomination.pk),
    )
    notify_many(
        [*(Notice(to, message, approval) for to in deciders(approval)), *_approval_reminders(approval)]
    )


def _approval_reminders(approval: Approval) -> list[Notice]:
    """One on the morning it is due and one on the next business day, unless it is decided before."""
    nomination = approval.nomination
    person, cohort = nomination.candidate.person, nomination.candidate.cohort

    def message(kind: str, words: str) -> Message:
        return Message(
            kind=kind,
            subject=f"{person} for {cohort}: your decision {words} {day(approval.due_on)}",
            why=f"{nomination.nominator} nominated {person} and waits for your decision.",
            body=("Approve, decline or return it with a question. It takes about three minutes.",),
            action=f"Decide on {person}",
            path=path("nomination_decide", nomination, nomination.pk),
        )

    on_day, late = message(APPROVAL_DUE, "is due"), message(APPROVAL_LATE, "was due")
    return [
        Notice(to, what, approval, not_before=morning(to, approval.due_on + after))
        for to in deciders(approval)
        for what, after in ((on_day, timedelta()), (late, timedelta(days=1)))
    ]


def approval_settled(approval: Approval) -> None:
    """Nobody needs reminding any more."""
    for kind in (APPROVAL_DUE, APPROVAL_LATE):
        withdraw(kind, approval)


def approval_dropped(approval: Approval) -> None:
    """Tell whoever was asked that nothing needs doing any more."""
    nomination = approval.nomination
    person, cohort = nomination.candidate.person, nomination.candidate.cohort
    approval_settled(approval)
    message = Message(
        kind="selection.approval_dropped",
        subject=f"{person} for {cohort}: nothing to decide any more",
        why=f"You were asked to decide on {person}. {nomination.nominator} has withdrawn the nomination.",
    )
    notify_many(Notice(to, message, approval) for to in deciders(approval))


def nomination_decided(approval: Approval, *, by: Membership) -> None:
    """Tell the nominator what was decided; whoever was asked needs no reminding."""
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
        why=f"You nominated {person}, and {by} has decided.",
        body=(line,),
        action=action,
        path=path("nomination_detail", nomination, nomination.pk),
    )
    notify_many([Notice(nomination.nominator, message, approval)])


def deciders(approval: Approval) -> list[Person | Membership]:
    """The approver; L&D where there is none or the approver has no login, without those who are in this
    selection themselves, who must not even learn of it, or nominated the same person."""
    people: list[Person | Membership] = [approval.approver] if approval.approver else []
    if approval.approver is not None and approval.approver.membership_id:
        return people
    candidate = approval.nomination.candidate
    inside = Candidate.objects.filter(cohort=candidate.cohort_id, person__membership__isnull=False)
    inside = inside.exclude(state=Candidate.State.DRAFTED).order_by()
    nominated = Nomination.objects.filter(candidate=candidate, nominator__membership__isnull=False)
    nominated = nominated.exclude(state=Nomination.State.WITHDRAWN).order_by()
    admins = members_with(approval.organization, Role.LD_ADMIN)
    admins = admins.exclude(pk__in=inside.values("person__membership"))
    return [*people, *admins.exclude(pk__in=nominated.values("nominator__membership"))]
