"""Bringing files in by program, all or nothing in one call."""

from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from amdp.identity.api_base import ReadViewSet, asked
from amdp.imports import services
from amdp.imports.access import can_import, visible_runs
from amdp.imports.models import ImportRun, Kind
from amdp.imports.reading import MAX_BYTES


class ImportSerializer(serializers.ModelSerializer[ImportRun]):
    """A file that was brought in, or refused with what is wrong in which row."""

    row_errors = serializers.ListField(source="errors", child=serializers.DictField(), read_only=True)
    notes = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = ImportRun
        fields = [
            "id", "kind", "state", "file_name", "rows", "new", "changed", "unchanged", "absent", "notes",
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
        if not can_import(self.member):
            raise PermissionDenied("Only owners of the organization bring files in.")
        sent = asked(NewImportSerializer, request)
        kind, file = sent["kind"], sent["file"]
        outcome = services.import_file(kind, file)
        run = services.record_run(kind, file.name, outcome, by=self.member)
        code = status.HTTP_400_BAD_REQUEST if outcome.refused else status.HTTP_201_CREATED
        return Response(self.get_serializer(run).data, status=code)


def register(router: BaseRouter) -> None:
    router.register("imports", ImportViewSet, basename="import")
