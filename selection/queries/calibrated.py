"""What a closed calibration says of each candidate: it stands beside the rank and is part of no score."""

from dataclasses import dataclass

from amdp.identity.models import Membership
from cohorts.models import Cohort
from selection import access
from selection.models import CalibrationPlace, CalibrationSession, Candidate
from selection.nine_box import Box, box_at


@dataclass(frozen=True)
class Calibrated:
    """Where people left a candidate, and where the data had put them."""

    box: Box | None
    data_box: Box | None

    @property
    def is_moved(self) -> bool:
        return self.box != self.data_box


def calibrated_in(cohort: Cohort) -> dict[int, Calibrated]:
    """By candidate, for a cohort whose calibration is closed; one query."""
    places = CalibrationPlace.objects.filter(
        session__cohort=cohort, session__state=CalibrationSession.State.CLOSED
    ).order_by()
    rows = places.values_list(
        "candidate_id", "performance", "potential", "first_performance", "first_potential"
    )
    return {pk: Calibrated(box_at(*levels[:2]), box_at(*levels[2:])) for pk, *levels in rows}


def place_for(candidate: Candidate, member: Membership) -> CalibrationPlace | None:
    """Where the calibration put somebody, for those who read it: L&D and HR, leaders once it is closed and
    the outcomes are released."""
    if not access.can_read_box(member, candidate):
        return None
    found = candidate.calibration_places.select_related("session")
    if not member.has(*access.READS_SELECTION):
        found = found.filter(session__state=CalibrationSession.State.CLOSED)
    return found.first()
