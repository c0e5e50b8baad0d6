"""The calibration: where the data put the candidate, who moved them and why, what was said, and how it ended."""

from collections.abc import Iterator

from amdp.identity.models import Membership
from selection.access import READS_SELECTION
from selection.models import CalibrationPlace
from selection.queries.calibration import talk_on
from selection.story.base import LEFT, Event, Fill, Part, Reading, Who, staff


def events(reading: Reading) -> Iterator[Event]:
    """For those who read the selection as a whole. What was said in notes is for them alone; where the candidate
    was moved and why is the candidate's to know after the release."""
    if not reading.inside:
        return
    places = reading.candidate.calibration_places.select_related(
        "session__opened_by__user", "session__closed_by__user"
    )
    for place in places:
        yield from _session(place)


def _session(place: CalibrationPlace) -> Iterator[Event]:
    session = place.session
    fill: Fill = {"who": staff(session.opened_by), "box": str(place.first_box or "no box")}
    began = "{who} opened the calibration; from the data: {box}"
    icon = "layout-grid"  # icon
    yield Event(session.opened_at, "calibration.opened", began, fill, icon=icon, to_person=True)
    yield from _talk(place)
    if session.closed_at:
        icon = "lock"  # icon
        fill = {"who": staff(session.closed_by), "box": str(place.box or "no box")}
        ended = "{who} closed the calibration: {box}"
        yield Event(session.closed_at, "calibration.closed", ended, fill, icon=icon, to_person=True)


def _talk(place: CalibrationPlace) -> Iterator[Event]:
    for each in talk_on(place):
        fill: Fill = {"who": _speaker(each.by)}
        if each.move is None:
            icon = "message-circle"  # icon
            yield Event(each.at, "calibration.noted", "{who} said in the calibration", fill, each.words, icon)
            continue
        icon = "arrows-move"  # icon
        fill |= {"from": str(each.move.from_box or "no box"), "to": str(each.move.box)}
        moved = "{who} moved the candidate from {from} to {to}"
        yield Event(each.at, "calibration.moved", moved, fill, each.words, icon, to_person=True)


def _speaker(member: Membership | None) -> Who:
    if member is None:
        return Who(LEFT, Part.PANEL)
    return Who(str(member), Part.STAFF if member.has(*READS_SELECTION) else Part.PANEL)
