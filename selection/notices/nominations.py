"""What nominators are told before their nomination is decided."""

from collections.abc import Iterable
from datetime import date

from amdp.notifications.services import Message, Notice, notify_many
from selection.models import Approval
from selection.notices.common import in_charge, path


def answers_reminded(asked: Iterable[Approval], *, on: date) -> int:
    """Tell nominators that a question still waits for their answer, once a day. How many messages."""
    return notify_many(
        Notice(to, _to_answer(each), each, period=on.isoformat())
        for each in asked
        for to in in_charge(each.nomination)
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
