"""Score sheets: keep a draft, hand it in; L&D takes an open one away."""

from typing import Any

import django_filters
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, asked
from cohorts.models import Competency
from selection import access, services
from selection.api.consensus import ConsensusRatingSerializer, WriteConsensusSerializer
from selection.api.panel import AssignmentSerializer, PinSerializer, run_by
from selection.models import Observation, Scoresheet
from selection.queries.assessment import jotted_on, marks_of
from selection.services import Mark


class ScoresheetSerializer(serializers.ModelSerializer):
    """One assessor's sheet for one candidate in one exercise."""

    candidate_name = serializers.CharField(source="candidate.person.name", read_only=True)
    exercise_name = serializers.CharField(source="exercise.name", read_only=True)
    assessor_name = serializers.CharField(source="assessor.person.name", read_only=True)

    class Meta:
        model = Scoresheet
        fields = [
            "id",
            "candidate",
            "candidate_name",
            "exercise",
            "exercise_name",
            "assessor_name",
            "state",
            "due_on",
            "saved_at",
            "submitted_at",
        ]


class RatingMarkSerializer(serializers.Serializer):
    """A rating with its observation."""

    behavior = serializers.IntegerField()
    score = serializers.IntegerField(min_value=1, max_value=5, allow_null=True, default=None)
    observation = serializers.CharField(allow_blank=True, default="")


class ObservationSerializer(serializers.ModelSerializer[Observation]):
    """What was written down while watching; without a behavior it waits to be sorted."""

    key = serializers.UUIDField(required=False, allow_null=True, help_text="Sent twice, it is kept once")
    behavior = serializers.IntegerField(source="behavior_id", required=False, allow_null=True)
    noted_at = serializers.DateTimeField(required=False)

    class Meta:
        model = Observation
        fields = ["id", "text", "behavior", "noted_at", "key"]


class SortedObservationSerializer(serializers.Serializer):
    observation = serializers.IntegerField()
    behavior = serializers.IntegerField(allow_null=True, help_text="Null to sort it later")


class DroppedObservationSerializer(serializers.Serializer):
    observation = serializers.IntegerField()


class StandingMarkSerializer(serializers.Serializer):
    score = serializers.IntegerField(allow_null=True)
    observation = serializers.CharField()


class ClashSerializer(serializers.Serializer):
    """A behavior that was changed elsewhere meanwhile, and so was not kept."""

    behavior = serializers.IntegerField()
    theirs = StandingMarkSerializer()
    yours = StandingMarkSerializer()


class FullScoresheetSerializer(ScoresheetSerializer):
    """A sheet with its marks and what was jotted down."""

    marks = serializers.SerializerMethodField()
    observations = serializers.SerializerMethodField()

    class Meta(ScoresheetSerializer.Meta):
        fields = [*ScoresheetSerializer.Meta.fields, "version", "marks", "observations"]

    @extend_schema(responses=ObservationSerializer(many=True))
    def get_observations(self, sheet: Scoresheet) -> Any:
        return ObservationSerializer(jotted_on(sheet), many=True).data

    @extend_schema(responses=RatingMarkSerializer(many=True))
    def get_marks(self, sheet: Scoresheet) -> list[dict[str, Any]]:
        return [
            {"behavior": behavior, "score": score, "observation": text}
            for behavior, (score, text) in sorted(marks_of(sheet).items())
        ]


class ChangedMarkSerializer(RatingMarkSerializer):
    """A rating with its observation, and what stood there when its change began."""

    before = StandingMarkSerializer(required=False, allow_null=True, default=None)


class RatingMarksSerializer(serializers.Serializer):
    version = serializers.IntegerField(
        required=False,
        help_text="The one this is written on; what changed elsewhere since is not overwritten",
    )
    marks = ChangedMarkSerializer(many=True)


class KeptScoresheetSerializer(FullScoresheetSerializer):
    """A sheet after a draft was kept, and what was not."""

    clashes = serializers.SerializerMethodField()

    class Meta(FullScoresheetSerializer.Meta):
        fields = [*FullScoresheetSerializer.Meta.fields, "clashes"]

    @extend_schema(responses=ClashSerializer(many=True))
    def get_clashes(self, sheet: Scoresheet) -> list[dict[str, Any]]:
        return [clash.shown for clash in self.context["clashes"]]


def _mark(each: dict[str, Any]) -> Mark:
    before = each["before"]
    return Mark(each["score"], each["observation"], before and (before["score"], before["observation"]))


