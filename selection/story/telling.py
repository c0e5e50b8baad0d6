"""What the candidate was told, and by which words."""

from collections.abc import Iterator

from amdp.audit.queries import entries_about
from selection.models import FeedbackReport, Slate
from selection.story.base import Event, Fill, Part, Reading, Who


def events(reading: Reading) -> Iterator[Event]:
    """The feedback report changed, read through and released; the outcome released."""
    decision = reading.decision
    released = decision is not None and decision.slate.state == Slate.State.RELEASED
    if reading.inside:
        yield from _report(reading)
        yield from _files(reading)
    if decision is not None and released:
        fill, icon = {"outcome": decision.get_outcome_display()}, "speakerphone"  # icon
        said = "the outcome was released: {outcome}"
        yield Event(decision.slate.released_at, "outcome.released", said, fill, icon=icon, to_person=True)


def _files(reading: Reading) -> Iterator[Event]:
    icon = "file-export"  # icon
    for entry in entries_about(reading.candidate).filter(verb="candidate.file_asked").order_by("at", "pk"):
        whom = "a review board" if entry.after.get("for") == "board" else "the candidate"
        fill: Fill = {"who": Who(entry.actor_name, Part.STAFF), "whom": whom}
        had = "{who} had this file written out for {whom}"
        yield Event(entry.at, entry.verb, had, fill, entry.why, icon)


def _report(reading: Reading) -> Iterator[Event]:
    row = FeedbackReport.objects.filter(candidate=reading.candidate).first()
    if row is None:
        return
    said = {
        "feedback.edited": "{who} changed the feedback report",
        "feedback.read_through": "{who} read the feedback report through",
    }
    icon = "message-2-star"  # icon
    for entry in entries_about(row).filter(verb__in=said).order_by("at", "pk"):
        fill = {"who": Who(entry.actor_name, Part.STAFF)}
        yield Event(entry.at, entry.verb, said[entry.verb], fill, icon=icon)
    if row.released_at:
        sentence = "the feedback report was released"
        yield Event(row.released_at, "feedback.released", sentence, icon=icon, to_person=True)
