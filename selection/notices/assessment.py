"""What assessors are told."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.urls import reverse

from amdp.identity.models import Membership
from amdp.notifications.services import Message, Notice, notify_many, withdraw, withdraw_all
from amdp.web.time import day
from selection.models import Assessor, Candidate, ConsensusRating, Scoresheet
from selection.notices.common import morning, path

SCORING_DUE, SCORING_LATE = "selection.scoring_due", "selection.scoring_late"
AGREEMENT_ASKED = "selection.agreement_asked"
NAMED = 5
BODY = (
    "Note what you see, then rate behaviour by behaviour.",
    "Nobody sees your ratings before you submit them.",
)


def scoring_asked(sheets: Iterable[Scoresheet]) -> None:
    """Ask each assessor once, however many sheets they got, and plan the reminders."""
    handed: dict[Assessor, list[Scoresheet]] = {}
    for sheet in sheets:
        handed.setdefault(sheet.assessor, []).append(sheet)
    notify_many(
        Notice(assessor.person, _one(own[0]) if len(own) == 1 else _several(own), own[-1])
        for assessor, own in handed.items()
    )
    plan_scoring_reminders(handed)


def _one(sheet: Scoresheet) -> Message:
    return Message(
        kind="selection.scoring_asked",
        subject=f"Score {_whom(sheet)} for {sheet.candidate.cohort} by {day(sheet.due_on)}",
        why=f"You are on the assessor panel of {sheet.candidate.cohort}.",
        body=BODY,
        action="Open the score sheet",
        path=path("scoresheet_edit", sheet, sheet.pk),
    )


def _several(sheets: Sequence[Scoresheet]) -> Message:
    cohort, first_due = sheets[0].candidate.cohort, min(sheet.due_on for sheet in sheets)
    named, left = [_whom(sheet) for sheet in sheets[:NAMED]], len(sheets) - NAMED
    return Message(
        kind="selection.scoring_asked",
        subject=f"Fill in {len(sheets)} score sheets for {cohort} by {day(first_due)}",
        why=f"You are on the assessor panel of {cohort}.",
        body=(*named, *([f"and {left} more"] if left > 0 else []), *BODY),
        action="See them all",
        path=_own_sheets(sheets[0].assessor),
    )


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


def _own_sheets(assessor: Assessor) -> str:
    return reverse("selection:selection_home", args=[assessor.cohort.organization.slug])


def plan_scoring_reminders(assessors: Iterable[Assessor]) -> None:
    """For each day on which these assessors have sheets due, a reminder the day before and one the day after;
    what was planned and not sent before is taken back, so there is none once everything is handed in."""
    by_id = {assessor.pk: assessor for assessor in assessors}
    withdraw_all((SCORING_DUE, SCORING_LATE), list(by_id.values()))
    waiting = Scoresheet.objects.filter(
        assessor__in=by_id, state=Scoresheet.State.OPEN, candidate__state=Candidate.State.ADMITTED
    )
    days = waiting.order_by("assessor", "due_on").values_list("assessor", "due_on").distinct()
    notify_many(notice for pk, due_on in days for notice in _reminders(by_id[pk], due_on))


def _reminders(assessor: Assessor, due_on: date) -> Iterable[Notice]:
    kinds = ((SCORING_DUE, "due", -1), (SCORING_LATE, "were due", 1))
    for kind, words, days in kinds:
        message = Message(
            kind=kind,
            subject=f"Score sheets for {assessor.cohort}: {words} {day(due_on)}",
            why=f"You are on the assessor panel of {assessor.cohort} and have open score sheets.",
            action="See what is open",
            path=_own_sheets(assessor),
        )
        moment = morning(assessor.person, due_on + timedelta(days=days))
        yield Notice(assessor.person, message, assessor, period=due_on.isoformat(), not_before=moment)


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
