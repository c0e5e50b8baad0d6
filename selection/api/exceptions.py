"""Exceptions from eligibility rules: ask for one, and decide as the second person."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.directory.access import visible_people
from amdp.identity.api_base import ReadViewSet, asked
from selection import access, services
from selection.models import EligibilityException


class ExceptionSerializer(serializers.ModelSerializer[EligibilityException]):
    """One rule that one person need not meet in one cohort."""

    person_name = serializers.CharField(source="person.name", read_only=True)
    asked_by = serializers.StringRelatedField(read_only=True)  # type: ignore[var-annotated]
    decided_by = serializers.StringRelatedField(read_only=True)  # type: ignore[var-annotated]

    class Meta:
        model = EligibilityException
        fields = [
            "id",
            "cohort",
            "person",
            "person_name",
            "fact",
            "rule",
            "shown",
            "reason",
            "state",
            "asked_by",
            "asked_at",
            "decided_by",
            "decided_at",
            "remark",
        ]


class NewExceptionSerializer(serializers.Serializer):
    """``rule`` is the name of a rule that is not met, as the eligibility of the person shows it."""

    cohort = serializers.IntegerField()
    person = serializers.IntegerField()
    rule = serializers.CharField(max_length=500)
    reason = serializers.CharField(max_length=1200)


class ExceptionRemarkSerializer(serializers.Serializer):
    remark = serializers.CharField(required=False, allow_blank=True, default="", max_length=1200)


class ExceptionFilter(django_filters.FilterSet):
    class Meta:
        model = EligibilityException
        fields = ["cohort", "person", "state"]


class ExceptionViewSet(ReadViewSet[EligibilityException]):
    """Exceptions in the selections the member follows as a whole."""

    visible = staticmethod(access.visible_exceptions)
    model = EligibilityException
    serializer_class = ExceptionSerializer
    filterset_class = ExceptionFilter

    def answer(self, exception: EligibilityException, code: int = status.HTTP_200_OK) -> Response:
        shown = access.visible_exceptions(self.member).get(pk=exception.pk)
        return Response(ExceptionSerializer(shown).data, status=code)

    @extend_schema(request=NewExceptionSerializer, responses={201: ExceptionSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Ask a second person to let a rule pass."""
        body = asked(NewExceptionSerializer, request)
        cohort = get_object_or_404(access.visible_selections(self.member), pk=body.pop("cohort"))
        person = get_object_or_404(visible_people(self.member), pk=body.pop("person"))
        if not access.can_ask_exception(self.member, cohort):
            raise PermissionDenied(access.NOT_ASKED_HERE)
        exception = services.ask_exception(cohort, person, by=self.member, **body)
        return self.answer(exception, status.HTTP_201_CREATED)

    @extend_schema(request=ExceptionRemarkSerializer, responses=ExceptionSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, **kwargs: Any) -> Response:
        """Let the rule pass, as the second person."""
        return self._decide(request, confirm=True)

    @extend_schema(request=ExceptionRemarkSerializer, responses=ExceptionSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, **kwargs: Any) -> Response:
        """Let the rule stand, as the second person, with the reason."""
        return self._decide(request, confirm=False)

    def _decide(self, request: Request, *, confirm: bool) -> Response:
        exception, words = self.get_object(), asked(ExceptionRemarkSerializer, request)
        return self.answer(services.decide_exception(exception, confirm=confirm, by=self.member, **words))
