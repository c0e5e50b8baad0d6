"""Nominations: draft, hand in, withdraw, decide."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.directory.models import Person
from amdp.directory.queries import person_of
from amdp.identity.api_base import ReadViewSet, asked
from amdp.identity.models import Membership
from selection import access, services
from selection.api.candidates import WithdrawalSerializer
from selection.models import Nomination, NominationEvidence, NominationReference, NominationVersion
from selection.queries.eligibility import eligibility_for
from selection.queries.nominations import open_cohorts, own_cohorts


class EvidenceSerializer(serializers.ModelSerializer[NominationEvidence]):
    """What was seen for one criterion."""

    class Meta:
        model = NominationEvidence
        fields = ["criterion", "name", "words"]


class ReferenceSerializer(serializers.ModelSerializer[NominationReference]):
    """Somebody who can speak to it; ``person`` is null while the directory does not know the name as typed."""

    name = serializers.CharField(source="typed")
    statement = serializers.CharField(read_only=True)

    class Meta:
        model = NominationReference
        fields = ["person", "name", "about", "state", "statement"]


class NominationSerializer(serializers.ModelSerializer):
    """A leader's proposal of a person for a cohort."""

    person = serializers.IntegerField(source="candidate.person_id", read_only=True)
    person_name = serializers.CharField(source="candidate.person.name", read_only=True)
    cohort = serializers.IntegerField(source="candidate.cohort_id", read_only=True)
    nominator_name = serializers.CharField(source="nominator.name", read_only=True)
    who = serializers.CharField(read_only=True, help_text="Who nominated, and in whose name")
    criteria = EvidenceSerializer(source="evidence_given", many=True, read_only=True)
    references = ReferenceSerializer(many=True, read_only=True)

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
            "written_by",
            "endorser",
            "who",
            "state",
            "rationale",
            "evidence",
            "criteria",
            "references",
            "performance_view",
            "potential_view",
            "eligibility",
            "submitted_at",
            "created_at",
        ]


class WordsSerializer(serializers.Serializer):
    """What was seen for one of the criteria the cohort's plan asks for."""

    criterion = serializers.IntegerField()
    words = serializers.CharField(allow_blank=True, max_length=3000)


class NamedSerializer(serializers.Serializer):
    """Somebody who can speak to the nomination: the full name, or the employee number."""

    name = serializers.CharField(max_length=120)
    about = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)


class VersionSerializer(serializers.ModelSerializer[NominationVersion]):
    """What a nomination said from then on."""

    class Meta:
        model = NominationVersion
        fields = ["number", "made_at", "content"]


class TextSerializer(serializers.Serializer):
    """The text of a nomination; what is left out stays."""

    rationale = serializers.CharField(required=False, allow_blank=True, max_length=1200)
    evidence = serializers.CharField(required=False, allow_blank=True, max_length=3000)
    performance_view = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=5)
    potential_view = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=5)
    criteria = WordsSerializer(many=True, required=False)

    references = NamedSerializer(
        many=True, required=False, help_text="All together; whom the directory knows by that name or number"
    )

    def validate_criteria(self, given: list[dict[str, Any]]) -> dict[int, str]:
        return {one["criterion"]: one["words"] for one in given}


class NewNominationSerializer(TextSerializer):
    """A draft for somebody of the own line, or of that of whom one acts for; of oneself where the plan allows
    it."""

    cohort = serializers.IntegerField()
    person = serializers.IntegerField()
    in_name_of = serializers.IntegerField(required=False, help_text="Id of the leader one acts for")


class AnswerSerializer(serializers.Serializer):
    answer = serializers.CharField(required=False, allow_blank=True, default="", max_length=1200)


class DecisionRemarkSerializer(serializers.Serializer):
    remark = serializers.CharField(required=False, allow_blank=True, default="", max_length=1200)


class EligibilityCheckSerializer(serializers.Serializer):
    """One rule's result."""

    fact = serializers.CharField()
    name = serializers.CharField()
    met = serializers.BooleanField()
    shown = serializers.CharField()
    input = serializers.CharField()
    rule = serializers.CharField()
    change = serializers.CharField()


def acted_for(member: Membership, key: int | None) -> Person | None:
    """The leader in whose name a member nominates; 404 for one they do not act for."""
    if key is None:
        return None
    found = next((one for one in access.acting_principals(member) if one.pk == key), None)
    if found is None:
        raise Http404
    return found


