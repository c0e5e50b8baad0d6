"""Pairs."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, asked
from mentoring import access, queries, services
from mentoring.models import Mentorship


class MentorshipSerializer(serializers.ModelSerializer):
    """A pair, and how often the two have met."""

    mentor_name = serializers.CharField(source="mentor.person.name", read_only=True)
    participant_name = serializers.CharField(source="participant.person.name", read_only=True)
    sessions = serializers.IntegerField(source="session_count", read_only=True)
    minutes = serializers.IntegerField(read_only=True)

    class Meta:
        model = Mentorship
        fields = ["id", "mentor", "mentor_name", "participant", "participant_name", "state", "fit", "started_on",
                  "ended_on", "last_session_on", "next_meeting_at", "sessions", "minutes"]  # fmt: skip


class MentorshipEndSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=300, allow_blank=True, help_text="L&D reads it.")


class MentorshipFilter(django_filters.FilterSet):
    cohort = django_filters.NumberFilter(field_name="participant__cohort")

    class Meta:
        model = Mentorship
        fields = ["state", "mentor", "participant"]


class MentorshipsViewSet(ReadViewSet[Mentorship]):
    """Pairs with counts: all for L&D admins, the own line for leaders, one's own."""

    model = Mentorship
    visible = staticmethod(access.visible_mentorships)
    serializer_class = MentorshipSerializer
    filterset_class = MentorshipFilter

    def get_queryset(self) -> QuerySet[Any]:
        pairs = super().get_queryset()
        return pairs if getattr(self, "swagger_fake_view", False) else queries.with_session_counts(pairs)

    @extend_schema(request=MentorshipEndSerializer, responses=MentorshipSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, org: str, pk: int) -> Response:
        """The two stop, with a reason; both are told."""
        pair = self.get_object()
        if not access.can_end_mentorship(self.member, pair):
            raise PermissionDenied("Only the mentor and L&D can end a pair, while it is active.")
        services.end_mentorship(pair, **asked(MentorshipEndSerializer, request), by=self.member)
        return Response(MentorshipSerializer(self.get_object()).data)
