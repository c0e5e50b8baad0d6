"""What counts in a cohort's match, the matches, and the pairs that are pinned or ruled out for the next."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import MemberViewSet, ReadViewSet, asked
from cohorts.access import visible_cohorts
from cohorts.models import Cohort
from mentoring import access, queries, services
from mentoring.api.mentorships import MentorshipSerializer
from mentoring.helping import helps_of
from mentoring.models import CohortMentoring, MatchPair, MatchRun, MatchWish

NOT_AN_ADMIN = "Only L&D admins match mentors."


class CohortMentoringSerializer(serializers.ModelSerializer):
    """Weights, rules and rhythm of a cohort's mentoring: the usual values until L&D decides otherwise."""

    class Meta:
        model = CohortMentoring
        fields = ["cohort", "competency", "account_type", "therapeutic_area", "market", "language", "time_zone",
                  "common_language", "common_hours", "hours_per_mentee", "silence_days", "escalation_days",
                  "monthly_check_in"]  # fmt: skip
        read_only_fields = ["cohort"]


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


class MatchWishSerializer(serializers.ModelSerializer):
    """A pair that is pinned or ruled out for the next matches."""

    participant_name = serializers.CharField(source="participant.person.name", read_only=True)
    mentor_name = serializers.CharField(source="mentor.person.name", read_only=True)

    class Meta:
        model = MatchWish
        fields = ["id", "participant", "participant_name", "mentor", "mentor_name", "kind", "confirmed",
                  "created_at"]  # fmt: skip


class WishForPairSerializer(serializers.Serializer):
    """Whom a match found the pair for, a mentor of that match's pool, and what shall be."""

    pair = serializers.IntegerField()
    mentor = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=MatchWish.Kind.choices)
    confirmed = serializers.BooleanField(
        default=False, help_text="Pin it although it breaks a rule that may be broken"
    )


class MatchWishFilter(django_filters.FilterSet):
    cohort = django_filters.NumberFilter(field_name="participant__cohort")

    class Meta:
        model = MatchWish
        fields = ["kind"]


class CohortMentoringViewSet(MemberViewSet[Cohort]):
    """What counts in a cohort's match, and when somebody is reminded; the cohort's number. L&D admins only."""

    model = Cohort
    visible = staticmethod(visible_cohorts)
    serializer_class = CohortMentoringSerializer

    def retrieve(self, request: Request, org: str, pk: int) -> Response:
        return Response(CohortMentoringSerializer(queries.settings_of(self._to_match())).data)

    def partial_update(self, request: Request, org: str, pk: int) -> Response:
        """What is left out stays. The next match goes by it."""
        cohort = self._to_match()
        wanted = asked(CohortMentoringSerializer, request, partial=True)
        decided = services.save_settings(cohort, **wanted, by=self.member)
        return Response(CohortMentoringSerializer(decided).data)

    def _to_match(self) -> Cohort:
        cohort: Cohort = self.get_object()
        if not access.runs_mentoring(self.member):
            raise PermissionDenied(NOT_AN_ADMIN)
        return cohort


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
    @action(detail=True, methods=["post"], pagination_class=None, filter_backends=[])
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


class MatchWishesViewSet(ReadViewSet[MatchWish]):
    """Pin a pair for the next matches, rule it out, or let them decide again. L&D admins only."""

    model = MatchWish
    visible = staticmethod(access.visible_wishes)
    serializer_class = MatchWishSerializer
    filterset_class = MatchWishFilter

    @extend_schema(request=WishForPairSerializer, responses={201: MatchWishSerializer})
    def create(self, request: Request, org: str) -> Response:
        """Pin a pair, or rule it out."""
        if not access.runs_mentoring(self.member):
            raise PermissionDenied(NOT_AN_ADMIN)
        wish = self._settle(asked(WishForPairSerializer, request))
        return Response(MatchWishSerializer(wish).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, org: str, pk: int) -> Response:
        """The next match decides about this pair itself."""
        services.forget_wish(self.get_object(), by=self.member)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _settle(self, wanted: dict[str, Any]) -> MatchWish:
        pair = get_object_or_404(access.visible_match_pairs(self.member), pk=wanted["pair"])
        mentor = get_object_or_404(queries.mentors_in(pair.run), pk=wanted["mentor"])
        if wanted["kind"] == MatchWish.Kind.EXCLUDE:
            return services.exclude_pair(pair, mentor, by=self.member)
        return services.pin_pair(pair, mentor, confirmed=wanted["confirmed"], by=self.member)
