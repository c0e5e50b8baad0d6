"""Bringing files in by program: all or nothing in one call, or step by step as on the pages.

Step by step a file is uploaded, its columns are said and a worker checks it; what is right is confirmed.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from amdp.identity.api_base import ReadViewSet, answers, asked, checked
from amdp.imports import services
from amdp.imports.access import can_import, visible_runs
from amdp.imports.forms import ColumnsForm
from amdp.imports.models import ImportRun, Kind
from amdp.imports.reading import MAX_BYTES
from amdp.web.api import WholeTextParser


class ImportSerializer(serializers.ModelSerializer[ImportRun]):
    """A file that was brought in, or refused with what is wrong in which row."""

    header = serializers.ListField(child=serializers.CharField(), read_only=True)
    mapping = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        read_only=True,
        help_text="Which column of the file holds what.",
    )
    row_errors = serializers.ListField(source="errors", child=serializers.DictField(), read_only=True)
    notes = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = ImportRun
        fields = [
            "id", "kind", "state", "file_name", "header", "mapping", "rows", "new", "changed", "unchanged", "absent", "notes",
            "error_count", "row_errors", "problem", "created_at", "finished_at", "kept_until",
        ]  # fmt: skip


class NewImportSerializer(serializers.Serializer[Any]):
    """The file, and what it holds. Columns are recognised by their names, or as chosen on the page last time."""

    kind = serializers.ChoiceField(choices=Kind.choices)
    file = serializers.FileField(help_text="CSV with column names in the first row, up to 50 MB.")

    def validate_file(self, file: Any) -> Any:
        if file.size > MAX_BYTES:
            raise serializers.ValidationError("The file is larger than 50 MB. Split it.")
        return file


class ColumnsSerializer(serializers.Serializer[Any]):
    """Which column of the file holds what; what is left out stays as it was recognised."""

    columns = serializers.DictField(child=serializers.CharField(allow_blank=True), allow_empty=True)


class ImportViewSet(ReadViewSet[ImportRun]):
    """Files brought in, newest first; for owners."""

    model = ImportRun
    visible = staticmethod(visible_runs)
    serializer_class = ImportSerializer
    filterset_fields = ["kind", "state"]
    parser_classes = [MultiPartParser]

    @extend_schema(
        request={"multipart/form-data": NewImportSerializer},
        responses={201: ImportSerializer, 400: ImportSerializer},
    )
    def create(self, request: Request, org: str) -> Response:
        """Bring a file in at once: all of its rows, or none."""
        self._only_importers()
        sent = asked(NewImportSerializer, request)
        kind, file = sent["kind"], sent["file"]
        outcome = services.import_file(kind, file)
        run = services.record_run(kind, file.name, outcome, by=self.member)
        code = status.HTTP_400_BAD_REQUEST if outcome.refused else status.HTTP_201_CREATED
        return Response(self.get_serializer(run).data, status=code)

    @extend_schema(request={"multipart/form-data": NewImportSerializer}, responses={201: ImportSerializer})
    @action(detail=False, methods=["post"])
    def upload(self, request: Request, org: str) -> Response:
        """Keep a file for a check first; nothing is written to the directory."""
        self._only_importers()
        sent = asked(NewImportSerializer, request)
        run = services.upload_file(sent["kind"], sent["file"], sent["file"].name, by=self.member)
        return Response(self.get_serializer(run).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ColumnsSerializer, responses=ImportSerializer)
    @action(detail=True, methods=["post"], parser_classes=[WholeTextParser])
    def columns(self, request: Request, org: str, pk: int) -> Response:
        """Say which column holds what, and start the check."""
        run, wanted = self.get_object(), asked(ColumnsSerializer, request)["columns"]
        chosen = checked(ColumnsForm(answers({**run.mapping, **wanted}), run=run))
        return Response(self.get_serializer(services.choose_columns(run, chosen, by=self.member)).data)

    @extend_schema(request=None, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, org: str, pk: int) -> Response:
        """Import what was checked."""
        return self._verb(services.confirm_import)

    @extend_schema(request=None, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    def restart(self, request: Request, org: str, pk: int) -> Response:
        """Start a check or an import again that has stopped."""
        return self._verb(services.restart_run)

    @extend_schema(request=None, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, org: str, pk: int) -> Response:
        """Leave a file that was not imported; what was stored of it is deleted."""
        return self._verb(services.discard_run)

    def _verb(self, verb: Callable[..., ImportRun]) -> Response:
        return Response(self.get_serializer(verb(self.get_object(), by=self.member)).data)

    def _only_importers(self) -> None:
        if not can_import(self.member):
            raise PermissionDenied("Only owners of the organization bring files in.")


def register(router: BaseRouter) -> None:
    router.register("imports", ImportViewSet, basename="import")
