"""Ratings that assessors agreed on, beside the submitted ones."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, asked
from selection import access, services
from selection.models import ConsensusRating


class ConsensusRatingSerializer(serializers.ModelSerializer[ConsensusRating]):
    """One competency of one candidate in one exercise; ``agreed_at`` once every assessor has said so."""

    written_by_name = serializers.CharField(source="written_by.person.name", read_only=True)

    class Meta:
        model = ConsensusRating
        fields = [
            "id",
            "candidate",
            "exercise",
            "competency",
            "score",
            "why",
            "written_by",
            "written_by_name",
            "written_at",
            "agreed_at",
            "version",
        ]


class WriteConsensusSerializer(serializers.Serializer):
    competency = serializers.IntegerField()
    score = serializers.DecimalField(max_digits=2, decimal_places=1, help_text="1 to 5, in halves")
    why = serializers.CharField(max_length=1000)
    version = serializers.IntegerField(default=0, help_text="The one you read; 0 where there is none")


class AgreeSerializer(serializers.Serializer):
    version = serializers.IntegerField(help_text="The one you read")


class ConsensusFilter(django_filters.FilterSet):
    cohort = django_filters.NumberFilter(field_name="candidate__cohort")

    class Meta:
        model = ConsensusRating
        fields = ["candidate", "exercise"]


class ConsensusRatingViewSet(ReadViewSet[ConsensusRating]):
    """For the assessors of the candidate in the exercise once they handed in, and for L&D and HR."""

    visible = staticmethod(access.visible_consensus)
    model = ConsensusRating
    serializer_class = ConsensusRatingSerializer
    filterset_class = ConsensusFilter

    @extend_schema(request=AgreeSerializer, responses=ConsensusRatingSerializer)
    @action(detail=True, methods=["post"])
    def agree(self, request: Request, **kwargs: Any) -> Response:
        """Agree with it as it stands."""
        wanted = asked(AgreeSerializer, request)
        rating = services.agree_consensus(self.get_object(), by=self.member, **wanted)
        return Response(ConsensusRatingSerializer(rating).data)
