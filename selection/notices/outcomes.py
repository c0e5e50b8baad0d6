"""What candidates and their nominators are told at the release."""

from collections.abc import Iterable

from amdp.notifications.services import Message, Notice, notify_many
from selection.models import Decision, Nomination, Slate
from selection.notices.common import path

Outcome = Decision.Outcome


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
