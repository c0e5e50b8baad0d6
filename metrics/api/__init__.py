"""Outcomes and adverse impact for programs: what the pages show, for the same people."""

from rest_framework.routers import BaseRouter

from metrics.api import impact, outcomes


def register(router: BaseRouter) -> None:
    """Our endpoints."""
    router.register("outcomes", outcomes.OutcomesViewSet, basename="outcomes")
    router.register("adverse-impact", impact.ImpactViewSet, basename="adverse-impact")
    router.register("impact-looks", impact.LookViewSet, basename="impact-look")
