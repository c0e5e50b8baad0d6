"""Journeys, their templates and dates, sessions and work on accounts for programs: the same verbs as the pages."""

from rest_framework.routers import BaseRouter

from curriculum.api import journeys, projects, schedule, sessions, template


def register(router: BaseRouter) -> None:
    router.register("journeys", journeys.JourneyViewSet, basename="journey")
    router.register("journey-activities", journeys.ItemViewSet, basename="journey-activity")
    router.register("sessions", sessions.SessionViewSet, basename="session")
    router.register("projects", projects.ProjectViewSet, basename="project")
    router.register("cohort-journeys", schedule.CohortJourneyViewSet, basename="cohort-journey")
    router.register("journey-templates", template.JourneyTemplateViewSet, basename="journey-template")
    router.register("modules", template.ModuleViewSet, basename="module")
    router.register("template-activities", template.ActivityViewSet, basename="template-activity")
