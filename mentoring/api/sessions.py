"""What a pair says to each other: sessions and what they agreed on. The two of it, nobody else."""

from dataclasses import replace
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, asked
from amdp.identity.models import Membership
from cohorts.models import Competency
from mentoring import access, services
from mentoring.models import CoachingAction, CoachingSession, Mentorship

PLAIN = ("held_on", "minutes", "kind", "shared_notes", "next_meeting_at", "private_note")


class CoachingActionSerializer(serializers.ModelSerializer):
    class Meta:
        model = CoachingAction
        fields = ["id", "text", "owner", "due_on", "done_at"]
        read_only_fields = ["done_at"]


class AgreedActionSerializer(CoachingActionSerializer):
    """What a pair agreed on, and in which session."""

    class Meta(CoachingActionSerializer.Meta):
        fields = [*CoachingActionSerializer.Meta.fields, "session"]


class ActionFinishSerializer(serializers.Serializer):
    done = serializers.BooleanField(default=True, help_text="False puts it back")


class CoachingSessionSerializer(serializers.ModelSerializer):
    """What the two of a pair both see of a session."""

    competencies = serializers.SerializerMethodField()
    actions = CoachingActionSerializer(many=True, read_only=True)

    class Meta:
        model = CoachingSession
        fields = ["id", "mentorship", "held_on", "minutes", "kind", "account", "competencies", "shared_notes",
                  "actions", "state", "amend_why", "logged_at", "confirmed_at"]  # fmt: skip

    def get_competencies(self, session: CoachingSession) -> list[int]:
        return [topic.competency_id for topic in session.topics.all()]


class SessionEditSerializer(serializers.Serializer):
    """What is left out stays as it is. Actions are all of them: one that is not named goes."""

    held_on = serializers.DateField(required=False)
    minutes = serializers.IntegerField(min_value=5, max_value=600, required=False)
    kind = serializers.ChoiceField(choices=CoachingSession.Kind.choices, required=False)
    account = serializers.IntegerField(required=False, allow_null=True)
    competencies = serializers.ListField(child=serializers.IntegerField(), required=False)
    shared_notes = serializers.CharField(required=False, allow_blank=True)
    private_note = serializers.CharField(required=False, allow_blank=True, write_only=True)
    actions = CoachingActionSerializer(many=True, required=False)
    next_meeting_at = serializers.DateTimeField(required=False, allow_null=True)


class SessionLogSerializer(SessionEditSerializer):
    """The same token again gives the session that is there."""

    mentorship = serializers.IntegerField()
    token = serializers.UUIDField()
    held_on = serializers.DateField()
    minutes = serializers.IntegerField(min_value=5, max_value=600)
    kind = serializers.ChoiceField(
        choices=CoachingSession.Kind.choices, default=CoachingSession.Kind.COACHING
    )


class SessionAmendSerializer(serializers.Serializer):
    why = serializers.CharField(max_length=1000)


class CoachingActionFilter(django_filters.FilterSet):
    session = django_filters.NumberFilter()
    mentorship = django_filters.NumberFilter(field_name="session__mentorship")
    done = django_filters.BooleanFilter(field_name="done_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = CoachingAction
        fields = ["owner"]


class CoachingSessionsViewSet(ReadViewSet[CoachingSession]):
    """Sessions of one's own pairs: the mentor logs, the participant confirms or asks for a change."""

    model = CoachingSession
    visible = staticmethod(access.visible_sessions)
    serializer_class = CoachingSessionSerializer
    filterset_fields = ["mentorship", "state", "kind"]

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().prefetch_related("topics", "actions")

    @extend_schema(request=SessionLogSerializer, responses={201: CoachingSessionSerializer})
    def create(self, request: Request, org: str) -> Response:
        wanted = asked(SessionLogSerializer, request)
        pair = get_object_or_404(access.own_mentorships(self.member), pk=wanted["mentorship"])
        if not access.can_log_session(self.member, pair):
            raise PermissionDenied("Only the mentor of an active pair logs sessions.")
        facts = services.SessionFacts(**_facts(wanted, pair, self.member))
        session = services.log_session(pair, facts, token=wanted["token"], by=self.member)
        return Response(CoachingSessionSerializer(session).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=SessionEditSerializer, responses=CoachingSessionSerializer)
    def partial_update(self, request: Request, org: str, pk: int) -> Response:
        """The mentor changes what was logged; the participant confirms it as it is then."""
        session = self.get_object()
        if not access.can_edit_session(self.member, session):
            raise PermissionDenied("The mentor changes what was logged; you can ask for a change.")
        changes = _facts(asked(SessionEditSerializer, request), session.mentorship, self.member)
        services.edit_session(session, replace(services.SessionFacts.of(session), **changes), by=self.member)
        return Response(CoachingSessionSerializer(self.get_object()).data)

    @extend_schema(request=None, responses=CoachingSessionSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, org: str, pk: int) -> Response:
        session = self.get_object()
        if not access.is_mentee_in(self.member, session.mentorship):
            raise PermissionDenied("Only the participant confirms a session.")
        return Response(CoachingSessionSerializer(services.confirm_session(session, by=self.member)).data)

    @extend_schema(request=SessionAmendSerializer, responses=CoachingSessionSerializer)
    @action(detail=True, methods=["post"])
    def amend(self, request: Request, org: str, pk: int) -> Response:
        session = self.get_object()
        if not access.can_answer_session(self.member, session):
            raise PermissionDenied(
                "Only the participant asks for a change, while the session waits for an answer."
            )
        amending = services.ask_to_amend(session, **asked(SessionAmendSerializer, request), by=self.member)
        return Response(CoachingSessionSerializer(amending).data)


class CoachingActionsViewSet(ReadViewSet[CoachingAction]):
    """What one's own pairs agreed on."""

    model = CoachingAction
    visible = staticmethod(access.visible_actions)
    serializer_class = AgreedActionSerializer
    filterset_class = CoachingActionFilter

    @extend_schema(request=ActionFinishSerializer, responses=AgreedActionSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, org: str, pk: int) -> Response:
        """Tick it off, or put it back."""
        finished = services.finish_action(self.get_object(), **asked(ActionFinishSerializer, request))
        return Response(AgreedActionSerializer(finished).data)


def _facts(wanted: dict[str, Any], pair: Mentorship, member: Membership) -> dict[str, Any]:
    """Of what was asked for, the facts as the service takes them."""
    facts = {name: wanted[name] for name in PLAIN if name in wanted}
    if "competencies" in wanted:
        facts["competencies"] = _competencies(set(wanted["competencies"]), pair)
    if "account" in wanted:
        accounts, key = access.session_accounts(member, pair), wanted["account"]
        facts["account"] = None if key is None else get_object_or_404(accounts, pk=key)
    if "actions" in wanted:
        facts["actions"] = [services.NextStep(**one) for one in wanted["actions"]]
    return facts


def _competencies(wanted: set[int], pair: Mentorship) -> list[Competency]:
    found = list(Competency.objects.filter(program=pair.participant.cohort.program_id, pk__in=wanted))
    if len(found) < len(wanted):
        raise ValidationError({"competencies": "One of these is not a competency of the pair’s program."})
    return found
