"""Programs, their design, cohorts, participants and placements for programs: the same verbs as the pages."""

from rest_framework.routers import BaseRouter

from cohorts.api import cohorts, design, participants, placements, programs


def register(router: BaseRouter) -> None:
    router.register("programs", programs.ProgramViewSet, basename="program")
    router.register("design/objectives", design.ObjectiveViewSet, basename="objective")
    router.register("design/outcomes", design.OutcomeViewSet, basename="outcome")
    router.register("design/metrics", design.MetricViewSet, basename="metric")
    router.register("design/competencies", design.CompetencyViewSet, basename="competency")
    router.register("design/behaviors", design.BehaviorViewSet, basename="behavior")
    router.register("design/stakeholders", design.StakeholderViewSet, basename="stakeholder")
    router.register("cohorts", cohorts.CohortViewSet, basename="cohort")
    router.register("participants", participants.ParticipantViewSet, basename="participant")
    router.register("placements", placements.PlacementViewSet, basename="placement")
