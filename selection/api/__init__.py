"""Nominations, candidates, score sheets and slates for programs: the same verbs as the pages."""

from rest_framework.routers import BaseRouter

from selection.api import assessment, nominations, nominees, slate


def register(router: BaseRouter) -> None:
    router.register("nominees", nominees.NomineeViewSet, basename="nominee")
    router.register("nominations", nominations.NominationViewSet, basename="nomination")
    router.register("candidates", nominations.CandidateViewSet, basename="candidate")
    router.register("scoresheets", assessment.ScoresheetViewSet, basename="scoresheet")
    router.register("slates", slate.SlateViewSet, basename="slate")
    router.register("decisions", slate.DecisionViewSet, basename="decision")
