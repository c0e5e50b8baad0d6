"""Outcomes for programs: the rows of the page and of the files, hidden ones as null with the reason."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import MemberViewSet
from amdp.identity.models import Membership
from metrics.arms import CAVEAT
from metrics.models import Release
from metrics.scopes import scope_of
from metrics.services import record_export
from metrics.tables import FigureRow


class FigureSerializer(serializers.Serializer[FigureRow]):
    """One number with everything that belongs to it."""

    measure = serializers.CharField()
    title = serializers.CharField()
    scope = serializers.CharField()
    group = serializers.CharField()
    month = serializers.IntegerField(allow_null=True)
    n = serializers.IntegerField(allow_null=True)
    events = serializers.IntegerField(allow_null=True)
    person_years = serializers.FloatField(allow_null=True)
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    hidden = serializers.CharField(allow_blank=True, help_text="Why there is no value; empty when there is")
    as_of = serializers.DateField()


class OutcomesSerializer(serializers.Serializer[Any]):
    """The numbers of one scope, and what to keep in mind with them."""

    scope = serializers.CharField()
    as_of = serializers.DateField(help_text="The day the numbers were closed on; a figure may be older")
    caveat = serializers.CharField()
    figures = FigureSerializer(many=True)


def _nothing(member: Membership) -> QuerySet[Release]:
    """Releases themselves, with the people in them, are never handed out."""
    return Release.objects.none()


class OutcomesViewSet(MemberViewSet[Release]):
    """Retention and promotions of those selected and of the comparison."""

    model = Release
    visible = staticmethod(_nothing)
    pagination_class = None
    filter_backends = []

    @extend_schema(
        operation_id="outcomes_retrieve",
        responses=OutcomesSerializer,
        parameters=[
            OpenApiParameter("program", OpenApiTypes.INT, description="One program; all without it"),
            OpenApiParameter("cohort", OpenApiTypes.INT, description="One cohort"),
            OpenApiParameter("market", OpenApiTypes.STR, description="One market, not with the others"),
            OpenApiParameter("as_of", OpenApiTypes.DATE, description="A day up to today; today without it"),
        ],
    )
    def list(self, request: Request, **kwargs: Any) -> Response:
        scope = scope_of(self.member, request.query_params)
        found = scope.results
        rows = scope.rows(found)
        filters = {**scope.filters, "format": "api"}
        record_export("outcomes", rows=len(rows), filters=filters, by=self.member, about=scope.about)
        facts = {"scope": scope.name, "as_of": scope.closing, "caveat": CAVEAT, "figures": rows}
        return Response(OutcomesSerializer(facts).data)
