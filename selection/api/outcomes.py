"""What candidates get: letters and offers of seats."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, asked
from selection import access, services
from selection.models import Letter, LetterKind, Offer


class DraftSerializer(serializers.Serializer):
    """A letter as it will be sent, or as it was."""

    decision = serializers.IntegerField(source="decision.pk")
    candidate_name = serializers.CharField(source="person.name")
    kind = serializers.ChoiceField(choices=LetterKind.choices)
    subject = serializers.CharField(source="letter.subject")
    body = serializers.CharField(source="letter.body")
    missing = serializers.ListField(child=serializers.CharField(), source="letter.missing")
    address = serializers.CharField(help_text="Where the mail goes; empty where it goes nowhere")
    no_mail = serializers.CharField(help_text="Why it goes nowhere")
    is_edited = serializers.BooleanField()
    is_sent = serializers.BooleanField()


class OwnLetterSerializer(serializers.Serializer):
    subject = serializers.CharField(max_length=200)
    body = serializers.CharField(max_length=6000)
    why = serializers.CharField(max_length=300)


class WhyLeaveSerializer(serializers.Serializer):
    why = serializers.CharField(max_length=300)


class LetterSerializer(serializers.ModelSerializer[Letter]):
    """A letter that went out."""

    candidate_name = serializers.CharField(source="candidate.person.name", read_only=True)

    class Meta:
        model = Letter
        fields = ["id", "slate", "candidate", "candidate_name", "kind", "subject", "body", "sent_at"]


class OfferSerializer(serializers.ModelSerializer[Offer]):
    """The offer of a seat, and what became of it. Leaders do not read the reason."""

    candidate = serializers.IntegerField(source="decision.candidate_id", read_only=True)
    candidate_name = serializers.CharField(source="decision.candidate.person.name", read_only=True)

    class Meta:
        model = Offer
        fields = [
            "id",
            "decision",
            "candidate",
            "candidate_name",
            "state",
            "made_at",
            "answer_by",
            "reason",
            "answered_at",
            "instead_of",
        ]

    def to_representation(self, offer: Offer) -> dict[str, Any]:
        shown = super().to_representation(offer)
        member = self.context["view"].member
        if member.has(*access.READS_SELECTION):
            return shown
        hidden = {"instead_of"} if access.can_answer_offer(member, offer) else {"instead_of", "reason"}
        return {name: value for name, value in shown.items() if name not in hidden}


class OfferReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=600)


class LetterFilter(django_filters.FilterSet):
    class Meta:
        model = Letter
        fields = ["slate", "candidate", "kind"]


class LetterViewSet(ReadViewSet[Letter]):
    """Letters that went out: the own ones; for L&D and HR those of the slates they read."""

    visible = staticmethod(access.visible_letters)
    model = Letter
    serializer_class = LetterSerializer
    filterset_class = LetterFilter


class OfferFilter(django_filters.FilterSet):
    cohort = django_filters.NumberFilter(field_name="decision__slate__cohort")

    class Meta:
        model = Offer
        fields = ["decision", "state"]


class OfferViewSet(ReadViewSet[Offer]):
    """Offers of seats: the own one, those of the line, for L&D and HR all of them."""

    visible = staticmethod(access.visible_offers)
    model = Offer
    serializer_class = OfferSerializer
    filterset_class = OfferFilter

    @extend_schema(request=OfferReasonSerializer, responses=OfferSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, **kwargs: Any) -> Response:
        """Take the seat; L&D records it for somebody, with how they were told."""
        offer = self.get_object()
        services.accept_offer(offer, by=self.member, **asked(OfferReasonSerializer, request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=OfferReasonSerializer, responses=OfferSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, **kwargs: Any) -> Response:
        """Decline the seat, or give it back before the cohort starts, with the reason."""
        offer = self.get_object()
        services.decline_offer(offer, by=self.member, **asked(OfferReasonSerializer, request))
        return Response(self.get_serializer(self.get_object()).data)
