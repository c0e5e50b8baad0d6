"""Mentors, matches, pairs and coaching sessions for programs: the same verbs and the same walls as the pages.

Private notes can be written with a session and are never given out.
"""

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
from rest_framework.routers import BaseRouter

from amdp.directory.queries import local_today
from amdp.identity.api_base import ReadViewSet, asked
from cohorts.access import visible_cohorts
from cohorts.models import Competency
from mentoring import access, queries, services
from mentoring.capacity import with_committed
from mentoring.helping import helps_of
from mentoring.models import (
    CoachingAction,
    CoachingSession,
    MatchPair,
    MatchRun,
    Mentor,
    Mentorship,
)

NOT_AN_ADMIN = "Only L&D admins match mentors."


class MentorSerializer(serializers.ModelSerializer):
    """Somebody in the pool, with hours a month over all duties."""

    name = serializers.CharField(source="person.name", read_only=True)
    committed_hours = serializers.DecimalField(
        source="committed", max_digits=6, decimal_places=1, read_only=True
    )
    mentees = serializers.IntegerField(read_only=True)

    class Meta:
        model = Mentor
        fields = ["id", "person", "name", "state", "hours_per_month", "committed_hours", "mentees",
                  "account_types", "therapeutic_areas", "languages"]  # fmt: skip


class MatchPairSerializer(serializers.ModelSerializer):
    """What a match found for one participant; for somebody without a mentor, what would help."""

    participant_name = serializers.CharField(source="participant.person.name", read_only=True)
    mentor_name = serializers.CharField(source="mentor.person.name", read_only=True, default=None)
    helps = serializers.SerializerMethodField()

    class Meta:
        model = MatchPair
        fields = ["id", "participant", "participant_name", "mentor", "mentor_name", "fit", "points", "rank",
                  "pinned", "reason", "remedies", "helps"]  # fmt: skip

    def get_helps(self, pair: MatchPair) -> list[str]:
        return [one.sentence for one in self.context["helps"].get(pair.pk, [])]


class MatchRunSerializer(serializers.ModelSerializer):
    """One match of a cohort; nobody is told of it before it is published."""

    class Meta:
        model = MatchRun
        fields = ["id", "cohort", "number", "state", "problem", "weights", "rules", "people", "seats", "matched",
                  "mean_fit", "worst_fit", "outlook", "started_at", "finished_at", "published_at"]  # fmt: skip


class MatchStartSerializer(serializers.Serializer):
    cohort = serializers.IntegerField()


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


class CoachingActionSerializer(serializers.ModelSerializer):
    class Meta:
        model = CoachingAction
        fields = ["id", "text", "owner", "due_on", "done_at"]
        read_only_fields = ["done_at"]


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


class SessionLogSerializer(serializers.Serializer):
    """The same token again gives the session that is there."""

    mentorship = serializers.IntegerField()
    token = serializers.UUIDField()
    held_on = serializers.DateField()
    minutes = serializers.IntegerField(min_value=5, max_value=600)
    kind = serializers.ChoiceField(
        choices=CoachingSession.Kind.choices, default=CoachingSession.Kind.COACHING
    )
    account = serializers.IntegerField(required=False, allow_null=True)
    competencies = serializers.ListField(child=serializers.IntegerField(), required=False)
    shared_notes = serializers.CharField(required=False, allow_blank=True)
    private_note = serializers.CharField(required=False, allow_blank=True, write_only=True)
    actions = CoachingActionSerializer(many=True, required=False)
    next_meeting_at = serializers.DateTimeField(required=False, allow_null=True)


class SessionAmendSerializer(serializers.Serializer):
    why = serializers.CharField(max_length=1000)


class MentorshipFilter(django_filters.FilterSet):
    cohort = django_filters.NumberFilter(field_name="participant__cohort")

    class Meta:
        model = Mentorship
        fields = ["state", "mentor", "participant"]