class ScoresheetFilter(django_filters.FilterSet):
    cohort = django_filters.NumberFilter(field_name="candidate__cohort")

    class Meta:
        model = Scoresheet
        fields = ["state"]


class ScoresheetViewSet(ReadViewSet[Scoresheet]):
    """The member's own score sheets; for L&D also those submitted."""

    visible = staticmethod(access.visible_scoresheets)
    model = Scoresheet
    serializer_class = ScoresheetSerializer
    filterset_class = ScoresheetFilter

    @extend_schema(responses=FullScoresheetSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A sheet with its marks."""
        return Response(FullScoresheetSerializer(self.get_object()).data)

    @extend_schema(request=RatingMarksSerializer, responses=KeptScoresheetSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Keep marks as a draft; behaviors left out stay as they were."""
        wanted = asked(RatingMarksSerializer, request)
        marks = {each["behavior"]: _mark(each) for each in wanted["marks"]}
        kept = services.save_scores(self.get_object(), marks, by=self.member, version=wanted.get("version"))
        return Response(KeptScoresheetSerializer(kept.sheet, context={"clashes": kept.clashes}).data)

    @extend_schema(request=ObservationSerializer, responses={201: ObservationSerializer})
    @action(detail=True, methods=["post"], url_path="observations")
    def note_observation(self, request: Request, **kwargs: Any) -> Response:
        """Write down what was just seen."""
        sheet, wanted = self.get_object(), asked(ObservationSerializer, request)
        noted = services.note_observation(
            sheet,
            wanted["text"],
            by=self.member,
            behavior=wanted.get("behavior_id"),
            key=wanted.get("key"),
            at=wanted.get("noted_at"),
        )
        return Response(ObservationSerializer(noted).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=SortedObservationSerializer, responses=ObservationSerializer)
    @action(detail=True, methods=["post"], url_path="sort-observation")
    def sort_observation(self, request: Request, **kwargs: Any) -> Response:
        """Put what was jotted down to a behavior."""
        sheet, wanted = self.get_object(), asked(SortedObservationSerializer, request)
        found = get_object_or_404(sheet.observations.filter(jotted=True), pk=wanted["observation"])
        noted = services.sort_observation(found, wanted["behavior"], by=self.member)
        return Response(ObservationSerializer(noted).data)

    @extend_schema(request=DroppedObservationSerializer, responses={204: None})
    @action(detail=True, methods=["post"], url_path="drop-observation")
    def drop_observation(self, request: Request, **kwargs: Any) -> Response:
        """Take back what was jotted down."""
        sheet, wanted = self.get_object(), asked(DroppedObservationSerializer, request)
        found = get_object_or_404(sheet.observations.filter(jotted=True), pk=wanted["observation"])
        services.drop_observation(found, by=self.member)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=WriteConsensusSerializer, responses={201: ConsensusRatingSerializer})
    @action(detail=True, methods=["post"])
    def consensus(self, request: Request, **kwargs: Any) -> Response:
        """Write what the assessors agree on for one competency, once everybody has handed in."""
        sheet, wanted = self.get_object(), asked(WriteConsensusSerializer, request)
        competency = get_object_or_404(Competency, pk=wanted.pop("competency"))
        rating = services.write_consensus(sheet, competency, by=self.member, **wanted)
        return Response(ConsensusRatingSerializer(rating).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=FullScoresheetSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, **kwargs: Any) -> Response:
        """Hand it in; nothing can change afterwards."""
        sheet = services.submit_scoresheet(self.get_object(), by=self.member)
        return Response(FullScoresheetSerializer(sheet).data)

    @extend_schema(request=PinSerializer, responses=AssignmentSerializer)
    @action(detail=True, methods=["post"])
    def pin(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """Keep a sheet with its assessor when sheets are spread anew, or let it move again: L&D does."""
        sheet = get_object_or_404(access.visible_assignments(self.member), pk=pk)
        run_by(self.member, sheet.candidate.cohort_id)
        pinned = asked(PinSerializer, request)["pinned"]
        return Response(AssignmentSerializer(services.pin_scoresheet(sheet, pinned, by=self.member)).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """Take an open sheet away from its assessor, with what was drafted on it: L&D does."""
        sheet = get_object_or_404(access.visible_assignments(self.member), pk=pk)
        run_by(self.member, sheet.candidate.cohort_id)
        services.unassign_assessor(sheet, by=self.member)
        return Response(status=status.HTTP_204_NO_CONTENT)
