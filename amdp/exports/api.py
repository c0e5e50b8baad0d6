"""Files one asked for: how far they are, and the files themselves."""

from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from amdp.exports import services
from amdp.exports.access import visible_runs
from amdp.exports.files import made_file
from amdp.exports.models import ExportRun
from amdp.identity.api_base import ReadViewSet


class AnyFileRenderer(JSONRenderer):
    """Lets programs ask for whatever the file is; what is refused is said in JSON all the same."""

    media_type = "*/*"
    format = "file"


class ExportRunSerializer(serializers.ModelSerializer[ExportRun]):
    """A file that a worker makes. It is kept for seven days, for who asked alone."""

    class Meta:
        model = ExportRun
        fields = ["id", "kind", "file_format", "state", "rows", "size", "asked_at", "finished_at"]


class ExportRunViewSet(ReadViewSet[ExportRun]):
    """The files one asked for oneself, newest first."""

    model = ExportRun
    visible = staticmethod(visible_runs)
    serializer_class = ExportRunSerializer
    filterset_fields = ["kind", "state"]

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, renderer_classes=[JSONRenderer, AnyFileRenderer], filterset_fields=None)
    def file(self, request: Request, **kwargs: Any) -> FileResponse:
        """The file, once it is ready, for who may still take out what is in it."""
        return made_file(self.get_object(), self.member)

    @extend_schema(request=None, responses=ExportRunSerializer)
    @action(detail=True, methods=["post"])
    def again(self, request: Request, **kwargs: Any) -> Response:
        """Have it made once more after the work stopped."""
        run = services.ask_again(self.get_object(), by=self.member)
        return Response(self.get_serializer(run).data)


def register(router: BaseRouter) -> None:
    router.register("exports", ExportRunViewSet, basename="export")
