"""The selection of a cohort as a whole: its panel, who scores whom, reminders."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.directory.access import visible_people
from amdp.identity.api_base import ReadViewSet, asked
from cohorts.models import Cohort
from selection import access, services
from selection.api.panel import (
    AssessorSerializer,
    AssignmentSerializer,
    ExplanationSerializer,
    NewAssessorSerializer,
    SpreadSerializer,
    run_by,
)
from selection.queries.assessment import panel
from selection.queries.sitting import explanation_of


class SelectionSerializer(serializers.ModelSerializer[Cohort]):
    """A cohort whose selection the member follows."""

    class Meta:
        model = Cohort
        fields = ["id", "name", "program", "state"]


class RemindedSerializer(serializers.Serializer):
    reminded = serializers.IntegerField(help_text="How many are told now; each at most once a day")


class SelectionViewSet(ReadViewSet[Cohort]):
    """Selections, by the id of their cohort: for L&D and HR, unless they are in it."""

    visible = staticmethod(access.visible_selections)
    model = Cohort
    serializer_class = SelectionSerializer
    filterset_fields = ["state", "program"]

    @extend_schema(request=None, responses=RemindedSerializer)
    @action(detail=True, methods=["post"], url_path="remind-nominators")
    def remind_nominators(self, request: Request, **kwargs: Any) -> Response:
        """Ask those once more who owe an answer to a question."""
        reminded = services.remind_nominators(self.get_object(), by=self.member)
        return Response(RemindedSerializer({"reminded": reminded}).data)

    @extend_schema(responses=AssessorSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_fields=[])
    def assessors(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """The panel."""
        return Response(AssessorSerializer(panel(run_by(self.member, pk)), many=True).data)

    @extend_schema(request=NewAssessorSerializer, responses={201: AssessorSerializer})
    @assessors.mapping.post
    def add_assessor(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """Put somebody on the panel."""
        cohort, wanted = run_by(self.member, pk), asked(NewAssessorSerializer, request)
        person = get_object_or_404(visible_people(self.member), pk=wanted["person"])
        assessor = services.add_assessor(cohort, person, by=self.member)
        shown = panel(cohort).get(pk=assessor.pk)
        return Response(AssessorSerializer(shown).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=AssignmentSerializer(many=True))
    @action(detail=True, filterset_fields=[])
    def assignments(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """Who scores whom."""
        cohort = run_by(self.member, pk)
        sheets = access.visible_assignments(self.member).filter(candidate__cohort=cohort)
        page = self.paginate_queryset(sheets.order_by("candidate__person__last_name_key", "candidate", "pk"))
        return self.get_paginated_response(AssignmentSerializer(page, many=True).data)

    @extend_schema(responses=ExplanationSerializer)
    @action(detail=True, pagination_class=None, filterset_fields=[])
    def assignment(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """Loads, comparability and what is missing, with what would help."""
        return Response(ExplanationSerializer(explanation_of(run_by(self.member, pk))).data)

    @extend_schema(request=SpreadSerializer, responses=AssignmentSerializer(many=True))
    @action(
        detail=True, methods=["post"], url_path="assign-evenly", pagination_class=None, filterset_fields=[]
    )
    def assign_evenly(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """Give every admitted candidate their assessors, loads even, no conflicts of interest; what is new."""
        cohort, wanted = run_by(self.member, pk), asked(SpreadSerializer, request)
        sheets = services.assign_evenly(cohort, by=self.member, **wanted)
        return Response(AssignmentSerializer(sheets, many=True).data)
