"""What candidates, their leaders and nominators are told at the release."""

from collections.abc import Iterable, Iterator

from amdp.identity.models import Role
from amdp.notifications.services import Message, Notice, notify_many
from selection.models import Decision, Letter, LetterKind, Nomination, Slate
from selection.notices.common import impartial, path
from selection.queries.letters import OUTBOX, paragraphs_of

Outcome = Decision.Outcome


def letters_out(letters: Iterable[Letter]) -> int:
    """Put letters into the outbox; each leaves once. How many."""
    return notify_many(_letter(letter) for letter in letters)


def _letter(letter: Letter) -> Notice:
    asks = letter.kind in (LetterKind.SELECTED, LetterKind.MOVED_UP)
    message = Message(
        kind=OUTBOX,
        subject=letter.subject,
        why="You took part in a selection, and this is its outcome.",
        body=paragraphs_of(letter),
        action="Accept or decline" if asks else "See your outcome and feedback",
        path=path("outcome_detail", letter.slate, letter.candidate_id),
    )
    return Notice(letter.candidate.person, message, letter)


def outcomes_released(slate: Slate, decisions: Iterable[Decision]) -> int:
    """Tell whoever nominated somebody, and their leader, at the same time. How many messages."""
    return notify_many(notice for decision in decisions for notice in _to_leaders(slate, decision))


def _to_leaders(slate: Slate, decision: Decision) -> Iterator[Notice]:
    person = decision.candidate.person
    approved = Nomination.State.APPROVED
    behind = {one.leader for one in decision.candidate.nominations.all() if one.state == approved}
    for leader in behind:
        yield Notice(leader, _of_nominee(slate, decision), decision)
    if person.manager is not None and person.manager not in behind:
        yield Notice(person.manager, _of_report(slate, decision), decision)


def _words(decision: Decision) -> str:
    person = decision.candidate.person
    return {
        Outcome.SELECTED: f"{person} is offered a seat and answers within days. You hear when it is accepted; "
        "then please free the time the program needs.",
        Outcome.RESERVE: f"{person} is number {decision.reserve_order} in reserve.",
        Outcome.NOT_SELECTED: f"{person} does not have a seat this time. Please talk through the feedback within "
        "the week.",
    }[Outcome(decision.outcome)]


def _of_nominee(slate: Slate, decision: Decision) -> Message:
    person, cohort = decision.candidate.person, slate.cohort
    return Message(
        kind="selection.outcome_of_nominee",
        subject=f"{person} and {cohort}: the outcome",
        why=f"You nominated {person}. {person.first_name} has been told at the same time.",
        body=(_words(decision),),
        action=f"See {person.first_name}’s file",
        path=path("candidate_detail", decision, decision.candidate_id),
    )


def _of_report(slate: Slate, decision: Decision) -> Message:
    person, cohort = decision.candidate.person, slate.cohort
    return Message(
        kind="selection.outcome_of_report",
        subject=f"{person} and {cohort}: the outcome",
        why=f"You lead {person}. {person.first_name} has been told at the same time.",
        body=(_words(decision),),
    )


def release_held(slate: Slate) -> int:
    """Tell L&D that nothing was released at the time that had been set, and why."""
    cohort = slate.cohort
    held = f"{slate.held_at:%Y%m%d%H%M%S}" if slate.held_at else ""
    message = Message(
        kind="selection.release_held",
        subject=f"Nothing was released: the slate of {cohort} is not ready any more",
        why="A time had been set for the release.",
        body=(*slate.held_why, "Nobody was told. Mend it, and set another time or release by hand."),
        action="Open the slate",
        path=path("slate_detail", slate, slate.cohort_id),
    )
    return notify_many(
        Notice(admin, message, slate, period=held, urgent=True) for admin in impartial(cohort, Role.LD_ADMIN)
    )
