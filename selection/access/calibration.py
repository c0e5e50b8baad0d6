"""Who takes part in a calibration, who only reads it, and whom somebody may not move.

L&D opens and closes one and takes part in it. Everybody else takes part by invitation alone: leaders, assessors
and HR may then read the evidence of every candidate of the session until the outcomes are released, because
talking about all of them is what they are there for. Candidates of the cohort never do, whatever else they are.
Who nominated a candidate, or stands above or below one in the reporting line at any depth, discusses this
candidate and moves them not: the talk needs what they know, and a move is to be somebody else's.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from amdp.directory.queries import is_above, person_of
from amdp.identity.models import Membership
from cohorts.models import Cohort
from selection.access.setup import READS_SELECTION, can_run_selection, hidden_cohorts
from selection.days import why_over
from selection.models import (
    CalibrationParticipant,
    CalibrationPlace,
    CalibrationSession,
    Candidate,
    Stage,
)
from selection.queries.conflicts import interests_of

NOT_THE_SESSION = "L&D opens and closes a calibration, and never one in which they are a candidate."
NOT_TAKING_PART = "You read this calibration. L&D invites those who take part."


def visible_calibrations(member: Membership) -> QuerySet[CalibrationSession]:
    """L&D and HR: all. Those invited: until the outcomes are released. Never one's own."""
    sessions = CalibrationSession.objects.select_related("cohort__program", "opened_by", "closed_by")
    sessions = sessions.exclude(cohort__in=hidden_cohorts(member))
    if member.has(*READS_SELECTION):
        return sessions
    invited = CalibrationParticipant.objects.filter(session=OuterRef("pk"), member=member).order_by()
    return sessions.filter(Q(Exists(invited)), cohort__released_at=None)


def visible_calibration_places(member: Membership) -> QuerySet[CalibrationPlace]:
    """The candidates of these sessions who are still in the selection."""
    sessions = visible_calibrations(member).order_by().values("pk")
    return CalibrationPlace.objects.select_related("candidate__person", "session__cohort__program").filter(
        session__in=sessions, candidate__state=Candidate.State.ADMITTED
    )


def visible_calibration_participants(member: Membership) -> QuerySet[CalibrationParticipant]:
    """Who takes part in these sessions."""
    sessions = visible_calibrations(member).order_by().values("pk")
    return CalibrationParticipant.objects.select_related("member__user", "session__cohort__program").filter(
        session__in=sessions
    )


def can_open_calibration(member: Membership, cohort: Cohort) -> bool:
    """Who runs the selection."""
    return can_run_selection(member, cohort)


def can_run_calibration(member: Membership, session: CalibrationSession) -> bool:
    """Who runs the selection, until it is closed."""
    return session.is_open and can_run_selection(member, session.cohort)


def takes_part(member: Membership, session: CalibrationSession) -> bool:
    """Whoever was invited and is no candidate, and who runs the selection."""
    if can_run_selection(member, session.cohort):
        return True
    if hidden_cohorts(member).filter(cohort=session.cohort_id).exists():
        return False
    return session.participants.filter(member=member).exists()


def can_discuss(member: Membership, session: CalibrationSession) -> bool:
    """Who takes part, until it is closed or its window is over."""
    if not session.is_open or not takes_part(member, session):
        return False
    return not why_over(session.cohort, Stage.Kind.CALIBRATION)


def can_read_box(member: Membership, candidate: Candidate) -> bool:
    """Where a closed calibration left somebody: L&D and HR, and their leaders after the release. The reasons
    and notes are for L&D and HR, as the reasons of decisions are."""
    if member.has(*READS_SELECTION):
        return True
    person = person_of(member)
    released = candidate.cohort.released_at is not None
    return released and person is not None and is_above(person, candidate.person)


def why_not_moving(member: Membership, place: CalibrationPlace) -> str:
    """Why somebody who takes part may discuss this candidate and not move them; empty when they may."""
    person = person_of(member)
    if person is None:
        return ""
    found = interests_of([place.candidate], [person])
    return found[place.candidate_id].get(person.pk, "")
