"""Participants' journeys, and what they have to do in them."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.directory.queries import local_today
from amdp.identity.api_base import ReadViewSet, asked
from amdp.identity.models import Membership
from cohorts.models import Participant
from curriculum import access, services
from curriculum.models import ParticipantActivity, Project
from curriculum.queries.progress import progress_of, with_progress
from curriculum.serializers import (
    CompleteSerializer,
    ItemSerializer,
    JoinedOnSerializer,
    JourneySerializer,
    ModuleProgressSerializer,
    ProjectSerializer,
    WorkSerializer,
)


def counted_journeys(member: Membership) -> QuerySet[Participant]:
    return with_progress(access.visible_journeys(member), local_today(member)).order_by("pk")


class JourneyViewSet(ReadViewSet[Participant]):
    """Participants' journeys; ``modules`` has them module by module."""

    model = Participant
    visible = staticmethod(counted_journeys)
    serializer_class = JourneySerializer
    filterset_fields = ["cohort", "state"]

    @extend_schema(responses=ModuleProgressSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_fields=None)
    def modules(self, request: Request, org: str, pk: int) -> Response:
        progress = progress_of(self.get_object())
        return Response(ModuleProgressSerializer(progress.modules, many=True).data)

    @extend_schema(request=JoinedOnSerializer, responses=JourneySerializer)
    @action(detail=True, methods=["post"], url_path="joined-on")
    def joined_on(self, request: Request, org: str, pk: int) -> Response:
        """Count the dates from a later day, after a pause for example."""
        participant = self.get_object()
        if not access.can_schedule(self.member, participant.cohort):
            raise PermissionDenied("Only L&D admins change from when dates are counted.")
        services.set_joined_on(participant, by=self.member, **asked(JoinedOnSerializer, request))
        return Response(self.get_serializer(self.get_object()).data)


class ItemViewSet(ReadViewSet[ParticipantActivity]):
    """What participants have to do; one completes one's own."""

    model = ParticipantActivity
    visible = staticmethod(access.visible_activities)
    serializer_class = ItemSerializer
    filterset_fields = ["participant", "state", "is_asked"]

    @extend_schema(request=CompleteSerializer, responses=ItemSerializer)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, org: str, pk: int) -> Response:
        item = services.complete_activity(self._own(), by=self.member, **asked(CompleteSerializer, request))
        return Response(self.get_serializer(item).data)

    @extend_schema(request=WorkSerializer, responses=ProjectSerializer)
    @action(detail=True, methods=["post"], url_path="hand-in")
    def hand_in(self, request: Request, org: str, pk: int) -> Response:
        return self._write(services.submit_project, request)

    @extend_schema(request=WorkSerializer, responses=ProjectSerializer)
    @action(detail=True, methods=["post"])
    def draft(self, request: Request, org: str, pk: int) -> Response:
        """Keep what is written so far; nobody else reads it."""
        return self._write(services.save_draft, request)

    def _write(self, verb: Callable[..., Project], request: Request) -> Response:
        item, body = self._own(), asked(WorkSerializer, request)
        accounts = access.accounts_to_work_on(self.member)
        account = get_object_or_404(accounts, pk=body["account"]) if body["account"] else None
        project = services.start_project(item, by=self.member)
        project = verb(project, answers=body["answers"], account=account or project.account, by=self.member)
        return Response(ProjectSerializer(project).data)

    def _own(self) -> ParticipantActivity:
        item: ParticipantActivity = self.get_object()
        if not access.can_work_on(self.member, item):
            raise PermissionDenied("Only the participant does this.")
        return item
