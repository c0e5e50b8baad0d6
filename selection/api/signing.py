"""HR's signatures of slates."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, asked
from selection import access, services
from selection.models import Signature


class SignatureSerializer(serializers.ModelSerializer[Signature]):
    """HR's co-signature of a slate."""

    asked_by = serializers.StringRelatedField(read_only=True)  # type: ignore[var-annotated]
    answered_by = serializers.StringRelatedField(read_only=True)  # type: ignore[var-annotated]

    class Meta:
        model = Signature
        fields = [
            "id",
            "slate",
            "state",
            "note",
            "asked_by",
            "asked_at",
            "remark",
            "answered_by",
            "answered_at",
            "void_why",
            "void_at",
        ]


class SignRemarkSerializer(serializers.Serializer):
    remark = serializers.CharField(max_length=600)


class SignatureFilter(django_filters.FilterSet):
    cohort = django_filters.NumberFilter(field_name="slate__cohort")

    class Meta:
        model = Signature
        fields = ["slate", "state"]


class SignatureViewSet(ReadViewSet[Signature]):
    """HR's signatures of slates, asked and given, for L&D and HR."""

    visible = staticmethod(access.visible_signatures)
    model = Signature
    serializer_class = SignatureSerializer
    filterset_class = SignatureFilter

    @extend_schema(request=SignRemarkSerializer, responses=SignatureSerializer)
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, **kwargs: Any) -> Response:
        """Sign for HR, with a sentence."""
        signature = self.get_object()
        services.sign_slate(signature, by=self.member, **asked(SignRemarkSerializer, request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=SignRemarkSerializer, responses=SignatureSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def give_back(self, request: Request, **kwargs: Any) -> Response:
        """Return the slate to L&D with a question."""
        signature = self.get_object()
        services.return_slate(signature, by=self.member, **asked(SignRemarkSerializer, request))
        return Response(self.get_serializer(self.get_object()).data)
