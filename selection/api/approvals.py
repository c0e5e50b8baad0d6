"""The steps by which nominations are approved, and what waits for the member."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, asked
from selection import services
from selection.models import Approval
from selection.queries.requests import visible_approvals, waiting_for


class ApprovalSerializer(serializers.ModelSerializer[Approval]):
    """One step of a nomination’s chain: who is asked and why, until when, and the answer."""

    cohort = serializers.IntegerField(source="nomination.candidate.cohort_id", read_only=True)
    person = serializers.IntegerField(source="nomination.candidate.person_id", read_only=True)
    person_name = serializers.CharField(source="nomination.candidate.person.name", read_only=True)
    who = serializers.CharField(read_only=True, help_text="Who is asked: a person, or a role")
    decided_by = serializers.CharField(source="decided_by.display_name", default=None, read_only=True)
    decided_for = serializers.CharField(
        source="decided_for.name", default=None, read_only=True, help_text="In whose name it was decided"
    )
    escalated_to = serializers.SerializerMethodField(help_text="Who is asked too since it was late")

    class Meta:
        model = Approval
        fields = [
            "id",
            "nomination",
            "cohort",
            "person",
            "person_name",
            "round",
            "position",
            "who",
            "approver",
            "role",
            "why",
            "state",
            "asked_at",
            "due_on",
            "answer",
            "remark",
            "decided_at",
            "decided_by",
            "decided_for",
            "escalated_at",
            "escalated_to",
        ]

    def get_escalated_to(self, approval: Approval) -> str | None:
        return approval.escalated_who if approval.is_escalated else None


class RemarkSerializer(serializers.Serializer):
    remark = serializers.CharField(required=False, allow_blank=True, default="", max_length=1200)


class SeveralApprovalsSerializer(serializers.Serializer):
    approvals = serializers.ListField(child=serializers.IntegerField(), min_length=1, max_length=200)


class NotApprovedSerializer(serializers.Serializer):
    approval = serializers.IntegerField()
    why = serializers.CharField()


class ApprovedSerializer(serializers.Serializer):
    """Which were approved, and which not and why."""

    approved = serializers.ListField(child=serializers.IntegerField())
    refused = NotApprovedSerializer(many=True)


class ApprovalFilter(django_filters.FilterSet):
    """``waiting=true`` leaves what waits for the member’s decision, also in somebody’s name."""

    nomination = django_filters.NumberFilter()
    cohort = django_filters.NumberFilter(field_name="nomination__candidate__cohort")
    waiting = django_filters.BooleanFilter(method="filter_waiting", label="Waits for you")

    class Meta:
        model = Approval
        fields = ["state"]

    def filter_waiting(self, found: QuerySet[Approval], name: str, value: bool) -> QuerySet[Approval]:
        mine = waiting_for(self.request.parser_context["view"].member)
        return found.filter(mine) if value else found.exclude(mine)


class ApprovalViewSet(ReadViewSet[Approval]):
    """Steps of nominations the member reads. Deciding one that was decided meanwhile says by whom."""

    visible = staticmethod(visible_approvals)
    model = Approval
    serializer_class = ApprovalSerializer
    filterset_class = ApprovalFilter

    @extend_schema(request=SeveralApprovalsSerializer, responses=ApprovedSerializer)
    @action(detail=False, methods=["post"], url_path="approve-several", url_name="approve-several")
    def approve_several(self, request: Request, **kwargs: Any) -> Response:
        """Approve several, each by itself."""
        keys = asked(SeveralApprovalsSerializer, request)["approvals"]
        chosen = list(visible_approvals(self.member).filter(pk__in=keys))
        done, refused = services.approve_several(chosen, by=self.member)
        answer = {
            "approved": [each.pk for each in done],
            "refused": [{"approval": each.pk, "why": why} for each, why in refused],
        }
        return Response(ApprovedSerializer(answer).data)

    @extend_schema(request=RemarkSerializer, responses=ApprovalSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, **kwargs: Any) -> Response:
        """Approve this step; the last one lets the person go on to the assessment."""
        return self._decide(request, "approve")

    @extend_schema(request=RemarkSerializer, responses=ApprovalSerializer)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def send_back(self, request: Request, **kwargs: Any) -> Response:
        """Ask the nominator a question; the answer comes back to this step."""
        return self._decide(request, "return")

    @extend_schema(request=RemarkSerializer, responses=ApprovalSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, **kwargs: Any) -> Response:
        """End the nomination, with the reason."""
        return self._decide(request, "decline")

    def _decide(self, request: Request, decision: str) -> Response:
        approval = self.get_object()
        words = asked(RemarkSerializer, request)
        services.decide_nomination(
            approval.nomination, decision=decision, by=self.member, step=approval.pk, **words
        )
        shown = visible_approvals(self.member).get(pk=approval.pk)
        return Response(ApprovalSerializer(shown).data)
