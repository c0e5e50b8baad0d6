"""Assessors who came too close to a candidate: read them, hand the sheets on, keep them, leave them out."""

from typing import Any

import django_filters
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, asked
from selection import access, services
from selection.models import AssessorConflict


class AssessorConflictSerializer(serializers.ModelSerializer[AssessorConflict]):
    """What came up between an assessor and a candidate they score."""

    cohort = serializers.IntegerField(source="candidate.cohort_id", read_only=True)
    candidate_name = serializers.CharField(source="candidate.person.name", read_only=True)
    assessor_name = serializers.CharField(source="assessor.person.name", read_only=True)
    text = serializers.CharField(read_only=True)

    class Meta:
        model = AssessorConflict
        fields = [
            "id",
            "cohort",
            "candidate",
            "candidate_name",
            "assessor",
            "assessor_name",
            "ground",
            "text",
            "since",
            "state",
            "reason",
            "asked_at",
            "remark",
            "decided_at",
            "excluded_at",
            "excluded_why",
        ]


class ReassignSerializer(serializers.Serializer):
    assessor = serializers.IntegerField(help_text="Somebody of the cohort’s panel")


class KeepReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=1200)


class KeepRemarkSerializer(serializers.Serializer):
    remark = serializers.CharField(required=False, allow_blank=True, default="", max_length=1200)


class ExcludeSerializer(serializers.Serializer):
    why = serializers.CharField(max_length=1200)


class AssessorConflictFilter(django_filters.FilterSet):
    cohort = django_filters.NumberFilter(field_name="candidate__cohort")

    class Meta:
        model = AssessorConflict
        fields = ["candidate", "assessor", "state", "ground"]


class AssessorConflictViewSet(ReadViewSet[AssessorConflict]):
    """For L&D and HR, in the selections they follow as a whole."""

    visible = staticmethod(access.visible_conflicts)
    model = AssessorConflict
    serializer_class = AssessorConflictSerializer
    filterset_class = AssessorConflictFilter

    def answer(self, conflict: AssessorConflict) -> Response:
        shown = access.visible_conflicts(self.member).get(pk=conflict.pk)
        return Response(AssessorConflictSerializer(shown).data)

    @extend_schema(request=ReassignSerializer, responses=AssessorConflictSerializer)
    @action(detail=True, methods=["post"])
    def reassign(self, request: Request, **kwargs: Any) -> Response:
        """Hand the open sheets on to somebody else."""
        conflict, wanted = self.get_object(), asked(ReassignSerializer, request)
        assessor = get_object_or_404(access.visible_assessors(self.member), pk=wanted["assessor"])
        services.reassign_sheets(conflict, assessor, by=self.member)
        return self.answer(conflict)

    @extend_schema(request=KeepReasonSerializer, responses=AssessorConflictSerializer)
    @action(detail=True, methods=["post"])
    def keep(self, request: Request, **kwargs: Any) -> Response:
        """Ask a second person whether the assessor goes on."""
        conflict, wanted = self.get_object(), asked(KeepReasonSerializer, request)
        return self.answer(services.ask_to_keep(conflict, by=self.member, **wanted))

    @extend_schema(request=KeepRemarkSerializer, responses=AssessorConflictSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, **kwargs: Any) -> Response:
        """Let the assessor go on, as the second person."""
        conflict, wanted = self.get_object(), asked(KeepRemarkSerializer, request)
        return self.answer(services.decide_to_keep(conflict, keep=True, by=self.member, **wanted))

    @extend_schema(request=KeepRemarkSerializer, responses=AssessorConflictSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, **kwargs: Any) -> Response:
        """Have somebody else score, as the second person, with the reason."""
        conflict, wanted = self.get_object(), asked(KeepRemarkSerializer, request)
        return self.answer(services.decide_to_keep(conflict, keep=False, by=self.member, **wanted))

    @extend_schema(request=ExcludeSerializer, responses=AssessorConflictSerializer)
    @action(detail=True, methods=["post"])
    def exclude(self, request: Request, **kwargs: Any) -> Response:
        """Leave what was handed in out of the composite."""
        conflict, wanted = self.get_object(), asked(ExcludeSerializer, request)
        return self.answer(services.exclude_ratings(conflict, by=self.member, **wanted))

    @extend_schema(request=ExcludeSerializer, responses=AssessorConflictSerializer)
    @action(detail=True, methods=["post"])
    def include(self, request: Request, **kwargs: Any) -> Response:
        """Let it count again."""
        conflict, wanted = self.get_object(), asked(ExcludeSerializer, request)
        return self.answer(services.include_ratings(conflict, by=self.member, **wanted))
