"""Slates and the decisions on them: draw up, accept the ranking, decide, release."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.directory.queries import is_above, person_of
from amdp.identity.api_base import ReadViewSet, StepSerializer, asked
from selection import access, services
from selection.api.outcomes import DraftSerializer, OfferSerializer, OwnLetterSerializer, WhyLeaveSerializer
from selection.models import Decision, Slate
from selection.queries.letters import draft_for, drafts_of

FOR_THOSE_WHO_DECIDE = {"reason", "remark", "decided_at"}
OUTCOME_ONLY = {"id", "slate", "candidate", "candidate_name", "outcome", "reserve_order"}


class DecisionSerializer(serializers.ModelSerializer):
    """A candidate's place on the slate and what was decided."""

    candidate_name = serializers.CharField(source="candidate.person.name", read_only=True)
    rank_text = serializers.CharField(
        read_only=True, help_text="As on the page: “1=” for those who share a rank, then “3”."
    )

    class Meta:
        model = Decision
        fields = [
            "id",
            "slate",
            "candidate",
            "candidate_name",
            "rank",
            "rank_text",
            "place",
            "composite",
            "scores",
            "points",
            "missing",
            "is_tied",
            "unranked_why",
            "market",
            "is_knocked_out",
            "outcome",
            "reserve_order",
            "reason",
            "remark",
            "decided_at",
        ]

    def to_representation(self, decision: Decision) -> dict[str, Any]:
        """Leaders read no reason of L&D, as on the page; the person and sponsors read the outcome alone."""
        shown = super().to_representation(decision)
        member = self.context["view"].member
        person = person_of(member)
        leads = person is not None and is_above(person, decision.candidate.person)
        if member.has(*access.READS_SELECTION):
            return shown
        if leads:
            return {name: value for name, value in shown.items() if name not in FOR_THOSE_WHO_DECIDE}
        return {name: value for name, value in shown.items() if name in OUTCOME_ONLY}


class SlateSerializer(serializers.ModelSerializer):
    """The ranked selection of a cohort."""

    class Meta:
        model = Slate
        fields = [
            "id",
            "cohort",
            "state",
            "weights",
            "tie_break",
            "seats",
            "quotas",
            "knock_outs",
            "plan_version",
            "drawn_at",
            "release_at",
            "held_why",
            "released_at",
        ]


class NoteSerializer(serializers.Serializer):
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=600)


class ReleaseTimeSerializer(serializers.Serializer):
    at = serializers.DateTimeField(help_text="With its zone, such as 2027-01-11T09:00:00-05:00")


class ShiftSerializer(serializers.Serializer):
    """What one weight some points higher or lower changes; people as ids of decisions."""

    criterion = serializers.CharField()
    points = serializers.FloatField()
    weights = serializers.ListField(child=serializers.FloatField(), help_text="In the order of the criteria")
    entered = serializers.ListField(child=serializers.IntegerField())
    left = serializers.ListField(child=serializers.IntegerField())
    moved = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()), help_text="Decision, place, new place"
    )


class SensitivitySerializer(serializers.Serializer):
    """How far the ranking hangs on its weights; ``is_ready`` is false while it is worked out."""

    is_ready = serializers.BooleanField()
    draws = serializers.IntegerField(required=False)
    steady = serializers.DictField(
        child=serializers.ListField(child=serializers.FloatField()),
        required=False,
        help_text="By decision: share of the weightings within the seats, best and worst place of 95 %",
    )
    shifts = ShiftSerializer(many=True, required=False)


class NewSlateSerializer(serializers.Serializer):
    cohort = serializers.IntegerField()


class DecideSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=Decision.Outcome.choices)
    reason = serializers.ChoiceField(choices=Decision.Reason.choices, default=Decision.Reason.RANK)
    remark = serializers.CharField(required=False, allow_blank=True, default="", max_length=1200)


class ReserveSerializer(serializers.Serializer):
    reserve = serializers.IntegerField(min_value=0, max_value=500, default=0)


class SlateFilter(django_filters.FilterSet):
    class Meta:
        model = Slate
        fields = ["cohort", "state"]


