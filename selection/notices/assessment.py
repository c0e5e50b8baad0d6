"""What assessors are told."""

from collections.abc import Iterable
from datetime import timedelta

from amdp.identity.models import Membership
from amdp.notifications.services import Message, Notice, notify_many, withdraw
from amdp.web.time import day
from selection.models import ConsensusRating, Scoresheet
from selection.notices.common import morning, path

SCORING_DUE, SCORING_LATE = "selection.scoring_due", "selection.scoring_late"
AGREEMENT_ASKED = "selection.agreement_asked"


def scoring_asked(sheets: Iterable[Scoresheet]) -> None:
    """Ask each assessor, one mail per candidate, and plan the reminders."""
    planned: list[Notice] = []
    for sheet in sheets:
        message = Message(
            kind="selection.scoring_asked",
            subject=f"Score {_whom(sheet)} for {sheet.candidate.cohort} by {day(sheet.due_on)}",
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


def paper_typed_in(sheet: Scoresheet, by: Membership) -> None:
    """Ask the assessor to look at what was typed in from their paper, and to hand it in."""
    message = Message(
        kind="selection.paper_typed_in",
        subject=f"Look at your scores of {_whom(sheet)} and submit them",
        why=f"{by} typed in what you wrote on paper for {sheet.candidate.cohort}.",
        body=("It is your draft: mend what is wrong. It counts once you submit it, and nobody else can.",),
        action="Open the score sheet",
        path=path("scoresheet_edit", sheet, sheet.pk),
    )
    notify_many([Notice(sheet.assessor.person, message, sheet)])


def _whom(sheet: Scoresheet) -> str:
    person, title = sheet.candidate.person, sheet.exercise.title
    return f"{person} in “{title}”" if title else str(person)


def _scoring_reminders(sheet: Scoresheet) -> list[Notice]:
    """One the day before it is due and one the day after, unless it is submitted before."""

    def message(kind: str, words: str) -> Message:
        return Message(
            kind=kind,
            subject=f"Score {_whom(sheet)}: {words} {day(sheet.due_on)}",
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


def agreement_asked(rating: ConsensusRating, waiting: Iterable[Scoresheet]) -> int:
    """Ask those who handed in a sheet beside it for their word, once per sheet."""
    return notify_many(Notice(sheet.assessor.person, _agreement(rating, sheet), sheet) for sheet in waiting)


def _agreement(rating: ConsensusRating, sheet: Scoresheet) -> Message:
    return Message(
        kind=AGREEMENT_ASKED,
        subject=f"Agree on ratings of {_whom(sheet)}",
        why=f"You assessed {sheet.candidate.person} for {sheet.candidate.cohort}, and everybody has handed in.",
        body=(
            f"{rating.written_by.person} wrote what you could agree on. Agree, or write another rating.",
            "What you handed in stays as it is.",
        ),
        action="Compare and agree",
        path=path("consensus_edit", sheet, sheet.pk),
    )


def agreement_settled(sheet: Scoresheet) -> None:
    """The assessor has said something about every rating; what was not sent yet is taken back."""
    withdraw(AGREEMENT_ASKED, sheet)


def scoring_settled(sheet: Scoresheet) -> None:
    """The assessor needs no reminding any more; what was not sent yet is taken back."""
    for kind in (SCORING_DUE, SCORING_LATE):
        withdraw(kind, sheet)