class MentorsViewSet(ReadViewSet[Mentor]):
    """The pool with its hours for L&D admins; a mentor's own entry."""

    model = Mentor
    visible = staticmethod(access.visible_mentors)
    serializer_class = MentorSerializer
    filterset_fields = ["state"]

    def get_queryset(self) -> QuerySet[Any]:
        mentors = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return mentors
        return queries.with_mentee_count(with_committed(mentors, local_today(self.member)))


class MatchRunsViewSet(ReadViewSet[MatchRun]):
    """Start a match, look at it, publish it. L&D admins only."""

    model = MatchRun
    visible = staticmethod(access.visible_runs)
    serializer_class = MatchRunSerializer
    filterset_fields = ["cohort", "state"]

    @extend_schema(request=MatchStartSerializer, responses={201: MatchRunSerializer})
    def create(self, request: Request, org: str) -> Response:
        if not access.runs_mentoring(self.member):
            raise PermissionDenied(NOT_AN_ADMIN)
        wanted = asked(MatchStartSerializer, request)["cohort"]
        cohort = get_object_or_404(visible_cohorts(self.member), pk=wanted)
        run = services.start_run(cohort, by=self.member)
        return Response(MatchRunSerializer(run).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=MentorshipSerializer(many=True))
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, org: str, pk: int) -> Response:
        pairs = services.publish_run(self.get_object(), by=self.member)
        shown = access.visible_mentorships(self.member).filter(pk__in=[one.pk for one in pairs])
        return Response(MentorshipSerializer(queries.with_session_counts(shown), many=True).data)

    @extend_schema(responses=MatchPairSerializer(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def pairs(self, request: Request, org: str, pk: int) -> Response:
        pairs = self.get_object().pairs.select_related("participant__person", "mentor__person")
        rows = list(pairs.defer("fits", "blocked", "alternatives"))
        context = {"helps": helps_of(rows)}
        return Response(MatchPairSerializer(rows, many=True, context=context).data)


class MentorshipsViewSet(ReadViewSet[Mentorship]):
    """Pairs with counts: all for L&D admins, the own line for leaders, one's own."""

    model = Mentorship
    visible = staticmethod(access.visible_mentorships)
    serializer_class = MentorshipSerializer
    filterset_class = MentorshipFilter

    def get_queryset(self) -> QuerySet[Any]:
        pairs = super().get_queryset()
        return pairs if getattr(self, "swagger_fake_view", False) else queries.with_session_counts(pairs)


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
        facts = asked(SessionLogSerializer, request)
        pair = get_object_or_404(access.own_mentorships(self.member), pk=facts.pop("mentorship"))
        if not access.can_log_session(self.member, pair):
            raise PermissionDenied("Only the mentor of an active pair logs sessions.")
        session = services.log_session(pair, self._facts(pair, facts), token=facts["token"], by=self.member)
        return Response(CoachingSessionSerializer(session).data, status=status.HTTP_201_CREATED)

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

    def _facts(self, pair: Mentorship, asked: dict[str, Any]) -> services.SessionFacts:
        wanted = set(asked.get("competencies", ()))
        program = pair.participant.cohort.program_id
        competencies = list(Competency.objects.filter(program=program, pk__in=wanted))
        if len(competencies) < len(wanted):
            raise ValidationError({"competencies": "One of these is not a competency of the pair’s program."})
        account = asked.get("account")
        return services.SessionFacts(
            held_on=asked["held_on"],
            minutes=asked["minutes"],
            kind=asked["kind"],
            account=get_object_or_404(access.session_accounts(self.member, pair), pk=account)
            if account
            else None,
            shared_notes=asked.get("shared_notes", ""),
            competencies=competencies,
            actions=[services.NextStep(**one) for one in asked.get("actions", ())],
            next_meeting_at=asked.get("next_meeting_at"),
            private_note=asked.get("private_note"),
        )


def register(router: BaseRouter) -> None:
    router.register("mentors", MentorsViewSet, basename="mentor")
    router.register("match-runs", MatchRunsViewSet, basename="match-run")
    router.register("mentorships", MentorshipsViewSet, basename="mentorship")
    router.register("coaching-sessions", CoachingSessionsViewSet, basename="coaching-session")