class SlateViewSet(ReadViewSet[Slate]):
    """Slates, for L&D and HR."""

    visible = staticmethod(access.visible_slates)
    model = Slate
    serializer_class = SlateSerializer
    filterset_class = SlateFilter

    @extend_schema(responses=SensitivitySerializer)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def sensitivity(self, request: Request, **kwargs: Any) -> Response:
        """What ten points more or fewer of each weight change, and a thousand random weightings."""
        kept = self.get_object().sensitivity
        return Response(SensitivitySerializer({"is_ready": kept is not None, **(kept or {})}).data)

    @extend_schema(request=NewSlateSerializer, responses={201: SlateSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Rank the candidates, and close the assessment if it is still open."""
        wanted = asked(NewSlateSerializer, request)
        cohort = get_object_or_404(access.visible_selections(self.member), pk=wanted["cohort"])
        slate = services.draw_slate(cohort, by=self.member)
        return Response(SlateSerializer(slate).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ReserveSerializer, responses=SlateSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, **kwargs: Any) -> Response:
        """Decide by rank whoever is not decided yet."""
        slate = self.get_object()
        services.accept_ranking(slate, by=self.member, **asked(ReserveSerializer, request))
        return Response(SlateSerializer(slate).data)

    @extend_schema(request=NoteSerializer, responses=SlateSerializer)
    @action(detail=True, methods=["post"], url_path="ask-hr")
    def ask_signature(self, request: Request, **kwargs: Any) -> Response:
        """Ask HR to co-sign, once everybody is decided."""
        services.ask_signature(self.get_object(), by=self.member, **asked(NoteSerializer, request))
        return Response(SlateSerializer(self.get_object()).data)

    @extend_schema(request=None, responses=SlateSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, **kwargs: Any) -> Response:
        """Release every outcome at once."""
        return Response(SlateSerializer(services.release_slate(self.get_object(), by=self.member)).data)

    @extend_schema(request=ReleaseTimeSerializer, responses=SlateSerializer)
    @action(detail=True, methods=["post"])
    def schedule(self, request: Request, **kwargs: Any) -> Response:
        """Have the outcomes released by themselves at a moment."""
        slate = self.get_object()
        services.schedule_release(slate, by=self.member, **asked(ReleaseTimeSerializer, request))
        return Response(SlateSerializer(self.get_object()).data)

    @extend_schema(request=None, responses=SlateSerializer)
    @action(detail=True, methods=["post"])
    def unschedule(self, request: Request, **kwargs: Any) -> Response:
        """Take the moment back."""
        return Response(SlateSerializer(services.unschedule_release(self.get_object(), by=self.member)).data)

    @extend_schema(responses=DraftSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def letters(self, request: Request, **kwargs: Any) -> Response:
        """Every letter as it will be sent, or as it was, with what is still missing."""
        return Response(DraftSerializer(drafts_of(self.get_object()), many=True).data)

    @extend_schema(request=None, responses={201: OfferSerializer})
    @action(detail=True, methods=["post"], url_path="offer-free-seat")
    def offer_free_seat(self, request: Request, **kwargs: Any) -> Response:
        """Offer a free seat to the next in reserve."""
        offer = services.offer_free_seat(self.get_object(), by=self.member)
        shown = access.visible_offers(self.member).get(pk=offer.pk)
        return Response(OfferSerializer(shown, context={"view": self}).data, status=status.HTTP_201_CREATED)


class DecisionFilter(django_filters.FilterSet):
    cohort = django_filters.NumberFilter(field_name="slate__cohort")

    class Meta:
        model = Decision
        fields = ["slate", "outcome"]


class DecisionViewSet(ReadViewSet[Decision]):
    """Places on slates: for L&D and HR all of them, after the release for the line and the person."""

    visible = staticmethod(access.visible_decisions)
    model = Decision
    serializer_class = DecisionSerializer
    filterset_class = DecisionFilter

    @extend_schema(request=DecideSerializer, responses=DecisionSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, **kwargs: Any) -> Response:
        """Select, put in reserve (by rank among those there) or not select, with the reason."""
        decision = self.get_object()
        if not access.can_decide_slate(self.member, decision.slate):
            raise PermissionDenied("L&D decides on a slate, until its outcomes are released.")
        decided = services.decide(decision, by=self.member, **asked(DecideSerializer, request))
        return Response(self.get_serializer(decided).data)

    @extend_schema(request=StepSerializer, responses=DecisionSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, **kwargs: Any) -> Response:
        """Let somebody in reserve change places with the one before or behind."""
        decision = self.get_object()
        if not access.can_decide_slate(self.member, decision.slate):
            raise PermissionDenied("L&D decides on a slate, until its outcomes are released.")
        up = asked(StepSerializer, request)["to"] == "up"
        services.move_reserve(decision, up=up, by=self.member)
        return Response(self.get_serializer(self.get_object()).data)

    def _of_open_slate(self) -> Decision:
        decision = self.get_object()
        if not access.can_decide_slate(self.member, decision.slate):
            raise PermissionDenied("L&D changes letters, until the outcomes are released.")
        return decision

    @extend_schema(request=OwnLetterSerializer, responses=DraftSerializer)
    @action(detail=True, methods=["post"], url_path="letter")
    def edit_letter(self, request: Request, **kwargs: Any) -> Response:
        """Write the letter to one person anew, with the reason."""
        decision = self._of_open_slate()
        services.edit_letter(decision, by=self.member, **asked(OwnLetterSerializer, request))
        return Response(DraftSerializer(draft_for(decision, decision.outcome)).data)

    @extend_schema(request=None, responses=DraftSerializer)
    @action(detail=True, methods=["post"], url_path="letter/restore")
    def restore_letter(self, request: Request, **kwargs: Any) -> Response:
        """Send the text of the plan again."""
        return Response(DraftSerializer(services.restore_letter(self._of_open_slate(), by=self.member)).data)

    @extend_schema(request=WhyLeaveSerializer, responses=DecisionSerializer)
    @action(detail=True, methods=["post"], url_path="leave-reserve")
    def leave_reserve(self, request: Request, **kwargs: Any) -> Response:
        """Leave the reserve, or take somebody off it in their name."""
        decision = self.get_object()
        services.leave_reserve(decision, by=self.member, **asked(WhyLeaveSerializer, request))
        return Response(self.get_serializer(self.get_object()).data)
