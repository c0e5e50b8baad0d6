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
        fields = ["id", "cohort", "person", "person_name", "sheets", "submitted", "is_candidate"]


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
            "submitted_at",
        ]


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
