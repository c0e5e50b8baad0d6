"""Nominations, candidates, score sheets and slates for programs: the same verbs as the pages."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from amdp.directory.queries import is_above, person_of
from amdp.identity.api_base import ReadViewSet
from selection import access, services
from selection.models import Candidate, Decision, Nomination, Scoresheet, Slate
from selection.queries.assessment import marks_of, with_progress
from selection.queries.eligibility import eligibility_for
from selection.queries.nominations import open_cohorts
from selection.services import Mark

OUTCOME_ONLY = {"id", "slate", "candidate", "candidate_name", "outcome", "reserve_order"}

# --- what is shown -----------------------------------------------------------------------------------


class NominationSerializer(serializers.ModelSerializer):
    """A leader's proposal of a person for a cohort."""

    person = serializers.IntegerField(source="candidate.person_id", read_only=True)
    person_name = serializers.CharField(source="candidate.person.name", read_only=True)
    cohort = serializers.IntegerField(source="candidate.cohort_id", read_only=True)
    nominator_name = serializers.CharField(source="nominator.name", read_only=True)

    class Meta:
        model = Nomination
        fields = [
            "id",
            "cohort",
            "candidate",
            "person",
            "person_name",
            "nominator",
            "nominator_name",
            "state",
            "rationale",
            "evidence",
            "performance_view",
            "potential_view",
            "eligibility",
            "submitted_at",
            "created_at",
        ]


class CandidateSerializer(serializers.ModelSerializer):
    """The file of one person in one cohort's selection."""

    person_name = serializers.CharField(source="person.name", read_only=True)
    market = serializers.CharField(source="person.market", read_only=True)
    sheets = serializers.IntegerField(read_only=True)
    submitted = serializers.IntegerField(read_only=True)

    class Meta:
        model = Candidate
        fields = ["id", "cohort", "person", "person_name", "market", "state", "sheets", "submitted"]


class ScoresheetSerializer(serializers.ModelSerializer):
    """One assessor's sheet for one candidate."""

    candidate_name = serializers.CharField(source="candidate.person.name", read_only=True)
    assessor_name = serializers.CharField(source="assessor.person.name", read_only=True)

    class Meta:
        model = Scoresheet
        fields = [
            "id",
            "candidate",
            "candidate_name",
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


class FullScoresheetSerializer(ScoresheetSerializer):
    """A sheet with its marks."""

    marks = serializers.SerializerMethodField()

    class Meta(ScoresheetSerializer.Meta):
        fields = [*ScoresheetSerializer.Meta.fields, "marks"]

    @extend_schema(responses=RatingMarkSerializer(many=True))
    def get_marks(self, sheet: Scoresheet) -> list[dict[str, Any]]:
        return [
            {"behavior": behavior, "score": score, "observation": text}
            for behavior, (score, text) in sorted(marks_of(sheet).items())
        ]


class DecisionSerializer(serializers.ModelSerializer):
    """A candidate's place on the slate and what was decided."""

    candidate_name = serializers.CharField(source="candidate.person.name", read_only=True)

    class Meta:
        model = Decision
        fields = [
            "id",
            "slate",
            "candidate",
            "candidate_name",
            "rank",
            "composite",
            "scores",
            "points",
            "missing",
            "is_tied",
            "unranked_why",
            "outcome",
            "reserve_order",
            "reason",
            "remark",
            "decided_at",
        ]

    def to_representation(self, decision: Decision) -> dict[str, Any]:
        """The person and sponsors read the outcome, not how it came about."""
        shown = super().to_representation(decision)
        member = self.context["view"].member
        person = person_of(member)
        leads = person is not None and is_above(person, decision.candidate.person)
        if leads or member.has(*access.READS_SELECTION):
            return shown
        return {name: value for name, value in shown.items() if name in OUTCOME_ONLY}


class SlateSerializer(serializers.ModelSerializer):
    """The ranked selection of a cohort."""

    class Meta:
        model = Slate
        fields = ["id", "cohort", "state", "weights", "tie_break", "seats", "drawn_at", "released_at"]


# --- what is sent ------------------------------------------------------------------------------------


class TextSerializer(serializers.Serializer):
    """The text of a nomination; what is left out stays."""

    rationale = serializers.CharField(required=False, allow_blank=True, max_length=1200)
    evidence = serializers.CharField(required=False, allow_blank=True, max_length=3000)
    performance_view = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=5)
    potential_view = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=5)


class NewNominationSerializer(TextSerializer):
    """A draft for somebody of the own line."""

    cohort = serializers.IntegerField()
    person = serializers.IntegerField()


class AnswerSerializer(serializers.Serializer):
    answer = serializers.CharField(required=False, allow_blank=True, default="", max_length=1200)


class DecisionRemarkSerializer(serializers.Serializer):
    remark = serializers.CharField(required=False, allow_blank=True, default="", max_length=1200)


class RatingMarksSerializer(serializers.Serializer):
    marks = RatingMarkSerializer(many=True)


class DecideSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=Decision.Outcome.choices)
    reason = serializers.ChoiceField(choices=Decision.Reason.choices, default=Decision.Reason.RANK)
    remark = serializers.CharField(required=False, allow_blank=True, default="", max_length=1200)


class ReserveSerializer(serializers.Serializer):
    reserve = serializers.IntegerField(min_value=0, max_value=500, default=0)


class EligibilityCheckSerializer(serializers.Serializer):
    """One rule's result."""

    fact = serializers.CharField()
    name = serializers.CharField()
    met = serializers.BooleanField()
    shown = serializers.CharField()
    input = serializers.CharField()
    rule = serializers.CharField()
    change = serializers.CharField()


