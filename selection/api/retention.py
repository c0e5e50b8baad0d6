"""How long files of people not selected are kept: what goes when, the period, and holds."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import MemberViewSet, asked
from cohorts.models import Cohort
from selection import access, services
from selection.models.retention import MOST_MONTHS
from selection.queries.retention import kept_files, months_kept


class KeptSerializer(serializers.Serializer[Any]):
    """The files of one selection: how many go on which day; no day while a hold or nobody says one."""

    cohort = serializers.IntegerField(source="cohort.pk")
    name = serializers.CharField(source="cohort.name")
    files = serializers.IntegerField(help_text="Files to be deleted; those deleted stand in deleted")
    erase_on = serializers.DateField(allow_null=True)
    hold = serializers.CharField(source="hold.reason", default=None, allow_null=True)
    told_at = serializers.DateTimeField(source="erasure.told_at", default=None, allow_null=True)
    deleted = serializers.IntegerField(source="erasure.files", default=0)
    finished_at = serializers.DateTimeField(source="erasure.finished_at", default=None, allow_null=True)
    kept = serializers.DictField(source="erasure.kept", default=dict, help_text="Counts that stay")


class RetentionSerializer(serializers.Serializer[Any]):
    """The period, and what it means for each selection."""

    months = serializers.IntegerField(allow_null=True, help_text="null: until somebody decides")
    selections = KeptSerializer(many=True)


class PeriodSerializer(serializers.Serializer):
    months = serializers.IntegerField(allow_null=True, min_value=1, max_value=MOST_MONTHS)


class HoldSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=1000)


class LiftSerializer(serializers.Serializer):
    why = serializers.CharField(max_length=1000)


class RetentionViewSet(MemberViewSet[Cohort]):
    """Retention of the organization; the id is that of a cohort."""

    model = Cohort
    visible = staticmethod(access.visible_kept)
    pagination_class = None
    filter_backends = []

    def answer(self) -> Response:
        found = kept_files() if access.can_read_retention(self.member) else []
        facts = {"months": months_kept(), "selections": found}
        return Response(RetentionSerializer(facts).data)

    @extend_schema(operation_id="retention_retrieve", responses=RetentionSerializer)
    def list(self, request: Request, **kwargs: Any) -> Response:
        self.check_may_read()
        return self.answer()

    def check_may_read(self) -> None:
        if not access.can_read_retention(self.member):
            self.permission_denied(self.request)

    @extend_schema(request=PeriodSerializer, responses=RetentionSerializer)
    @action(detail=False, methods=["put"])
    def period(self, request: Request, **kwargs: Any) -> Response:
        """Say how long files are kept."""
        services.set_retention(asked(PeriodSerializer, request)["months"], by=self.member)
        return self.answer()

    @extend_schema(request=HoldSerializer, responses=RetentionSerializer)
    @action(detail=True, methods=["post"])
    def hold(self, request: Request, **kwargs: Any) -> Response:
        """Place a legal hold."""
        services.place_hold(self.get_object(), by=self.member, **asked(HoldSerializer, request))
        return self.answer()

    @extend_schema(request=LiftSerializer, responses=RetentionSerializer)
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, **kwargs: Any) -> Response:
        """Lift it."""
        services.lift_hold(self.get_object(), by=self.member, **asked(LiftSerializer, request))
        return self.answer()
