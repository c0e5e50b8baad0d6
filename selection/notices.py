"""What people are told during a selection. Subject = the action, first line = why you get this, one button."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from amdp.directory.models import Person
from amdp.identity.models import Membership, Role
from amdp.identity.queries import members_with
from amdp.notifications.services import Message, Notice, notify_many
from amdp.web.time import day
from cohorts.models import Cohort
from selection.models import Approval, Decision, Nomination, Scoresheet, Slate

Outcome = Decision.Outcome


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
    notify_many(Notice(to, message, approval) for to in deciders(approval))


def approval_reminder(approval: Approval, today: date) -> Iterable[Notice]:
    """Remind whoever decides, once on the day before it is due and once when it is late."""
    nomination = approval.nomination
    person, cohort = nomination.candidate.person, nomination.candidate.cohort
    late = approval.due_on < today
    message = Message(
        kind="selection.approval_late" if late else "selection.approval_due",
        subject=f"{person} for {cohort}: your decision {'was due' if late else 'is due'} {day(approval.due_on)}",
        why=f"{nomination.nominator} nominated {person} and waits for your decision.",
        body=("Approve, decline or return it with a question. It takes about three minutes.",),
        action=f"Decide on {person}",
        path=path("nomination_decide", nomination, nomination.pk),
    )
    return [Notice(to, message, approval) for to in deciders(approval)]


def approval_dropped(approval: Approval) -> None:
    """Tell whoever was asked that nothing needs doing any more."""
    nomination = approval.nomination
    person, cohort = nomination.candidate.person, nomination.candidate.cohort
    message = Message(
        kind="selection.approval_dropped",
        subject=f"{person} for {cohort}: nothing to decide any more",
        why=f"You were asked to decide on {person}. {nomination.nominator} has withdrawn the nomination.",
    )
    notify_many(Notice(to, message, approval) for to in deciders(approval))


def nomination_decided(approval: Approval, *, by: Membership) -> None:
    """Tell the nominator what was decided."""
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


def scoring_asked(sheets: Iterable[Scoresheet]) -> None:
    """Ask each assessor, one mail per candidate."""
    notify_many(
        Notice(
            sheet.assessor.person,
            Message(
                kind="selection.scoring_asked",
                subject=f"Score {sheet.candidate.person} for {sheet.candidate.cohort} by {day(sheet.due_on)}",
                why=f"You are on the assessor panel of {sheet.candidate.cohort}.",
                body=(
                    "Note what you see, then rate behavior by behavior.",
                    "Nobody sees your ratings before you submit them.",
                ),
                action="Open the score sheet",
                path=path("scoresheet_edit", sheet, sheet.pk),
            ),
            sheet,
        )
        for sheet in sheets
    )


def scoring_reminder(sheet: Scoresheet, today: date) -> list[Notice]:
    """Remind an assessor, once before it is due and once when it is late."""
    late = sheet.due_on < today
    message = Message(
        kind="selection.scoring_late" if late else "selection.scoring_due",
        subject=f"Score {sheet.candidate.person}: {'was due' if late else 'due'} {day(sheet.due_on)}",
        why=f"You are on the assessor panel of {sheet.candidate.cohort} and have an open score sheet.",
        action="Open the score sheet",
        path=path("scoresheet_edit", sheet, sheet.pk),
    )
    return [Notice(sheet.assessor.person, message, sheet)]


def outcomes_released(slate: Slate, decisions: Iterable[Decision]) -> int:
    """Tell every candidate and whoever nominated them, all at once. How many messages."""
    return notify_many(notice for decision in decisions for notice in _outcome_notices(slate, decision))


def _outcome_notices(slate: Slate, decision: Decision) -> Iterable[Notice]:
    yield Notice(decision.candidate.person, _to_candidate(slate, decision), decision)
    for nomination in decision.candidate.nominations.all():
        if nomination.state == Nomination.State.APPROVED:
            yield Notice(nomination.nominator, _to_nominator(slate, decision), decision)


def _to_candidate(slate: Slate, decision: Decision) -> Message:
    cohort = slate.cohort
    subject, body = {
        Outcome.SELECTED: (
            f"You have a seat in {cohort}",
            (
                f"Congratulations: you are one of {slate.seats} people in {cohort.program}.",
                f"It starts on {day(cohort.starts_on)}. Your page shows what the assessors saw as your strengths.",
            ),
        ),
        Outcome.RESERVE: (
            f"You are in reserve for {cohort}",
            (
                f"All seats are taken for now, and you are number {decision.reserve_order} to move up if one becomes free.",
                "Your page shows what the assessors saw as your strengths and what to build on.",
            ),
        ),
        Outcome.NOT_SELECTED: (
            f"The outcome of the selection for {cohort}",
            (
                "Thank you for the work you put into this selection. You do not have a seat this time: more people were ready for it than there are seats.",
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
    """The approver; L&D where there is none or the approver has no login."""
    if approval.approver is not None:
        people: list[Person | Membership] = [approval.approver]
        if approval.approver.membership_id:
            return people
        return [*people, *members_with(approval.organization, Role.LD_ADMIN)]
    return list(members_with(approval.organization, Role.LD_ADMIN))