class SeveralNominationsSerializer(serializers.Serializer):
    """People of one line, and how the rationale of each begins."""

    cohort = serializers.IntegerField()
    people = serializers.ListField(child=serializers.IntegerField(), min_length=1, max_length=100)
    rationale = serializers.CharField(required=False, allow_blank=True, default="", max_length=1200)
    in_name_of = serializers.IntegerField(required=False, help_text="Id of the leader one acts for")


class ChosenSerializer(serializers.Serializer):
    nominations = serializers.ListField(child=serializers.IntegerField(), min_length=1, max_length=100)


class ResultSerializer(serializers.Serializer):
    """What came of one person."""

    person = serializers.IntegerField(source="person.pk")
    person_name = serializers.CharField(source="person.name")
    nomination = serializers.IntegerField(source="nomination.pk", default=None)
    state = serializers.CharField(source="nomination.state", default=None)
    problem = serializers.CharField()


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

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().prefetch_related("evidence_given", "references")

    def answer(self, nomination: Nomination, code: int = status.HTTP_200_OK) -> Response:
        shown = access.visible_nominations(self.member).get(pk=nomination.pk)
        return Response(NominationSerializer(shown).data, status=code)

    @extend_schema(request=NewNominationSerializer, responses={201: NominationSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Draft a nomination."""
        text = asked(NewNominationSerializer, request)
        principal = acted_for(self.member, text.pop("in_name_of", None))
        key, own = text.pop("person"), person_of(self.member)
        if own is not None and own.pk == key and principal is None:
            cohorts, people = own_cohorts(self.member), Person.objects.filter(pk=own.pk)
        else:
            cohorts = open_cohorts(self.member)
            people = access.nominatable_people(self.member, principal)
        person = get_object_or_404(people, pk=key)
        cohort = get_object_or_404(cohorts, pk=text.pop("cohort"))
        nomination = services.draft_nomination(cohort, person, by=self.member, in_name_of=principal, **text)
        return self.answer(nomination, status.HTTP_201_CREATED)

    @extend_schema(request=TextSerializer, responses=NominationSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change the text of a draft, or of one that was returned."""
        text = asked(TextSerializer, request)
        return self.answer(services.edit_nomination(self.get_object(), by=self.member, **text))

    @extend_schema(request=SeveralNominationsSerializer, responses=ResultSerializer(many=True))
    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def several(self, request: Request, **kwargs: Any) -> Response:
        """A draft for each of these people; one that cannot be made does not stop the others."""
        wanted = asked(SeveralNominationsSerializer, request)
        principal = acted_for(self.member, wanted.pop("in_name_of", None))
        cohort = get_object_or_404(open_cohorts(self.member), pk=wanted["cohort"])
        people = access.nominatable_people(self.member, principal).filter(pk__in=wanted["people"])
        results = services.draft_several(
            cohort, people, by=self.member, rationale=wanted["rationale"], in_name_of=principal
        )
        return Response(ResultSerializer(results, many=True).data)

    @extend_schema(request=ChosenSerializer, responses=ResultSerializer(many=True))
    @action(
        detail=False, methods=["post"], url_path="submit-several", pagination_class=None, filterset_class=None
    )
    def submit_several(self, request: Request, **kwargs: Any) -> Response:
        """Hand in each of these drafts by itself."""
        wanted = asked(ChosenSerializer, request)
        chosen = self.get_queryset().filter(pk__in=wanted["nominations"])
        results = services.submit_several(chosen, by=self.member)
        return Response(ResultSerializer(results, many=True).data)

    @extend_schema(request=TextSerializer, responses=NominationSerializer)
    @action(detail=True, methods=["post"])
    def revise(self, request: Request, **kwargs: Any) -> Response:
        """Change one that waits for its decision; the approvals begin anew."""
        nomination = self.get_object()
        services.revise_nomination(nomination, by=self.member, **asked(TextSerializer, request))
        return self.answer(nomination)

    @extend_schema(responses=VersionSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def versions(self, request: Request, **kwargs: Any) -> Response:
        """What it said each time it was handed in or changed."""
        return Response(VersionSerializer(self.get_object().versions.order_by("number"), many=True).data)

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
        services.submit_nomination(nomination, by=self.member, **asked(AnswerSerializer, request))
        return self.answer(nomination)

    @extend_schema(request=WithdrawalSerializer, responses=NominationSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **kwargs: Any) -> Response:
        """Take it back before it is decided."""
        nomination, words = self.get_object(), asked(WithdrawalSerializer, request)
        return self.answer(services.withdraw_nomination(nomination, by=self.member, **words))

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
        words = asked(DecisionRemarkSerializer, request)
        services.decide_nomination(nomination, decision=decision, by=self.member, **words)
        return self.answer(nomination)
