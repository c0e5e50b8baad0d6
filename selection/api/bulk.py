"""Rows in and out: score sheets of an offline day or on paper, who assesses whom, nominations."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import MemberViewSet, asked
from amdp.identity.models import Membership
from cohorts.models import Cohort
from selection import services
from selection.bulk import KINDS
from selection.bulk.base import MOST_ROWS


class BulkRowsSerializer(serializers.Serializer):
    """Rows by the headings of the page’s file; ``dry_run`` says what they would do."""

    rows = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField(allow_blank=True)), max_length=MOST_ROWS
    )
    dry_run = serializers.BooleanField(default=False)


class BulkOutSerializer(serializers.Serializer):
    rows = serializers.ListField(child=serializers.DictField(child=serializers.CharField(allow_blank=True)))


class BulkErrorSerializer(serializers.Serializer):
    row = serializers.IntegerField(help_text="The first row is 1")
    column = serializers.CharField()
    value = serializers.CharField()
    problem = serializers.CharField()
    remedy = serializers.CharField()


class BulkResultSerializer(serializers.Serializer):
    """What happened, or would; with errors nothing did."""

    changes = serializers.ListField(child=serializers.CharField())
    unchanged = serializers.IntegerField()
    problems = BulkErrorSerializer(source="errors", many=True)


class BulkViewSet(MemberViewSet[Cohort]):
    """Files of one cohort’s selection, by its id and kind: ``ratings``, ``papers``, ``assignments`` or
    ``nominations``."""

    model = Cohort
    serializer_class = BulkOutSerializer

    @staticmethod
    def visible(member: Membership) -> QuerySet[Cohort]:
        seen = Q(pk__in=[])
        for kind in KINDS.values():
            seen |= Q(pk__in=kind.cohorts(member).order_by().values("pk"))
        return Cohort.objects.filter(seen)

    @extend_schema(responses=BulkOutSerializer)
    @action(detail=True, url_path="<slug:kind>", url_name="rows", pagination_class=None)
    def rows(self, request: Request, pk: int, kind: str, **kwargs: Any) -> Response:
        """The rows there are, to be read or filled in."""
        cohort = self._cohort(pk, kind)
        return Response({"rows": KINDS[kind](cohort, self.member).rows()})

    @extend_schema(request=BulkRowsSerializer, responses=BulkResultSerializer)
    @rows.mapping.post
    def bring_in(self, request: Request, pk: int, kind: str, **kwargs: Any) -> Response:
        """Do what these rows say, all of it or nothing."""
        cohort, wanted = self._cohort(pk, kind), asked(BulkRowsSerializer, request)
        rows = list(enumerate(wanted["rows"], 1))
        result = services.bring_in_file(kind, cohort, rows, by=self.member, dry_run=wanted["dry_run"])
        return Response(BulkResultSerializer(result).data, status=400 if result.errors else 200)

    def _cohort(self, pk: int, kind: str) -> Cohort:
        if kind not in KINDS:
            raise Http404
        return get_object_or_404(KINDS[kind].cohorts(self.member), pk=pk)
