"""Calibrations: opened, joined, moved, talked through, compared, closed for good."""

from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import MemberViewSet, ReadViewSet, asked
from amdp.identity.queries import members_of
from amdp.web.forms import as_key
from selection import access, services
from selection.models import CalibrationMove, CalibrationParticipant, CalibrationPlace, CalibrationSession
from selection.nine_box import HIGH, LOW
from selection.queries.calibration import barred_for, places_of, talk_on
from selection.queries.calibration_evidence import Evidence, evidence_of
from selection.queries.calibration_people import invitable, seats_in

MOST_COMPARED = 4


class Conflict(APIException):
    """Somebody else was quicker; read the place anew, then try again."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "Somebody else changed this first."
    default_code = "moved_meanwhile"


class CalibrationSerializer(serializers.ModelSerializer[CalibrationSession]):
    """The calibration of a cohort. ``version`` counts every change."""

    class Meta:
        model = CalibrationSession
        fields = ["id", "cohort", "state", "version", "opened_at", "closed_at"]


class NewCalibrationSerializer(serializers.Serializer):
    cohort = serializers.IntegerField()
    members = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        default=list,
        help_text="Ids of memberships to invite",
    )


class CalibrationPlaceSerializer(serializers.ModelSerializer[CalibrationPlace]):
    """Where a candidate stands: levels 1 low, 2 medium, 3 high; null while too little is measured. ``first_…``
    is what the data say."""

    candidate_name = serializers.CharField(source="candidate.person.name", read_only=True)
    box = serializers.CharField(read_only=True, allow_null=True)
    moves = serializers.IntegerField(source="moved", read_only=True, default=0)
    notes = serializers.IntegerField(source="noted", read_only=True, default=0)
    barred = serializers.SerializerMethodField(help_text="Why you do not move them; empty when you may")

    class Meta:
        model = CalibrationPlace
        fields = [
            "id",
            "candidate",
            "candidate_name",
            "box",
            "performance",
            "potential",
            "first_performance",
            "first_potential",
            "measured",
            "version",
            "moves",
            "notes",
            "barred",
        ]

    def get_barred(self, place: CalibrationPlace) -> str:
        barred: dict[int, str] = self.context.get("barred", {})
        return barred.get(place.pk, "")


class CalibrationBoardSerializer(CalibrationSerializer):
    """With every candidate still in the selection."""

    places = serializers.SerializerMethodField()

    class Meta(CalibrationSerializer.Meta):
        fields = [*CalibrationSerializer.Meta.fields, "places"]

    @extend_schema(responses=CalibrationPlaceSerializer(many=True))
    def get_places(self, session: CalibrationSession) -> Any:
        places = list(places_of(session))
        barred = barred_for(self.context["member"], places)
        return CalibrationPlaceSerializer(places, many=True, context={"barred": barred}).data


class CalibrationMoveSerializer(serializers.ModelSerializer[CalibrationMove]):
    """A move with its reason."""

    by = serializers.CharField(source="who", read_only=True)

    class Meta:
        model = CalibrationMove
        fields = [
            "id",
            "place",
            "from_performance",
            "from_potential",
            "performance",
            "potential",
            "reason",
            "moved_at",
            "by",
        ]


class MoveCandidateSerializer(serializers.Serializer):
    place = serializers.IntegerField()
    performance = serializers.IntegerField(min_value=LOW, max_value=HIGH, help_text="1 low, 2 medium, 3 high")
    potential = serializers.IntegerField(min_value=LOW, max_value=HIGH, help_text="1 low, 2 medium, 3 high")
    reason = serializers.CharField(max_length=1200)
    version = serializers.IntegerField(help_text="The place’s, as you read it; 409 when it has moved on")


class NewCalibrationNoteSerializer(serializers.Serializer):
    place = serializers.IntegerField()
    text = serializers.CharField(max_length=2000)


class SaidSerializer(serializers.Serializer):
    """A move or a note, in order of time."""

    at = serializers.DateTimeField()
    by = serializers.CharField(source="who")
    words = serializers.CharField()
    move = CalibrationMoveSerializer(allow_null=True)


class CalibrationParticipantSerializer(serializers.ModelSerializer[CalibrationParticipant]):
    """Somebody who takes part."""

    name = serializers.CharField(source="member", read_only=True)

    class Meta:
        model = CalibrationParticipant
        fields = ["id", "member", "name", "invited_at"]


class CalibrationInterestSerializer(serializers.Serializer):
    candidate = serializers.IntegerField()
    why = serializers.CharField()


class CalibrationSeatSerializer(CalibrationParticipantSerializer):
    """With the candidates they discuss and do not move."""

    interests = CalibrationInterestSerializer(many=True, read_only=True)

    class Meta(CalibrationParticipantSerializer.Meta):
        fields = [*CalibrationParticipantSerializer.Meta.fields, "interests"]


class InviteSerializer(serializers.Serializer):
    member = serializers.IntegerField(help_text="Id of a membership")


class SpreadEvidenceSerializer(serializers.Serializer):
    """One competency: the mean, and the lowest and highest of any assessor."""

    competency = serializers.IntegerField(source="competency.pk")
    competency_name = serializers.CharField(source="competency.name")
    mean = serializers.DecimalField(max_digits=6, decimal_places=2, allow_null=True)
    low = serializers.DecimalField(max_digits=6, decimal_places=2, allow_null=True)
    high = serializers.DecimalField(max_digits=6, decimal_places=2, allow_null=True)
    assessors = serializers.IntegerField()
    apart = serializers.DecimalField(
        max_digits=6, decimal_places=2, help_text="How far assessors of the same exercise differ"
    )


class CalibrationEvidenceSerializer(serializers.Serializer):
    """What the session reads about one candidate."""

    place = serializers.IntegerField(source="place.pk")
    candidate = serializers.IntegerField(source="candidate.pk")
    candidate_name = serializers.CharField(source="candidate.person.name")
    spreads = SpreadEvidenceSerializer(many=True)
    ratings = serializers.SerializerMethodField()
    nominations = serializers.SerializerMethodField()
    cautions = serializers.ListField(child=serializers.CharField())

    def get_ratings(self, found: Evidence) -> list[dict[str, Any]]:
        return [{"year": each.year, "rating": str(each.rating)} for each in found.ratings]

    def get_nominations(self, found: Evidence) -> list[dict[str, Any]]:
        return [
            {
                "by": each.who,
                "rationale": each.rationale,
                "potential_view": each.potential_view,
                "performance_view": each.performance_view,
                "evidence": [
                    *({"name": said.name, "words": said.words} for said in each.evidence_given.all()),
                    *([{"name": "Seen", "words": each.evidence}] if each.evidence else []),
                ],
            }
            for each in found.nominations
        ]


class CalibrationFilter(django_filters.FilterSet):
    class Meta:
        model = CalibrationSession
        fields = ["cohort", "state"]


class CalibrationViewSet(ReadViewSet[CalibrationSession]):
    """Calibrations: for L&D and HR, and for those invited until the outcomes are released."""

    visible = staticmethod(access.visible_calibrations)
    model = CalibrationSession
    serializer_class = CalibrationSerializer
    filterset_class = CalibrationFilter

    def _board(self, session: CalibrationSession) -> Response:
        return Response(CalibrationBoardSerializer(session, context={"member": self.member}).data)

    def _place(self, session: CalibrationSession, pk: int) -> CalibrationPlace:
        places = access.visible_calibration_places(self.member).filter(session=session)
        return get_object_or_404(places, pk=pk)

    @extend_schema(responses=CalibrationBoardSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The board."""
        return self._board(self.get_object())

    @extend_schema(request=NewCalibrationSerializer, responses={201: CalibrationSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Open the calibration of a cohort: everybody is placed by the data and scoring ends."""
        wanted = asked(NewCalibrationSerializer, request)
        cohort = get_object_or_404(access.visible_selections(self.member), pk=wanted["cohort"])
        members = list(invitable(cohort).filter(pk__in=wanted["members"]))
        if unknown := set(wanted["members"]) - {each.pk for each in members} - {self.member.pk}:
            raise ValidationError({"members": f"Membership {min(unknown)} cannot be invited."})
        session = services.open_calibration(cohort, members, by=self.member)
        return Response(CalibrationSerializer(session).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[OpenApiParameter("version", int, description="The one you have")],
        responses={200: CalibrationBoardSerializer, 204: None},
    )
    @action(detail=True, pagination_class=None, filterset_class=None)
    def changes(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """The board when it changed since your version, else 204. One query: ask every few seconds."""
        version = self.get_queryset().filter(pk=pk).order_by().values_list("version", flat=True).first()
        if version is not None and request.query_params.get("version") == str(version):
            return Response(status=status.HTTP_204_NO_CONTENT)
        return self._board(self.get_object())

    @extend_schema(request=MoveCandidateSerializer, responses={201: CalibrationMoveSerializer})
    @action(detail=True, methods=["post"])
    def move(self, request: Request, **kwargs: Any) -> Response:
        """Put a candidate into another box, with the reason; 409 when somebody else moved them since."""
        wanted = asked(MoveCandidateSerializer, request)
        place = self._place(self.get_object(), wanted.pop("place"))
        try:
            moved = services.move_candidate(place, by=self.member, **wanted)
        except services.MovedMeanwhile as refused:
            raise Conflict(refused.messages[0]) from refused
        return Response(CalibrationMoveSerializer(moved).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=NewCalibrationNoteSerializer, responses={201: SaidSerializer(many=True)})
    @action(detail=True, methods=["post"])
    def note(self, request: Request, **kwargs: Any) -> Response:
        """Say something about a candidate; answers with all that was moved and said."""
        wanted = asked(NewCalibrationNoteSerializer, request)
        place = self._place(self.get_object(), wanted["place"])
        services.note_in_calibration(place, wanted["text"], by=self.member)
        return Response(SaidSerializer(talk_on(place), many=True).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[OpenApiParameter("place", int, required=True)], responses=SaidSerializer(many=True)
    )
    @action(detail=True, pagination_class=None, filterset_class=None)
    def story(self, request: Request, **kwargs: Any) -> Response:
        """Every move of and note on one candidate."""
        place = self._place(self.get_object(), as_key(request.query_params.get("place", "")) or 0)
        return Response(SaidSerializer(talk_on(place), many=True).data)

    @extend_schema(
        parameters=[OpenApiParameter("place", int, many=True, required=True, description="Up to four")],
        responses=CalibrationEvidenceSerializer(many=True),
    )
    @action(detail=True, pagination_class=None, filterset_class=None)
    def evidence(self, request: Request, **kwargs: Any) -> Response:
        """Up to four candidates side by side."""
        session = self.get_object()
        wanted = [as_key(text) for text in request.query_params.getlist("place")]
        places = list(places_of(session).filter(pk__in=[pk for pk in wanted if pk])[:MOST_COMPARED])
        return Response(CalibrationEvidenceSerializer(evidence_of(session.cohort, places), many=True).data)

    @extend_schema(responses=CalibrationSeatSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def participants(self, request: Request, **kwargs: Any) -> Response:
        """Who takes part, and whom each of them does not move."""
        rows = [
            {
                **CalibrationParticipantSerializer(seat.participant).data,
                "interests": [{"candidate": each.pk, "why": why} for each, why in seat.interests],
            }
            for seat in seats_in(self.get_object())
        ]
        return Response(rows)

    @extend_schema(request=InviteSerializer, responses={201: CalibrationParticipantSerializer})
    @participants.mapping.post
    def invite(self, request: Request, **kwargs: Any) -> Response:
        """Let somebody take part; they are told."""
        session, wanted = self.get_object(), asked(InviteSerializer, request)
        members = members_of(self.member.organization).filter(is_active=True)
        member = get_object_or_404(members, pk=wanted["member"])
        participant = services.invite_to_calibration(session, member, by=self.member)
        return Response(CalibrationParticipantSerializer(participant).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=CalibrationSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, **kwargs: Any) -> Response:
        """Close it for good; it is never opened again."""
        return Response(
            CalibrationSerializer(services.close_calibration(self.get_object(), by=self.member)).data
        )


class CalibrationParticipantViewSet(MemberViewSet[CalibrationParticipant]):
    """Somebody who takes part; they stand with their calibration."""

    visible = staticmethod(access.visible_calibration_participants)
    model = CalibrationParticipant
    serializer_class = CalibrationParticipantSerializer

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Take somebody out; what they said and moved stays."""
        services.take_out_of_calibration(self.get_object(), by=self.member)
        return Response(status=status.HTTP_204_NO_CONTENT)
