"""Who is enrolled, the ways out and back, and what graduates offer."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, asked
from cohorts import access, services
from cohorts.models import Participant
from cohorts.serializers import OfferSerializer, ParticipantSerializer, ReasonSerializer


class ParticipantViewSet(ReadViewSet[Participant]):
    """Who is enrolled, and the ways out and back."""

    model = Participant
    visible = staticmethod(access.visible_participants)
    serializer_class = ParticipantSerializer
    filterset_fields = ["cohort", "state", "person"]

    @extend_schema(request=ReasonSerializer, responses=ParticipantSerializer)
    @action(detail=True, methods=["post"])
    def defer(self, request: Request, org: str, pk: int) -> Response:
        participant = services.defer(self._to_run(), by=self.member, **asked(ReasonSerializer, request))
        return Response(self.get_serializer(participant).data)

    @extend_schema(request=ReasonSerializer, responses=ParticipantSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, org: str, pk: int) -> Response:
        participant = services.withdraw(self._to_run(), by=self.member, **asked(ReasonSerializer, request))
        return Response(self.get_serializer(participant).data)

    @extend_schema(request=None, responses=ParticipantSerializer)
    @action(detail=True, methods=["post"], url_path="bring-back")
    def bring_back(self, request: Request, org: str, pk: int) -> Response:
        participant = services.return_from_deferral(self._to_run(), by=self.member)
        return Response(self.get_serializer(participant).data)

    @extend_schema(request=OfferSerializer, responses=ParticipantSerializer)
    @action(detail=True, methods=["post"], url_path="answer-offer")
    def answer_offer(self, request: Request, org: str, pk: int) -> Response:
        """A graduate says whether they would mentor or teach the next cohort."""
        participant = self.get_object()
        if not access.can_answer_offer(self.member, participant):
            raise PermissionDenied("Only the graduate can answer this.")
        services.answer_offer(participant, by=self.member, **asked(OfferSerializer, request))
        return Response(self.get_serializer(self.get_object()).data)

    def _to_run(self) -> Participant:
        participant: Participant = self.get_object()
        if not access.can_run_cohort(self.member, participant.cohort):
            raise PermissionDenied("Only L&D admins change who is in a cohort.")
        return participant
