"""Adverse impact for programs: reviews for all who may read them, exact counts for the reviewer with a purpose."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, asked
from cohorts.models import Cohort
from metrics import access, services
from metrics.impact_tables import flat_rows, frozen_tables
from metrics.models import ImpactLook, ImpactReview, ImpactSnapshot
from metrics.queries.impact import across_programs, impact_of, shown_of, snapshots_in


class ImpactReviewSerializer(serializers.ModelSerializer):
    """What a reviewer made of one stage."""

    reviewed_by = serializers.CharField(source="reviewed_by.display_name", read_only=True)

    class Meta:
        model = ImpactReview
        fields = ["conclusion", "explanation", "measures", "reviewed_by", "reviewed_at"]


class ImpactStageSerializer(serializers.Serializer[Any]):
    """One stage: how many came and passed in all, when it was frozen, and whether it was reviewed."""

    level = serializers.CharField()
    title = serializers.CharField()
    snapshot = serializers.IntegerField(source="snapshot.pk", default=None, allow_null=True)
    frozen_at = serializers.DateTimeField(source="snapshot.frozen_at", default=None, allow_null=True)
    came = serializers.IntegerField(source="snapshot.came", default=None, allow_null=True)
    passed = serializers.IntegerField(source="snapshot.passed", default=None, allow_null=True)
    is_reviewed = serializers.BooleanField()
    review = ImpactReviewSerializer(allow_null=True)


class AdverseImpactSerializer(serializers.Serializer[Any]):
    """Where the review of one selection stands."""

    cohort = serializers.IntegerField(source="cohort.pk")
    name = serializers.CharField(source="cohort.name")
    stages = ImpactStageSerializer(many=True)


class PublishedSerializer(AdverseImpactSerializer):
    """With the published counts, for those who may read them: null where a number is hidden."""

    published = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField(allow_null=True)),
        allow_null=True,
        help_text="By level and group, n is everybody; null before the release and for who may not read it",
    )


class ImpactRowSerializer(serializers.Serializer[Any]):
    """One group of one frozen table."""

    snapshot = serializers.IntegerField(source="snapshot.pk")
    stage = serializers.CharField(source="table.key")
    attribute = serializers.CharField(source="table.attribute")
    group = serializers.CharField(source="row.group")
    came = serializers.IntegerField(source="row.n")
    passed = serializers.IntegerField(source="row.passed")
    rate = serializers.FloatField(source="row.rate.value", default=None, allow_null=True)
    rate_low = serializers.FloatField(source="row.rate.low", default=None, allow_null=True)
    rate_high = serializers.FloatField(source="row.rate.high", default=None, allow_null=True)
    ratio = serializers.FloatField(source="row.comparison.ratio.value", default=None, allow_null=True)
    ratio_low = serializers.FloatField(source="row.comparison.ratio.low", default=None, allow_null=True)
    ratio_high = serializers.FloatField(source="row.comparison.ratio.high", default=None, allow_null=True)
    flagged = serializers.BooleanField(source="row.comparison.flagged", default=None, allow_null=True)
    turns = serializers.BooleanField(source="row.comparison.turns", default=None, allow_null=True)
    shortfall = serializers.FloatField(source="row.comparison.shortfall", default=None, allow_null=True)
    fisher_p = serializers.FloatField(source="row.comparison.p", default=None, allow_null=True)
    verdict = serializers.CharField(source="row.verdict")
    why = serializers.CharField(source="row.why")
    frozen_at = serializers.DateTimeField(source="snapshot.frozen_at")
    definitions_version = serializers.IntegerField(source="snapshot.definitions_version")


class AcrossRowSerializer(serializers.Serializer[Any]):
    """One group against the largest over the cohorts of a program (Cochran–Mantel–Haenszel)."""

    group = serializers.CharField()
    other = serializers.CharField()
    cohorts = serializers.IntegerField()
    statistic = serializers.FloatField(source="found.statistic", default=None, allow_null=True)
    p = serializers.FloatField(source="found.p", default=None, allow_null=True)
    odds_ratio = serializers.FloatField(source="found.odds_ratio.value", default=None, allow_null=True)
    odds_low = serializers.FloatField(source="found.odds_ratio.low", default=None, allow_null=True)
    odds_high = serializers.FloatField(source="found.odds_ratio.high", default=None, allow_null=True)
    strata = serializers.IntegerField(source="found.strata", default=0)


class AcrossProgramSerializer(serializers.Serializer[Any]):
    program = serializers.IntegerField(source="program.pk")
    rows = AcrossRowSerializer(many=True)


class ImpactLookSerializer(serializers.ModelSerializer):
    """A look at exact counts, open for an hour."""

    class Meta:
        model = ImpactLook
        fields = ["id", "cohort", "purpose", "opened_at", "ends_at"]


class ExactSerializer(ImpactLookSerializer):
    """The counts themselves: of one selection, or of all of each program beside each other."""

    rows = ImpactRowSerializer(many=True)
    across = AcrossProgramSerializer(many=True)

    class Meta:
        model = ImpactLook
        fields = [*ImpactLookSerializer.Meta.fields, "rows", "across"]

    def to_representation(self, look: ImpactLook) -> dict[str, Any]:
        shown = ImpactLookSerializer(look).data
        rows = flat_rows(frozen_tables(snapshots_in(look.cohort))) if look.cohort else []
        programs = across_programs(self.context["view"].member) if look.cohort is None else []
        across = [
            {"program": one.program, "rows": [row for table in one.tables for row in table.rows]}
            for one in programs
        ]
        return {
            **shown,
            "rows": ImpactRowSerializer(rows, many=True).data,
            "across": AcrossProgramSerializer(across, many=True).data,
        }


class NewLookSerializer(serializers.Serializer):
    cohort = serializers.IntegerField(required=False, allow_null=True, default=None)
    purpose = serializers.CharField(max_length=500)


class NewReviewSerializer(serializers.Serializer):
    snapshot = serializers.IntegerField()
    conclusion = serializers.ChoiceField(choices=ImpactReview.Conclusion.choices)
    explanation = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)
    measures = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)


class ImpactViewSet(ReadViewSet[Cohort]):
    """Selections and which of their stages were reviewed; after the release the published table."""

    model = Cohort
    visible = staticmethod(access.visible_impact)
    serializer_class = AdverseImpactSerializer
    filter_backends = []

    @extend_schema(operation_id="adverse_impact_list", responses=AdverseImpactSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.get_queryset().order_by("-starts_on", "-pk"))
        found = impact_of(list(page or []))
        return self.get_paginated_response(AdverseImpactSerializer(found, many=True).data)

    @extend_schema(operation_id="adverse_impact_retrieve", responses=PublishedSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        cohort = self.get_object()
        (found,) = impact_of([cohort])
        published = shown_of(cohort) if access.can_read_suppressed(self.member) else None
        facts = {"cohort": found.cohort, "stages": found.stages, "published": published}
        return Response(PublishedSerializer(facts).data)

    @extend_schema(request=None, responses=ImpactStageSerializer)
    @action(detail=True, methods=["post"], filter_backends=[])
    def freeze(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Freeze the slate as it stands before the release."""
        cohort = self.get_object()
        snapshot = services.freeze_slate(cohort, by=self.member)
        (found,) = impact_of([cohort])
        stage = next(one for one in found.stages if one.level == snapshot.level)
        return Response(ImpactStageSerializer(stage).data)


