"""Mentors and what happens between a mentor and a mentee."""

from mentoring.models.check_ins import CheckIn, Pulse
from mentoring.models.matching import CohortMentoring, MatchPair, MatchRun, MatchWish
from mentoring.models.mentors import LANGUAGES, THERAPEUTIC_AREAS, Mentor, Mentorship, MentorStrength
from mentoring.models.sessions import CoachingAction, CoachingSession, CoachingTopic, PrivateNote

__all__ = [
    "LANGUAGES",
    "THERAPEUTIC_AREAS",
    "CheckIn",
    "CoachingAction",
    "CoachingSession",
    "CoachingTopic",
    "CohortMentoring",
    "MatchPair",
    "MatchRun",
    "MatchWish",
    "Mentor",
    "MentorStrength",
    "Mentorship",
    "PrivateNote",
    "Pulse",
]
