"""The panel of a cohort and who scores whom, for those who run its selection. Nothing of what is scored."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import MemberViewSet
from amdp.identity.models import Membership
from cohorts.models import Cohort
from selection import access, services
from selection.models import Assessor, Scoresheet


def run_by(member: Membership, pk: int) -> Cohort:
    """The cohort, for whoever runs its selection; 404 for those who may not see it."""
    cohort = get_object_or_404(access.visible_selections(member), pk=pk)
    if not access.can_run_selection(member, cohort):
        raise PermissionDenied(access.NOT_THE_PANEL)
    return cohort


class AssessorSerializer(serializers.ModelSerializer[Assessor]):
    """Somebody on the panel of a cohort."""

    person_name = serializers.CharField(source="person.name", read_only=True)
    sheets = serializers.IntegerField(read_only=True, help_text="How many score sheets they were given")
    submitted = serializers.IntegerField(read_only=True, help_text="How many of these they have scored")
    is_candidate = serializers.BooleanField(
        read_only=True, help_text="In the running for this cohort, so they cannot score"
    )

    class Meta:
        model = Assessor
        fields = [
            "id",
            "cohort",
            "person",
            "person_name",
            "trained_on",
            "trained_for",
            "most",
            "sheets",
            "submitted",
            "is_candidate",
        ]


class NewAssessorSerializer(serializers.Serializer):
    person = serializers.IntegerField()


class AssignmentSerializer(serializers.ModelSerializer[Scoresheet]):
    """Who scores whom and whether it is done; ``id`` is the score sheet’s."""

    candidate_name = serializers.CharField(source="candidate.person.name", read_only=True)
    assessor_name = serializers.CharField(source="assessor.person.name", read_only=True)
    exercise_name = serializers.CharField(source="exercise.name", read_only=True)

    class Meta:
        model = Scoresheet
        fields = [
            "id",
            "candidate",
            "candidate_name",
            "exercise",
            "exercise_name",
            "assessor",
            "assessor_name",
            "state",
            "due_on",
            "why",
            "pinned",
            "submitted_at",
        ]


class PinSerializer(serializers.Serializer):
    pinned = serializers.BooleanField(help_text="Stays with this assessor when sheets are spread anew")


class SpreadSerializer(serializers.Serializer):
    anew = serializers.BooleanField(
        required=False, default=False, help_text="Move sheets that nobody has begun and that are not pinned"
    )


class LoadSerializer(serializers.Serializer):
    """How much an assessor has to do."""

    assessor = serializers.IntegerField(source="assessor.pk")
    assessor_name = serializers.CharField(source="assessor.person.name")
    sheets = serializers.IntegerField()
    planned = serializers.IntegerField(help_text="Once the gaps are filled")
    minutes = serializers.IntegerField()
    partners = serializers.IntegerField(help_text="How many others they score together with")


class GapSerializer(serializers.Serializer):
    """A candidate who lacks assessors in an exercise."""

    candidate = serializers.IntegerField(source="candidate.pk")
    exercise = serializers.IntegerField(source="exercise.pk")
    missing = serializers.IntegerField()
    out = serializers.ListField(child=serializers.CharField())
    helps = serializers.ListField(child=serializers.CharField())


class ExplanationSerializer(serializers.Serializer):
    """How score sheets lie, against the best there is, and what would help."""

    needed = serializers.IntegerField()
    handed_out = serializers.IntegerField()
    most = serializers.IntegerField()
    bound = serializers.IntegerField(help_text="No way to fill as many places has a smaller largest load")
    groups = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()), help_text="Comparable when it is one"
    )
    bridges = serializers.ListField(child=serializers.CharField())
    loads = LoadSerializer(many=True)
    gaps = GapSerializer(many=True)


class AssessorViewSet(MemberViewSet[Assessor]):
    """Somebody on a panel; the panels stand with the selections."""

    visible = staticmethod(access.visible_assessors)
    model = Assessor
    serializer_class = AssessorSerializer

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Take somebody off the panel who has no candidates."""
        assessor: Assessor = self.get_object()
        run_by(self.member, assessor.cohort_id)
        services.remove_assessor(assessor, by=self.member)
        return Response(status=status.HTTP_204_NO_CONTENT)