class LookViewSet(ReadViewSet[ImpactLook]):
    """A reviewer's own open looks. Each answer with counts is logged with the purpose."""

    model = ImpactLook
    visible = staticmethod(access.open_looks)
    serializer_class = ImpactLookSerializer
    filter_backends = []

    @extend_schema(request=NewLookSerializer, responses={201: ImpactLookSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        body = asked(NewLookSerializer, request)
        if not access.reviews_impact(self.member):
            raise PermissionDenied(services.NOT_A_REVIEWER)
        cohort = None
        if body["cohort"] is not None:
            cohort = get_object_or_404(access.visible_impact(self.member), pk=body["cohort"])
        look = services.open_look(cohort, purpose=body["purpose"], by=self.member)
        return Response(ImpactLookSerializer(look).data, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="impact_looks_retrieve", responses=ExactSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        look = self.get_object()
        services.note_look(look, how="api", by=self.member)
        return Response(ExactSerializer(look, context=self.get_serializer_context()).data)

    @extend_schema(request=NewReviewSerializer, responses={201: ImpactReviewSerializer})
    @action(detail=True, methods=["post"], filter_backends=[])
    def review(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say what one frozen table means."""
        look = self.get_object()
        if look.cohort_id is None:
            raise ValidationError("A review is about one selection. Open a look at that one.")
        body = asked(NewReviewSerializer, request)
        frozen = ImpactSnapshot.objects.filter(cohort=look.cohort)
        snapshot = get_object_or_404(frozen, pk=body.pop("snapshot"))
        review = services.review_impact(snapshot, by=self.member, **body)
        return Response(ImpactReviewSerializer(review).data, status=status.HTTP_201_CREATED)
