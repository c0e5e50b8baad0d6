"""What the assessors agreed on beside the ratings they had handed in."""

from collections.abc import Iterator

from selection.access import reads_agreed
from selection.queries.consensus import agreed_ratings
from selection.story.base import Event, Fill, Reading


def events(reading: Reading) -> Iterator[Event]:
    """For L&D and HR, unless they still have to score the candidate; the values are no one else's."""
    candidate = reading.candidate
    if reading.member is not None and not reads_agreed(reading.member, candidate):
        return
    for rating in agreed_ratings([candidate]).get(candidate.pk, []):
        where = f" ({rating.exercise.title})" if rating.exercise.title else ""
        fill: Fill = {"what": f"{rating.competency.name}{where}", "score": f"{rating.score:.1f}"}
        icon = "users-group"  # icon
        agreed = "the assessors agreed on {what}: {score}"
        yield Event(rating.agreed_at, "consensus.agreed", agreed, fill, rating.why, icon)
