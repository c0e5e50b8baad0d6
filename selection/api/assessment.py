"""Score sheets: keep a draft, hand it in; L&D takes an open one away."""

from typing import Any

import django_filters
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, asked
from selection import access, services
from selection.api.panel import AssignmentSerializer, PinSerializer, run_by
from selection.models import Scoresheet
from selection.queries.assessment import marks_of
from selection.services import Mark


class ScoresheetSerializer(serializers.ModelSerializer):
    """One assessor's sheet for one candidate in one exercise."""

    candidate_name = serializers.CharField(source="candidate.person.name", read_only=True)
    exercise_name = serializers.CharField(source="exercise.name", read_only=True)
    assessor_name = serializers.CharField(source="assessor.person.name", read_only=True)

    class Meta:
        model = Scoresheet
        fields = [
            "id",
            "candidate",
            "candidate_name",
            "exercise",
            "exercise_name",
            "assessor_name",
            "state",
            "due_on",
            "saved_at",
            "submitted_at",
        ]


class RatingMarkSerializer(serializers.Serializer):
    """A rating with its observation."""

    behavior = serializers.IntegerField()
    score = serializers.IntegerField(min_value=1, max_value=5, allow_null=True, default=None)
    observation = serializers.CharField(allow_blank=True, default="")


class FullScoresheetSerializer(ScoresheetSerializer):
    """A sheet with its marks."""

    marks = serializers.SerializerMethodField()

    class Meta(ScoresheetSerializer.Meta):
        fields = [*ScoresheetSerializer.Meta.fields, "marks"]

    @extend_schema(responses=RatingMarkSerializer(many=True))
    def get_marks(self, sheet: Scoresheet) -> list[dict[str, Any]]:
        return [
            {"behavior": behavior, "score": score, "observation": text}
            for behavior, (score, text) in sorted(marks_of(sheet).items())
        ]


class RatingMarksSerializer(serializers.Serializer):
    marks = RatingMarkSerializer(many=True)


class ScoresheetFilter(django_filters.FilterSet):
    cohort = django_filters.NumberFilter(field_name="candidate__cohort")

    class Meta:
        model = Scoresheet
        fields = ["state"]


class ScoresheetViewSet(ReadViewSet[Scoresheet]):
    """The member's own score sheets; for L&D also those submitted."""

    visible = staticmethod(access.visible_scoresheets)
    model = Scoresheet
    serializer_class = ScoresheetSerializer
    filterset_class = ScoresheetFilter

    @extend_schema(responses=FullScoresheetSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A sheet with its marks."""
        return Response(FullScoresheetSerializer(self.get_object()).data)

    @extend_schema(request=RatingMarksSerializer, responses=FullScoresheetSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Keep marks as a draft; behaviors left out stay as they were."""
        marks = {
            each["behavior"]: Mark(each["score"], each["observation"])
            for each in asked(RatingMarksSerializer, request)["marks"]
        }
        sheet = services.save_scores(self.get_object(), marks, by=self.member)
        return Response(FullScoresheetSerializer(sheet).data)

    @extend_schema(request=None, responses=FullScoresheetSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, **kwargs: Any) -> Response:
        """Hand it in; nothing can change afterwards."""
        sheet = services.submit_scoresheet(self.get_object(), by=self.member)
        return Response(FullScoresheetSerializer(sheet).data)

    @extend_schema(request=PinSerializer, responses=AssignmentSerializer)
    @action(detail=True, methods=["post"])
    def pin(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """Keep a sheet with its assessor when sheets are spread anew, or let it move again: L&D does."""
        sheet = get_object_or_404(access.visible_assignments(self.member), pk=pk)
        run_by(self.member, sheet.candidate.cohort_id)
        pinned = asked(PinSerializer, request)["pinned"]
        return Response(AssignmentSerializer(services.pin_scoresheet(sheet, pinned, by=self.member)).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """Take an open sheet away from its assessor, with what was drafted on it: L&D does."""
        sheet = get_object_or_404(access.visible_assignments(self.member), pk=pk)
        run_by(self.member, sheet.candidate.cohort_id)
        services.unassign_assessor(sheet, by=self.member)
        return Response(status=status.HTTP_204_NO_CONTENT)
