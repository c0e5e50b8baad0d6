"""Mentors, matches, pairs and coaching sessions for programs: the same verbs and the same walls as the pages.

Private notes can be written with a session and are never given out.
"""

from rest_framework.routers import BaseRouter

from mentoring.api import check_ins, matching, mentors, mentorships, sessions


def register(router: BaseRouter) -> None:
    router.register("mentors", mentors.MentorsViewSet, basename="mentor")
    router.register("cohort-mentoring", matching.CohortMentoringViewSet, basename="cohort-mentoring")
    router.register("match-runs", matching.MatchRunsViewSet, basename="match-run")
    router.register("match-wishes", matching.MatchWishesViewSet, basename="match-wish")
    router.register("mentorships", mentorships.MentorshipsViewSet, basename="mentorship")
    router.register("coaching-sessions", sessions.CoachingSessionsViewSet, basename="coaching-session")
    router.register("coaching-actions", sessions.CoachingActionsViewSet, basename="coaching-action")
    router.register("check-ins", check_ins.CheckInsViewSet, basename="check-in")
    router.register("pulses", check_ins.PulsesViewSet, basename="pulse")
