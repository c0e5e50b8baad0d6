"""What people are told during a selection. Subject = the action, first line = why you get this, one button."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.urls import reverse

from amdp.directory.calendar import MORNING, local_to_utc
from amdp.directory.models import Person
from amdp.identity.models import Membership, Role
from amdp.identity.queries import members_with
from amdp.notifications.queries import at_local_morning
from amdp.notifications.services import Message, Notice, notify_many, withdraw
from amdp.web.time import day
from cohorts.models import Cohort
from selection.models import Approval, Candidate, Decision, Nomination, Scoresheet, Slate

Outcome = Decision.Outcome
APPROVAL_DUE, APPROVAL_LATE = "selection.approval_due", "selection.approval_late"
SCORING_DUE, SCORING_LATE = "selection.scoring_due", "selection.scoring_late"


def path(name: str, about: Approval | Nomination | Scoresheet | Decision | Cohort | Slate, pk: int) -> str:
    """The address of a page of this app in the organization of ``about``."""
    return reverse(f"selection:{name}", kwargs={"org": about.organization.slug, "pk": pk})


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


def morning(to: Person | Membership, on: date) -> datetime:
    """09:00 on that day, or the next business day, where the recipient is."""
    if isinstance(to, Person):
        return at_local_morning(to, on)
    return local_to_utc(on, MORNING, to.time_zone or to.organization.time_zone)


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


def answers_reminded(asked: Iterable[Approval], *, on: date) -> int:
    """Tell nominators that a question still waits for their answer, once a day. How many messages."""
    return notify_many(
        Notice(each.nomination.nominator, _to_answer(each), each, period=on.isoformat()) for each in asked
    )


def _to_answer(asked: Approval) -> Message:
    nomination = asked.nomination
    person, cohort = nomination.candidate.person, nomination.candidate.cohort
    return Message(
        kind="selection.answer_awaited",
        subject=f"Answer the question about {person} for {cohort}",
        why=f"You nominated {person}, and the nomination was sent back to you with a question.",
        body=(
            f"Question: {asked.remark}",
            f"L&D is about to close nominations. Without your answer {person.first_name} stays out of this selection.",
        ),
        action="Answer and hand in again",
        path=path("nomination_edit", asked, nomination.pk),
    )


def scoring_asked(sheets: Iterable[Scoresheet]) -> None:
    """Ask each assessor, one mail per candidate, and plan the reminders."""
    planned: list[Notice] = []
    for sheet in sheets:
        message = Message(
            kind="selection.scoring_asked",
            subject=f"Score {sheet.candidate.person} for {sheet.candidate.cohort} by {day(sheet.due_on)}",
            why=f"You are on the assessor panel of {sheet.candidate.cohort}.",
            body=(
                "Note what you see, then rate behaviour by behaviour.",
                "Nobody sees your ratings before you submit them.",
            ),
            action="Open the score sheet",
            path=path("scoresheet_edit", sheet, sheet.pk),
        )
        planned.extend([Notice(sheet.assessor.person, message, sheet), *_scoring_reminders(sheet)])
    notify_many(planned)


def _scoring_reminders(sheet: Scoresheet) -> list[Notice]:
    """One the day before it is due and one the day after, unless it is submitted before."""

    def message(kind: str, words: str) -> Message:
        return Message(
            kind=kind,
            subject=f"Score {sheet.candidate.person}: {words} {day(sheet.due_on)}",
            why=f"You are on the assessor panel of {sheet.candidate.cohort} and have an open score sheet.",
            action="Open the score sheet",
            path=path("scoresheet_edit", sheet, sheet.pk),
        )

    person = sheet.assessor.person
    return [
        Notice(
            person,
            message(SCORING_DUE, "due"),
            sheet,
            not_before=morning(person, sheet.due_on - timedelta(days=1)),
        ),
        Notice(
            person,
            message(SCORING_LATE, "was due"),
            sheet,
            not_before=morning(person, sheet.due_on + timedelta(days=1)),
        ),
    ]


def scoring_settled(sheet: Scoresheet) -> None:
    """The assessor needs no reminding any more; what was not sent yet is taken back."""
    for kind in (SCORING_DUE, SCORING_LATE):
        withdraw(kind, sheet)


def outcomes_released(slate: Slate, decisions: Iterable[Decision]) -> int:
    """Tell every candidate and whoever nominated them, all at once. How many messages."""
    return notify_many(notice for decision in decisions for notice in _outcome_notices(slate, decision))


def _outcome_notices(slate: Slate, decision: Decision) -> Iterable[Notice]:
    if decision.outcome != Outcome.SELECTED:  # those are told by their enrollment
        yield Notice(decision.candidate.person, _to_candidate(slate, decision), decision)
    for nomination in decision.candidate.nominations.all():
        if nomination.state == Nomination.State.APPROVED:
            yield Notice(nomination.nominator, _to_nominator(slate, decision), decision)


def _to_candidate(slate: Slate, decision: Decision) -> Message:
    cohort = slate.cohort
    subject, body = {
        Outcome.RESERVE: (
            f"You are in reserve for {cohort}",
            (
                f"You do not have a seat for now, and are number {decision.reserve_order} to move up when one becomes free.",
                "Your page shows what the assessors saw as your strengths and what to build on.",
            ),
        ),
        Outcome.NOT_SELECTED: (
            f"The outcome of the selection for {cohort}",
            (
                "Thank you for the work you put into this selection. You do not have a seat this time.",
                "Your page shows what the assessors saw as your strengths and what to build on. Your manager will talk it through with you.",
            ),
        ),
    }[Outcome(decision.outcome)]
    return Message(
        kind="selection.outcome",
        subject=subject,
        why=f"You were nominated for {cohort} and took part in its selection.",
        body=body,
        action="See your outcome and feedback",
        path=path("outcome_detail", decision, decision.candidate_id),
    )


def _to_nominator(slate: Slate, decision: Decision) -> Message:
    person, cohort = decision.candidate.person, slate.cohort
    line = {
        Outcome.SELECTED: f"{person} has a seat. Please free the time the program needs.",
        Outcome.RESERVE: f"{person} is number {decision.reserve_order} in reserve.",
        Outcome.NOT_SELECTED: f"{person} does not have a seat this time. Please talk through the feedback within the week.",
    }[Outcome(decision.outcome)]
    return Message(
        kind="selection.outcome_of_nominee",
        subject=f"{person} and {cohort}: the outcome",
        why=f"You nominated {person}. {person.first_name} has been told at the same time.",
        body=(line,),
        action=f"See {person.first_name}’s file",
        path=path("candidate_detail", decision, decision.candidate_id),
    )


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
