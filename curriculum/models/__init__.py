"""The journey: its template in a program, its dates in a cohort, and the work each participant does."""

from curriculum.models.projects import Project, ProjectReview
from curriculum.models.schedule import (
    Attendance,
    Journey,
    JourneyModule,
    ParticipantActivity,
    ParticipantJourney,
    Session,
    SessionFacilitator,
)
from curriculum.models.template import Activity, ActivityCompetency, Module

__all__ = [
    "Activity",
    "ActivityCompetency",
    "Attendance",
    "Journey",
    "JourneyModule",
    "Module",
    "ParticipantActivity",
    "ParticipantJourney",
    "Project",
    "ProjectReview",
    "Session",
    "SessionFacilitator",
]
