"""The selection of a cohort as a whole: what it asks for, its panel, who scores whom, reminders."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.directory.access import visible_people
from amdp.identity.api_base import ReadViewSet, asked
from cohorts.models import Cohort
from selection import access, services
from selection.api.panel import AssessorSerializer, AssignmentSerializer, NewAssessorSerializer, run_by
from selection.defaults import GroupTerms
from selection.forms import SetupForm
from selection.queries.assessment import panel
from selection.queries.plan import is_set_up, rules_of, weights_of

PERCENT = "In percent; the three add up to 100"
MONTHS = "At least this many months"


class SelectionSerializer(serializers.ModelSerializer[Cohort]):
    """A cohort whose selection the member follows."""

    class Meta:
        model = Cohort
        fields = ["id", "name", "program", "state"]


class TermsSerializer(serializers.Serializer):
    """What a cohort asks for, in the fields of the page; the page’s form says what fits."""

    performance = serializers.IntegerField(help_text=PERCENT)
    potential = serializers.IntegerField(help_text=PERCENT)
    assessment = serializers.IntegerField(help_text=PERCENT)
    employed_on = serializers.BooleanField()
    tenure_on = serializers.BooleanField()
    tenure_threshold = serializers.IntegerField(allow_null=True, help_text=MONTHS)
    time_in_grade_on = serializers.BooleanField()
    time_in_grade_threshold = serializers.IntegerField(allow_null=True, help_text=MONTHS)
    grade_on = serializers.BooleanField()
    lowest_grade = serializers.IntegerField(allow_null=True, help_text="Id of a grade; empty: any")
    highest_grade = serializers.IntegerField(allow_null=True, help_text="Id of a grade; empty: any")
    market_on = serializers.BooleanField()
    ratings_on = serializers.BooleanField()
    ratings_threshold = serializers.DecimalField(
        max_digits=3, decimal_places=1, allow_null=True, help_text="Lowest rating, 1 to 5"
    )
    ratings_count = serializers.IntegerField(allow_null=True, help_text="How many of the last years")
    other_cohort_on = serializers.BooleanField()


class SetUpSerializer(TermsSerializer):
    """Criteria and rules of a cohort; proposed by its program until somebody sets them."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=Cohort.State.choices)
    is_set_up = serializers.BooleanField()


class RemindedSerializer(serializers.Serializer):
    reminded = serializers.IntegerField(help_text="How many are told now; each at most once a day")


class SelectionViewSet(ReadViewSet[Cohort]):
    """Selections, by the id of their cohort: for L&D and HR, unless they are in it."""

    visible = staticmethod(access.visible_selections)
    model = Cohort
    serializer_class = SelectionSerializer
    filterset_fields = ["state", "program"]

    @extend_schema(responses=SetUpSerializer)
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """Criteria with their weights, and each eligibility rule."""
        return self._terms(self.get_object())

    @extend_schema(request=TermsSerializer, responses=SetUpSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Set criteria and rules until nominations begin; what is left out stays as it is shown."""
        cohort = self.get_object()
        if not access.can_set_up(self.member, cohort):
            raise PermissionDenied(access.why_not_set_up(cohort))
        wanted = TermsSerializer(data=request.data, partial=True)
        wanted.is_valid(raise_exception=True)
        weights, rules = weights_of(cohort), rules_of(cohort)
        unchanged = SetupForm(weights=weights, rules=rules).unchanged
        form = SetupForm({**unchanged, **wanted.validated_data}, weights=weights, rules=rules)
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())
        services.set_up_selection(
            cohort, weights=form.weights, groups=[GroupTerms(tuple(form.terms))], by=self.member
        )
        return self._terms(self.get_object())

    def _terms(self, cohort: Cohort) -> Response:
        terms = SetupForm(weights=weights_of(cohort), rules=rules_of(cohort)).unchanged
        facts = {"id": cohort.pk, "name": cohort.name, "state": cohort.state, "is_set_up": is_set_up(cohort)}
        return Response(SetUpSerializer({**facts, **terms}).data)

    @extend_schema(request=None, responses=RemindedSerializer)
    @action(detail=True, methods=["post"], url_path="remind-nominators")
    def remind_nominators(self, request: Request, **kwargs: Any) -> Response:
        """Ask those once more who owe an answer to a question."""
        reminded = services.remind_nominators(self.get_object(), by=self.member)
        return Response(RemindedSerializer({"reminded": reminded}).data)

    @extend_schema(responses=AssessorSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_fields=[])
    def assessors(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """The panel."""
        return Response(AssessorSerializer(panel(run_by(self.member, pk)), many=True).data)

    @extend_schema(request=NewAssessorSerializer, responses={201: AssessorSerializer})
    @assessors.mapping.post
    def add_assessor(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """Put somebody on the panel."""
        cohort, wanted = run_by(self.member, pk), asked(NewAssessorSerializer, request)
        person = get_object_or_404(visible_people(self.member), pk=wanted["person"])
        assessor = services.add_assessor(cohort, person, by=self.member)
        shown = panel(cohort).get(pk=assessor.pk)
        return Response(AssessorSerializer(shown).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=AssignmentSerializer(many=True))
    @action(detail=True, filterset_fields=[])
    def assignments(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """Who scores whom."""
        cohort = run_by(self.member, pk)
        sheets = access.visible_assignments(self.member).filter(candidate__cohort=cohort)
        page = self.paginate_queryset(sheets.order_by("candidate__person__last_name_key", "candidate", "pk"))
        return self.get_paginated_response(AssignmentSerializer(page, many=True).data)

    @extend_schema(request=None, responses=AssignmentSerializer(many=True))
    @action(
        detail=True, methods=["post"], url_path="assign-evenly", pagination_class=None, filterset_fields=[]
    )
    def assign_evenly(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """Give every admitted candidate two assessors, loads even, no conflicts of interest; what is new."""
        sheets = services.assign_evenly(run_by(self.member, pk), by=self.member)
        return Response(AssignmentSerializer(sheets, many=True).data)
