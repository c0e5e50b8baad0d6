"""What one is asked before a nomination is shared: to endorse, to consent, to speak to it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, asked
from selection import access, services
from selection.models import Consent, Endorsement, NominationReference


class EndorsementSerializer(serializers.ModelSerializer[Endorsement]):
    """Somebody of the line who nominated themselves, in their own words."""

    person = serializers.IntegerField(source="nomination.candidate.person_id", read_only=True)
    person_name = serializers.CharField(source="nomination.candidate.person.name", read_only=True)
    cohort = serializers.IntegerField(source="nomination.candidate.cohort_id", read_only=True)
    rationale = serializers.CharField(source="nomination.rationale", read_only=True)
    evidence = serializers.CharField(source="nomination.evidence", read_only=True)

    class Meta:
        model = Endorsement
        fields = [
            "id", "nomination", "person", "person_name", "cohort", "rationale", "evidence", "state",
            "asked_at", "due_on", "words", "performance_view", "potential_view", "answered_at",
        ]  # fmt: skip


class EndorseSerializer(serializers.Serializer):
    words = serializers.CharField(max_length=1200)
    performance_view = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=5)
    potential_view = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=5)


class AnswerReasonSerializer(serializers.Serializer):
    words = serializers.CharField(max_length=1200)


class MaybeWordsSerializer(serializers.Serializer):
    words = serializers.CharField(required=False, allow_blank=True, default="", max_length=1200)


class EndorsementViewSet(ReadViewSet[Endorsement]):
    """Those the member is asked to endorse."""

    visible = staticmethod(access.visible_endorsements)
    model = Endorsement
    serializer_class = EndorsementSerializer

    @extend_schema(request=EndorseSerializer, responses=EndorsementSerializer)
    @action(detail=True, methods=["post"])
    def give(self, request: Request, **kwargs: Any) -> Response:
        """Stand behind it, with own views; it goes to those who decide."""
        return self._answer(True, EndorseSerializer)

    @extend_schema(request=AnswerReasonSerializer, responses=EndorsementSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, **kwargs: Any) -> Response:
        """Not this time, with the reason the person reads."""
        return self._answer(False, AnswerReasonSerializer)

    def _answer(self, agrees: bool, serializer: type[serializers.Serializer]) -> Response:
        endorsement, words = self.get_object(), asked(serializer, self.request)
        services.answer_endorsement(endorsement, agrees=agrees, by=self.member, **words)
        return Response(EndorsementSerializer(self.get_object()).data, status=status.HTTP_200_OK)


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    """Who would like to nominate the member, and what they wrote; without their views."""

    cohort = serializers.IntegerField(source="nomination.candidate.cohort_id", read_only=True)
    nominated_by = serializers.CharField(source="nomination.who", read_only=True)
    rationale = serializers.CharField(source="nomination.rationale", read_only=True)
    evidence = serializers.CharField(source="nomination.evidence", read_only=True)

    class Meta:
        model = Consent
        fields = [
            "id", "cohort", "nominated_by", "rationale", "evidence", "state", "asked_at", "due_on", "words",
            "answered_at",
        ]  # fmt: skip


class ConsentViewSet(ReadViewSet[Consent]):
    """Nominations of the member that wait, or waited, for their consent."""

    visible = staticmethod(access.visible_consents)
    model = Consent
    serializer_class = ConsentSerializer

    @extend_schema(request=MaybeWordsSerializer, responses=ConsentSerializer)
    @action(detail=True, methods=["post"])
    def give(self, request: Request, **kwargs: Any) -> Response:
        """Be put forward."""
        return self._answer(True)

    @extend_schema(request=MaybeWordsSerializer, responses=ConsentSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, **kwargs: Any) -> Response:
        """Not now: the nomination is taken back."""
        return self._answer(False)

    def _answer(self, agrees: bool) -> Response:
        consent, words = self.get_object(), asked(MaybeWordsSerializer, self.request)
        services.answer_consent(consent, agrees=agrees, by=self.member, **words)
        return Response(ConsentSerializer(self.get_object()).data)


class AskedReferenceSerializer(serializers.ModelSerializer[NominationReference]):
    """About whom a statement is wanted; nothing else of the nomination."""

    about_person = serializers.CharField(source="nomination.candidate.person.name", read_only=True)
    asked_by = serializers.CharField(source="nomination.leader.name", read_only=True)

    class Meta:
        model = NominationReference
        fields = ["id", "about_person", "asked_by", "about", "state", "asked_at", "statement", "answered_at"]


class StatementSerializer(serializers.Serializer):
    statement = serializers.CharField(max_length=1500)


class ReferenceViewSet(ReadViewSet[NominationReference]):
    """People the member is asked to speak to."""

    visible = staticmethod(access.visible_references)
    model = NominationReference
    serializer_class = AskedReferenceSerializer

    @extend_schema(request=StatementSerializer, responses=AskedReferenceSerializer)
    @action(detail=True, methods=["post"], url_path="answer", url_name="answer")
    def give_statement(self, request: Request, **kwargs: Any) -> Response:
        """Say what one has seen; it joins the nomination and cannot be changed."""
        reference, words = self.get_object(), asked(StatementSerializer, request)
        services.answer_reference(reference, by=self.member, **words)
        return Response(AskedReferenceSerializer(self.get_object()).data)
