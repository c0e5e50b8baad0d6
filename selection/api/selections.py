"""The selection of a cohort as a whole: its panel, who scores whom, reminders."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.directory.access import visible_people
from amdp.directory.models import Person
from amdp.identity.api_base import ReadViewSet, asked
from cohorts.models import Cohort
from selection import access, services
from selection.api.days import AssessmentRunSerializer
from selection.api.panel import (
    AssessorSerializer,
    AssignmentSerializer,
    ExplanationSerializer,
    NewAssessorSerializer,
    SpreadSerializer,
    run_by,
)
from selection.queries.assessment import panel
from selection.queries.equity import equity_of, not_nominated
from selection.queries.reliability import reliability_of
from selection.queries.sitting import explanation_of


class SelectionSerializer(serializers.ModelSerializer[Cohort]):
    """A cohort whose selection the member follows."""

    class Meta:
        model = Cohort
        fields = ["id", "name", "program", "state"]


class RemindedSerializer(serializers.Serializer):
    reminded = serializers.IntegerField(help_text="How many are told now; each at most once a day")


class ReliabilitySerializer(serializers.Serializer):
    """How far the assessors agree. ``raters`` is there for those who run the selection."""

    is_ready = serializers.BooleanField(help_text="False until it is worked out, and while it is again")
    is_stale = serializers.BooleanField(help_text="More sheets have been submitted since")
    worked_out_at = serializers.DateTimeField(allow_null=True)
    sheets = serializers.IntegerField(help_text="How many score sheets it is from")
    cells = serializers.ListField(child=serializers.DictField())
    raters = serializers.ListField(child=serializers.DictField(), required=False)


class RateSerializer(serializers.Serializer):
    """How many of those eligible are nominated, with Wilson's 95% interval."""

    name = serializers.CharField()
    leader = serializers.IntegerField(source="leader.pk", default=None)
    eligible = serializers.IntegerField()
    nominated = serializers.IntegerField()
    rate = serializers.FloatField(source="share.value", default=None)
    low = serializers.FloatField(source="share.low", default=None)
    high = serializers.FloatField(source="share.high", default=None)
    is_small = serializers.BooleanField(help_text="Fewer than 5 are eligible")


class EquitySerializer(serializers.Serializer):
    whole = RateSerializer()
    leaders = RateSerializer(many=True)
    markets = RateSerializer(many=True)
    units = RateSerializer(many=True)


class NotNominatedSerializer(serializers.ModelSerializer[Person]):
    """Somebody who meets the rules and is not nominated."""

    person = serializers.IntegerField(source="pk", read_only=True)
    manager_name = serializers.CharField(source="manager.name", default=None, read_only=True)

    class Meta:
        model = Person
        fields = ["person", "name", "job_title", "market", "business_unit", "manager", "manager_name"]


class NudgeSerializer(serializers.Serializer):
    leader = serializers.IntegerField(help_text="Id of a person somebody reports to")


class NudgedSerializer(serializers.Serializer):
    told = serializers.BooleanField(help_text="False when they were told today already")


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

    @extend_schema(responses=ReliabilitySerializer)
    @action(detail=True, pagination_class=None, filterset_fields=[])
    def reliability(self, request: Request, **kwargs: Any) -> Response:
        """ICC and Krippendorff’s alpha by exercise and competency, and how each assessor rates."""
        return self._agreement(self.get_object())

    @extend_schema(request=None, responses=ReliabilitySerializer)
    @reliability.mapping.post
    def measure_reliability(self, request: Request, **kwargs: Any) -> Response:
        """Have it worked out from the sheets submitted by now."""
        cohort = self.get_object()
        services.work_out_reliability(cohort, by=self.member)
        return self._agreement(cohort)

    def _agreement(self, cohort: Cohort) -> Response:
        found = reliability_of(cohort)
        if found is None:
            return Response({"is_ready": False, "is_stale": False, "sheets": 0, "cells": []})
        report = found.report
        shown = {
            "is_ready": not report.is_awaited,
            "is_stale": found.is_stale,
            "worked_out_at": report.worked_out_at,
            "sheets": report.sheets,
            "cells": report.content.get("cells", []),
        }
        if access.can_run_selection(self.member, cohort):
            shown["raters"] = report.content.get("raters", [])
        return Response(shown)

    @extend_schema(responses=EquitySerializer)
    @action(detail=True, pagination_class=None, filterset_fields=[])
    def equity(self, request: Request, **kwargs: Any) -> Response:
        """How often those eligible are nominated, by second-line leader, market and business unit."""
        return Response(EquitySerializer(equity_of(self.get_object())).data)

    @extend_schema(responses=NotNominatedSerializer(many=True))
    @action(detail=True, url_path="not-nominated", filterset_fields=[])
    def not_nominated(self, request: Request, **kwargs: Any) -> Response:
        """Who meets the rules and is not nominated, by name."""
        people = not_nominated(self.get_object()).order_by("last_name_key", "pk")
        page = self.paginate_queryset(people)
        return self.get_paginated_response(NotNominatedSerializer(page, many=True).data)

    @extend_schema(request=NudgeSerializer, responses=NudgedSerializer)
    @action(detail=True, methods=["post"])
    def nudge(self, request: Request, **kwargs: Any) -> Response:
        """Tell a leader how many of the own line are eligible and until when; once a day."""
        cohort, wanted = self.get_object(), asked(NudgeSerializer, request)
        leader = get_object_or_404(visible_people(self.member), pk=wanted["leader"])
        told = services.nudge_leader(cohort, leader, by=self.member)
        return Response(NudgedSerializer({"told": told}).data)

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

    @extend_schema(request=SpreadSerializer, responses={202: AssessmentRunSerializer})
    @action(
        detail=True, methods=["post"], url_path="assign-evenly", pagination_class=None, filterset_fields=[]
    )
    def assign_evenly(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """Have a worker give every admitted candidate their assessors, loads even, no conflicts of interest."""
        cohort, wanted = run_by(self.member, pk), asked(SpreadSerializer, request)
        run = services.start_assessment_run(cohort, "assign", by=self.member, **wanted)
        return Response(AssessmentRunSerializer(run).data, status=status.HTTP_202_ACCEPTED)
