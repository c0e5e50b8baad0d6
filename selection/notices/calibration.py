"""Who hears of a calibration."""

from amdp.identity.models import Membership
from amdp.notifications.services import Message, notify, withdraw
from selection.models import CalibrationParticipant, CalibrationSession
from selection.notices.common import path

INVITED = "selection.calibration_invited"


def calibration_invited(participant: CalibrationParticipant) -> None:
    """Ask somebody to take part."""
    session = participant.session
    message = Message(
        kind=INVITED,
        subject=f"Take part in the calibration of {session.cohort}",
        why=f"L&D invited you to talk about the candidates of {session.cohort} before anybody is selected.",
        body=(
            "You see where each candidate stands and why, side by side, and move them with a reason.",
            "It is confidential: candidates and leaders outside the session do not see it.",
        ),
        action="Open the board",
        path=path("calibration_detail", session, session.cohort_id),
    )
    notify(participant.member, message, about=participant)


def calibration_settled(session: CalibrationSession, member: Membership) -> None:
    """What was not sent yet is taken back."""
    for participant in session.participants.filter(member=member):
        withdraw(INVITED, participant)
