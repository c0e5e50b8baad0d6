"""The files of candidates: read, take out with a reason, and who scores each."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.exports.models import ExportRun
from amdp.identity.api_base import ReadViewSet, asked
from selection import access, services
from selection.api.panel import AssignmentSerializer, run_by
from selection.models import Candidate, EligibilityGroup
from selection.papers.dossier import AUDIENCES, CAN_BE_NAMED, Audience
from selection.queries.assessment import exercises_of, with_progress
from selection.queries.standing import standing_of


class CandidateSerializer(serializers.ModelSerializer):
    """The file of one person in one cohort's selection."""

    person_name = serializers.CharField(source="person.name", read_only=True)
    market = serializers.CharField(source="person.market", read_only=True)
    sheets = serializers.IntegerField(read_only=True, required=False, help_text="For L&D and HR")
    submitted = serializers.IntegerField(read_only=True, required=False, help_text="For L&D and HR")

    class Meta:
        model = Candidate
        fields = ["id", "cohort", "person", "person_name", "market", "state", "sheets", "submitted"]

    def to_representation(self, candidate: Candidate) -> dict[str, Any]:
        """How far the assessment is, is for those who follow the selection, as on the page."""
        shown = super().to_representation(candidate)
        if not self.context["view"].member.has(*access.READS_SELECTION):
            del shown["sheets"], shown["submitted"]
        return shown


class WithdrawalSerializer(serializers.Serializer):
    """The reason is kept in the file."""

    why = serializers.CharField(required=False, allow_blank=True, default="", max_length=1200)


class CheckSerializer(serializers.Serializer):
    """One rule: what is asked, what was found, whether it is met, and by whose exception if not."""

    fact = serializers.CharField()
    name = serializers.CharField()
    met = serializers.BooleanField()
    asked = serializers.CharField()
    shown = serializers.CharField()
    input = serializers.CharField()
    rule = serializers.CharField()
    change = serializers.CharField()
    exception = serializers.CharField()


class JudgedSerializer(serializers.Serializer):
    """A group of rules, of which all have to be met, or any one."""

    match = serializers.ChoiceField(choices=EligibilityGroup.Match.choices)
    is_met = serializers.BooleanField()
    checks = CheckSerializer(many=True)


class StandingSerializer(serializers.Serializer):
    """What the rules say of a candidate, since when and as of when."""

    verdict = serializers.CharField(source="eligibility.verdict")
    is_met = serializers.BooleanField(source="eligibility.is_met")
    rules = serializers.CharField(source="eligibility.tally", help_text="“5 of 6 rules met”, as on the page")
    groups = JudgedSerializer(source="eligibility.groups", many=True)
    since = serializers.DateTimeField()
    as_of = serializers.DateTimeField()
    why = serializers.CharField()
    has_flipped = serializers.BooleanField()
    is_frozen = serializers.BooleanField()


class ChosenAssessorSerializer(serializers.Serializer):
    assessor = serializers.IntegerField(help_text="Id of somebody on the panel of the cohort")
    exercise = serializers.IntegerField(required=False, help_text="Needed where there are several")


class FileTermsSerializer(serializers.Serializer):
    """For whom, what for, as which kind of file, and who is named: everybody else appears by their part."""

    made_for = serializers.ChoiceField(choices=AUDIENCES, source="audience")
    file_format = serializers.ChoiceField(choices=[("pdf", "PDF"), ("zip", "ZIP with PDF, JSON and CSV")])
    purpose = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)
    named = serializers.MultipleChoiceField(
        choices=[(part.name.lower(), str(part.value)) for part in CAN_BE_NAMED],
        required=False,
        help_text="For a review board",
    )


class FileAskedSerializer(serializers.Serializer):
    """It is made by a worker: ``exports/<id>/`` says when it is there, and ``file`` is where it is fetched."""

    id = serializers.IntegerField(source="pk")
    state = serializers.CharField()
    file = serializers.SerializerMethodField()
    page = serializers.SerializerMethodField()

    def get_file(self, run: ExportRun) -> str:
        return reverse("api:export-file", args=[run.asked_by.organization.slug, run.pk])

    def get_page(self, run: ExportRun) -> str:
        return reverse("exports:export_detail", args=[run.asked_by.organization.slug, run.pk])


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

    @extend_schema(responses=StandingSerializer)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def eligibility(self, request: Request, **kwargs: Any) -> Response:
        """What the rules say, as last read; frozen when nominations close."""
        standing = standing_of(self.get_object())
        if standing is None:
            raise Http404
        return Response(StandingSerializer(standing).data)

    @extend_schema(request=WithdrawalSerializer, responses=CandidateSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, **kwargs: Any) -> Response:
        """Take somebody out who is admitted, with the reason."""
        candidate = self.get_object()
        if not access.can_run_selection(self.member, candidate.cohort):
            raise PermissionDenied(access.NOT_TAKEN_OUT)
        services.withdraw_candidate(candidate, by=self.member, **asked(WithdrawalSerializer, request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=FileTermsSerializer, responses={202: FileAskedSerializer})
    @action(detail=True, methods=["post"])
    def file(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """Have the file of a candidate written out; one's own after the release."""
        candidate = self._to_write_out(pk)
        run = services.ask_for_file(candidate, by=self.member, **asked(FileTermsSerializer, request))
        return Response(FileAskedSerializer(run).data, status=status.HTTP_202_ACCEPTED)

    def _to_write_out(self, pk: int) -> Candidate:
        for audience in Audience:
            if found := access.files_for(self.member, audience.value).filter(pk=pk).first():
                return found
        self.get_object()
        raise PermissionDenied(access.NOT_THE_FILE)

    @extend_schema(responses=AssignmentSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def assessors(self, request: Request, **kwargs: Any) -> Response:
        """Who scores this candidate."""
        sheets = access.visible_assignments(self.member).filter(candidate=self._to_assign())
        return Response(AssignmentSerializer(sheets, many=True).data)

    @extend_schema(request=ChosenAssessorSerializer, responses={201: AssignmentSerializer})
    @assessors.mapping.post
    def assign_assessor(self, request: Request, **kwargs: Any) -> Response:
        """Let somebody of the panel score this candidate, unless their interests conflict."""
        candidate, wanted = self._to_assign(), asked(ChosenAssessorSerializer, request)
        assessor = get_object_or_404(candidate.cohort.assessors, pk=wanted["assessor"])
        exercise = None
        if "exercise" in wanted:
            exercise = get_object_or_404(exercises_of(candidate.cohort), pk=wanted["exercise"])
        sheet = services.assign_assessor(candidate, assessor, by=self.member, exercise=exercise)
        return Response(AssignmentSerializer(sheet).data, status=status.HTTP_201_CREATED)

    def _to_assign(self) -> Candidate:
        candidate: Candidate = self.get_object()
        run_by(self.member, candidate.cohort_id)
        return candidate
