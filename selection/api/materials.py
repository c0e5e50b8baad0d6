"""Files of exercises: read, add, replace, take away, fetch."""

from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, asked
from selection import access, services
from selection.models import ExerciseMaterial, MaterialVersion


class MaterialVersionSerializer(serializers.ModelSerializer[MaterialVersion]):
    """One upload; fetch it by its id."""

    name = serializers.CharField(source="material.name", read_only=True)
    exercise = serializers.IntegerField(source="material.exercise_id", read_only=True)
    audience = serializers.CharField(source="material.audience", read_only=True)

    class Meta:
        model = MaterialVersion
        fields = [
            "id",
            "material",
            "name",
            "exercise",
            "audience",
            "number",
            "file_name",
            "content_type",
            "size",
            "sha256",
            "added_at",
        ]


class MaterialSerializer(serializers.ModelSerializer[ExerciseMaterial]):
    """A file of an exercise."""

    class Meta:
        model = ExerciseMaterial
        fields = ["id", "exercise", "name", "audience", "release", "removed_at"]


class NewMaterialSerializer(serializers.Serializer):
    exercise = serializers.IntegerField()
    audience = serializers.ChoiceField(choices=ExerciseMaterial.Audience.choices)
    release = serializers.ChoiceField(
        choices=ExerciseMaterial.Release.choices, required=False, default=ExerciseMaterial.Release.DAY
    )
    name = serializers.CharField(required=False, allow_blank=True, default="", max_length=120)
    file = serializers.FileField(help_text="PDF, DOCX, XLSX, PPTX or an image, up to 25 MB")


class NewVersionSerializer(serializers.Serializer):
    file = serializers.FileField(help_text="PDF, DOCX, XLSX, PPTX or an image, up to 25 MB")


class MaterialViewSet(ReadViewSet[ExerciseMaterial]):
    """Files of the plans the member follows as a whole."""

    visible = staticmethod(access.visible_materials)
    model = ExerciseMaterial
    serializer_class = MaterialSerializer
    filterset_fields = ["exercise", "audience"]
    parser_classes = [MultiPartParser]

    @extend_schema(
        request={"multipart/form-data": NewMaterialSerializer}, responses={201: MaterialVersionSerializer}
    )
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Add a file."""
        wanted = asked(NewMaterialSerializer, request)
        exercise = get_object_or_404(access.visible_exercises(self.member), pk=wanted.pop("exercise"))
        file = wanted.pop("file")
        material = services.add_material(
            exercise, file, file_name=file.name, size=file.size, by=self.member, **wanted
        )
        shown = MaterialVersionSerializer(material.versions.get())
        return Response(shown.data, status=status.HTTP_201_CREATED)

    @extend_schema(
        request={"multipart/form-data": NewVersionSerializer}, responses={201: MaterialVersionSerializer}
    )
    @action(detail=True, methods=["post"])
    def replace(self, request: Request, **kwargs: Any) -> Response:
        """Add a newer version."""
        material, file = self.get_object(), asked(NewVersionSerializer, request)["file"]
        version = services.replace_material(
            material, file, file_name=file.name, size=file.size, by=self.member
        )
        return Response(MaterialVersionSerializer(version).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Take it away; its versions stay on file."""
        services.remove_material(self.get_object(), by=self.member)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MaterialVersionViewSet(ReadViewSet[MaterialVersion]):
    """What the member may fetch: every version of plans they follow, the latest of their own exercises."""

    visible = staticmethod(access.visible_versions)
    model = MaterialVersion
    serializer_class = MaterialVersionSerializer
    filterset_fields = ["material"]

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    def file(self, request: Request, **kwargs: Any) -> Any:
        """The file itself."""
        version = self.get_object()
        if not default_storage.exists(version.path):
            raise Http404
        answer = FileResponse(
            default_storage.open(version.path, "rb"),
            as_attachment=True,
            filename=version.file_name,
            content_type=version.content_type,
        )
        answer["X-Content-Type-Options"] = "nosniff"
        return answer