def sent(serializer: type[serializers.Serializer], request: Request) -> dict[str, Any]:
    """The body of a request, checked."""
    bound = serializer(data=request.data)
    bound.is_valid(raise_exception=True)
    return dict(bound.validated_data)


# --- doors -------------------------------------------------------------------------------------------


class NominationFilter(django_filters.FilterSet):
    cohort = django_filters.NumberFilter(field_name="candidate__cohort")

    class Meta:
        model = Nomination
        fields = ["state"]


class NominationViewSet(ReadViewSet[Nomination]):
    """Nominations the member wrote, decides on or runs."""

    visible = staticmethod(access.visible_nominations)
    model = Nomination
    serializer_class = NominationSerializer
    filterset_class = NominationFilter

    def answer(self, nomination: Nomination, code: int = status.HTTP_200_OK) -> Response:
        shown = access.visible_nominations(self.member).get(pk=nomination.pk)
        return Response(NominationSerializer(shown).data, status=code)

    @extend_schema(request=NewNominationSerializer, responses={201: NominationSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Draft a nomination for somebody of the own line."""
        text = sent(NewNominationSerializer, request)
        cohort = get_object_or_404(open_cohorts(self.member), pk=text.pop("cohort"))
        person = get_object_or_404(access.nominatable_people(self.member), pk=text.pop("person"))
        nomination = services.draft_nomination(cohort, person, by=self.member, **text)
        return self.answer(nomination, status.HTTP_201_CREATED)

    @extend_schema(request=TextSerializer, responses=NominationSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change the text of a draft, or of one that was returned."""
        text = sent(TextSerializer, request)
        return self.answer(services.edit_nomination(self.get_object(), by=self.member, **text))

    @extend_schema(request=None, responses=EligibilityCheckSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def eligibility(self, request: Request, **kwargs: Any) -> Response:
        """Each rule as of now, with its reason."""
        candidate = self.get_object().candidate
        found = eligibility_for(candidate.cohort, candidate.person)
        return Response(EligibilityCheckSerializer(found.in_order, many=True).data)

    @extend_schema(request=AnswerSerializer, responses=NominationSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, **kwargs: Any) -> Response:
        """Hand it in and ask for approval."""
        nomination = self.get_object()
        services.submit_nomination(nomination, by=self.member, **sent(AnswerSerializer, request))
        return self.answer(nomination)

    @extend_schema(request=None, responses=NominationSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **kwargs: Any) -> Response:
        """Take it back before it is decided."""
        return self.answer(services.withdraw_nomination(self.get_object(), by=self.member))

    @extend_schema(request=None, responses=NominationSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, **kwargs: Any) -> Response:
        """Let the person go on to the assessment."""
        return self._decide(request, "approve")

    @extend_schema(request=DecisionRemarkSerializer, responses=NominationSerializer)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def send_back(self, request: Request, **kwargs: Any) -> Response:
        """Ask the nominator a question."""
        return self._decide(request, "return")

    @extend_schema(request=DecisionRemarkSerializer, responses=NominationSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, **kwargs: Any) -> Response:
        """End it, with the reason."""
        return self._decide(request, "decline")

    def _decide(self, request: Request, decision: str) -> Response:
        nomination = self.get_object()
        words = sent(DecisionRemarkSerializer, request)
        services.decide_nomination(nomination, decision=decision, by=self.member, **words)
        return self.answer(nomination)


class CandidateFilter(django_filters.FilterSet):
    class Meta:
        model = Candidate
        fields = ["cohort", "state"]


class CandidateViewSet(ReadViewSet[Candidate]):
    """Files of candidates the member may read."""

    visible = staticmethod(access.visible_candidates)
    model = Candidate
    serializer_class = CandidateSerializer
    filterset_class = CandidateFilter

    def get_queryset(self) -> QuerySet[Any]:
        return with_progress(super().get_queryset()).order_by("person__last_name_key", "pk")


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

    @extend_schema(request=RatingMarksSerializer, responses=FullScoresheetSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Keep marks as a draft; behaviors left out stay as they were."""
        marks = {
            each["behavior"]: Mark(each["score"], each["observation"])
            for each in sent(RatingMarksSerializer, request)["marks"]
        }
        sheet = services.save_scores(self.get_object(), marks, by=self.member)
        return Response(FullScoresheetSerializer(sheet).data)

    @extend_schema(request=None, responses=FullScoresheetSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, **kwargs: Any) -> Response:
        """Hand it in; nothing can change afterwards."""
        sheet = services.submit_scoresheet(self.get_object(), by=self.member)
        return Response(FullScoresheetSerializer(sheet).data)


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

    @extend_schema(request=ReserveSerializer, responses=SlateSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, **kwargs: Any) -> Response:
        """Decide by rank whoever is not decided yet."""
        slate = self.get_object()
        services.accept_ranking(slate, by=self.member, **sent(ReserveSerializer, request))
        return Response(SlateSerializer(slate).data)

    @extend_schema(request=None, responses=SlateSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, **kwargs: Any) -> Response:
        """Release every outcome at once."""
        return Response(SlateSerializer(services.release_slate(self.get_object(), by=self.member)).data)


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
        """Select, put in reserve or not select, with the reason."""
        decision = self.get_object()
        if not access.can_decide_slate(self.member, decision.slate):
            raise PermissionDenied("L&D decides on a slate, until its outcomes are released.")
        decided = services.decide(decision, by=self.member, **sent(DecideSerializer, request))
        return Response(self.get_serializer(decided).data)


def register(router: BaseRouter) -> None:
    router.register("nominations", NominationViewSet, basename="nomination")
    router.register("candidates", CandidateViewSet, basename="candidate")
    router.register("scoresheets", ScoresheetViewSet, basename="scoresheet")
    router.register("slates", SlateViewSet, basename="slate")
    router.register("decisions", DecisionViewSet, basename="decision")
