"""What L&D and HR are told of assessors who came too close to a candidate."""

from collections.abc import Iterable

from amdp.identity.models import Role
from amdp.notifications.services import Message, Notice, notify, notify_many, withdraw
from selection.access.conflicts import can_be_second_on
from selection.models import AssessorConflict
from selection.notices.common import path
from selection.notices.eligibility import impartial

FOUND, ASKED = "selection.conflict_found", "selection.conflict_asked"


def conflicts_found(conflicts: Iterable[AssessorConflict]) -> int:
    """Tell L&D of each, once."""
    return notify_many(
        Notice(admin, _found(conflict), conflict)
        for conflict in conflicts
        for admin in impartial(conflict.candidate.cohort, Role.LD_ADMIN)
    )


def _found(conflict: AssessorConflict) -> Message:
    candidate = conflict.candidate
    return Message(
        kind=FOUND,
        subject=f"Hand on {candidate}’s score sheet: {conflict.text}",
        why=f"You run the selection of {candidate.cohort}.",
        body=(
            f"{conflict.assessor} scores {candidate.person} and should not any more.",
            "What is open cannot be handed in until you give it to somebody else, or a second person agrees "
            "that it stays. What is handed in stays as it is.",
        ),
        action="Decide who scores",
        path=path("conflict_detail", conflict, conflict.pk),
    )


def conflicts_came_late(conflicts: Iterable[AssessorConflict]) -> int:
    """Tell L&D of each that came up once the slate was drawn up, so that it is read before the release."""
    return notify_many(
        Notice(admin, _late(conflict), conflict)
        for conflict in conflicts
        for admin in impartial(conflict.candidate.cohort, Role.LD_ADMIN)
    )


def _late(conflict: AssessorConflict) -> Message:
    candidate = conflict.candidate
    return Message(
        kind="selection.conflict_late",
        subject=f"Read before you release {candidate.cohort}: {conflict.text}",
        why=f"You run the selection of {candidate.cohort}, and its slate is drawn up.",
        body=(
            f"{conflict.assessor} scored {candidate.person} before that. What was scored stays as it is and counts.",
            "The slate says so to you and to HR. Where it matters for a decision, say so in its reason.",
        ),
        action="Open the slate",
        path=path("slate_detail", conflict, candidate.cohort_id),
    )


def conflict_asked(conflict: AssessorConflict) -> int:
    """Ask everybody who can be the second person; the first answer counts."""
    candidate = conflict.candidate
    message = Message(
        kind=ASKED,
        subject=f"Decide whether {conflict.assessor} goes on scoring {candidate}",
        why=f"{conflict.asked_by} asks for it, and it takes a second person.",
        body=(f"{conflict.text}.", f"Reason: {conflict.reason}"),
        action="Read and decide",
        path=path("conflict_detail", conflict, conflict.pk),
    )
    people = impartial(candidate.cohort, Role.LD_ADMIN, Role.HR_ANALYST)
    able = [each for each in people if can_be_second_on(each, conflict)]
    asked = str(conflict.asked_at)
    return notify_many(Notice(each, message, conflict, period=asked) for each in able)


def conflict_decided(conflict: AssessorConflict) -> None:
    """Tell who asked; the others need not decide any more."""
    withdraw(ASKED, conflict)
    if conflict.asked_by is None:
        return
    kept = conflict.state == AssessorConflict.State.KEPT
    words = "goes on scoring" if kept else "does not go on scoring"
    message = Message(
        kind="selection.conflict_decided",
        subject=f"{conflict.assessor} {words} {conflict.candidate}",
        why="You asked for it.",
        body=(
            f"{conflict.decided_by} decided.",
            *((f"Reason: {conflict.remark}",) if conflict.remark else ()),
        ),
        action="See it" if kept else "Hand the sheet on",
        path=path("conflict_detail", conflict, conflict.pk),
    )
    notify(conflict.asked_by, message, about=conflict, period=str(conflict.asked_at))


def conflict_settled(conflict: AssessorConflict) -> None:
    """Nothing needs deciding any more; what was not sent yet is taken back."""
    for kind in (FOUND, ASKED):
        withdraw(kind, conflict)
