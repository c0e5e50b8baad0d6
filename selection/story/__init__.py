"""The story of a candidate: every event of the selection that concerns one person, in time order.

To add events, write a module beside this one with one function

    def events(reading: Reading) -> Iterator[Event]: …

and name it in ``SOURCES``. It reads what it needs for ``reading.candidate``, in a few queries, and leaves out
what ``reading`` may not have: ``reading.member`` is who looks at the page (``reading.inside`` for L&D and HR), or
None when the whole file is written out, and then everything comes that belongs in it. An event names people with
``Who(name, Part.ASSESSOR)`` in ``fill``, never in its sentence, so that the file can be redacted by role; free
text goes into ``words``. ``to_person=True`` says that it is part of what the person gets on request after the
release. Nothing about other candidates, and nothing demographic, ever becomes an event.
"""

from collections.abc import Callable, Iterable

from selection.models import Candidate
from selection.story import (
    agreeing,
    assessing,
    before_sharing,
    calibrating,
    days,
    deciding,
    eligibility,
    nominating,
    offering,
    stages,
    telling,
)
from selection.story.base import Event, Part, Reading, Who
from selection.story.redaction import Names

__all__ = ["SOURCES", "Event", "Names", "Part", "Reading", "Who", "story_of"]

SOURCES: list[Callable[[Reading], Iterable[Event]]] = [
    stages.events,
    nominating.events,
    before_sharing.events,
    eligibility.events,
    days.events,
    assessing.events,
    agreeing.events,
    calibrating.events,
    deciding.events,
    telling.events,
    offering.events,
]


def story_of(reading: Reading) -> list[Event]:
    """Every event that the reading may have, oldest first; what is waited for comes last."""
    found = [event for source in SOURCES for event in source(reading)]
    return sorted(found, key=lambda event: (event.at is None, event.at))


def whole_story(candidate: Candidate) -> list[Event]:
    """The story as the file has it, for whoever it is written out for."""
    return story_of(Reading(candidate))
