"""Work on accounts: confirmed by the line manager, or returned."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, asked
from amdp.identity.models import Membership
from curriculum import access, services
from curriculum.models import Project
from curriculum.serializers import (
    ConfirmSerializer,
    ProjectSerializer,
    QuestionSerializer,
)


def projects_with_reviews(member: Membership) -> QuerySet[Project]:
    return access.visible_projects(member).prefetch_related("reviews")


class ProjectViewSet(ReadViewSet[Project]):
    """Work on accounts; the line manager confirms or returns it."""

    model = Project
    visible = staticmethod(projects_with_reviews)
    serializer_class = ProjectSerializer
    filterset_fields = ["state", "account", "item__participant"]

    @extend_schema(request=ConfirmSerializer, responses=ProjectSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, org: str, pk: int) -> Response:
        services.confirm_project(self._to_decide(), by=self.member, **asked(ConfirmSerializer, request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=QuestionSerializer, responses=ProjectSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def give_back(self, request: Request, org: str, pk: int) -> Response:
        services.return_project(self._to_decide(), by=self.member, **asked(QuestionSerializer, request))
        return Response(self.get_serializer(self.get_object()).data)

    def _to_decide(self) -> Project:
        project: Project = self.get_object()
        if not access.can_confirm(self.member, project):
            raise PermissionDenied(
                "Only the line manager confirms or returns what was handed in, and only once."
            )
        return project
