"""Who nominated, and how each nomination was approved."""

from collections.abc import Iterator

from selection.models import Nomination
from selection.queries.approvals import Step, steps_of
from selection.story.base import Event, Part, Reading, Who

PARTS = {"nominator": Part.NOMINATOR, "approver": Part.APPROVER}


def events(reading: Reading) -> Iterator[Event]:
    """Every step of every nomination: handed in, asked, answered, escalated, moved to somebody else, withdrawn."""
    for nomination in reading.nominations:
        if nomination.state in Nomination.UNSHARED:
            continue
        for step in steps_of(nomination, reading.approvals[nomination.pk]):
            yield _event(step)


def _event(step: Step) -> Event:
    icon = "hourglass" if step.waits else "message-circle" if step.words else "user-check"  # icons
    due = f" by {step.due:%a} {step.due.day} {step.due:%b}" if step.due else ""
    return Event(
        step.at,
        f"{'nomination' if step.part == 'nominator' else 'approval'}.{'awaited' if step.waits else 'step'}",
        "{who} {what}",
        {"who": Who(step.who, PARTS[step.part]), "what": f"{step.what}{due}"},
        step.words,
        icon,
        to_person=not step.waits,
    )
