"""When the selection itself went on: the frame of everybody's story."""

from collections.abc import Iterator

from amdp.audit.queries import entries_about
from cohorts.models import Cohort
from selection.story.base import Event, Reading

SAID = {
    Cohort.State.ASSESSING: "nominations closed and the assessment began",
    Cohort.State.SELECTING: "the assessment was over",
}


def events(reading: Reading) -> Iterator[Event]:
    """Nominations closed, the assessment was over."""
    if not reading.inside:
        return
    for entry in entries_about(reading.candidate.cohort).filter(verb="cohort.moved"):
        sentence = SAID.get(entry.after.get("state"))
        if sentence and entry.at >= reading.candidate.created_at:
            yield Event(entry.at, "stage.moved", sentence, icon="flag", to_person=True)
