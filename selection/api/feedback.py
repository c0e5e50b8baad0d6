"""Feedback reports: read, and for L&D changed and read through until the release."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, asked
from amdp.web.pdf import pdf_response
from selection import access, services
from selection.models import Candidate
from selection.papers.feedback import feedback_name
from selection.queries.feedback import Feedback, feedback_on, with_reports


class PaperRenderer(JSONRenderer):
    """Lets programs ask for ``application/pdf``; what is refused is said in JSON all the same."""

    media_type = "application/pdf"
    format = "pdf"


class FeedbackRowSerializer(serializers.ModelSerializer[Candidate]):
    """One candidate whose report the member may read."""

    person_name = serializers.CharField(source="person.name", read_only=True)
    edited_at = serializers.DateTimeField(read_only=True, allow_null=True)
    checked_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = Candidate
        fields = ["id", "cohort", "person", "person_name", "edited_at", "checked_at"]


class FeedbackLevelSerializer(serializers.Serializer):
    """A competency with its level in a word; ``level`` is that of the description it comes closest to."""

    name = serializers.CharField()
    about = serializers.CharField()
    level = serializers.IntegerField()
    word = serializers.CharField()


class FeedbackPointSerializer(serializers.Serializer):
    """Something said about a behaviour of a competency; ``key`` names its text."""

    key = serializers.CharField()
    title = serializers.CharField()
    about = serializers.CharField()
    text = serializers.CharField()


class FeedbackSerializer(serializers.Serializer):
    """A report as its candidate reads it. ``id`` is the candidate’s file."""

    id = serializers.IntegerField(source="candidate.pk")
    cohort = serializers.IntegerField(source="candidate.cohort_id")
    person_name = serializers.CharField(source="candidate.person.name")
    is_released = serializers.BooleanField()
    is_checked = serializers.BooleanField()
    opening = serializers.CharField(source="report.opening")
    profile = FeedbackLevelSerializer(source="report.profile", many=True)
    strengths = FeedbackPointSerializer(source="report.strengths", many=True)
    develop = FeedbackPointSerializer(source="report.develop", many=True)
    steps = FeedbackPointSerializer(source="report.steps", many=True)
    closing = serializers.CharField(source="report.closing")


class FeedbackTextsSerializer(serializers.Serializer):
    """Texts by key; what is left out stays, an empty one leaves its point out. ``before``: what stood there
    as they were written, so that nobody else’s change is lost."""

    texts = serializers.DictField(child=serializers.CharField(allow_blank=True))
    before = serializers.DictField(child=serializers.CharField(allow_blank=True), required=False)


class FeedbackReadSerializer(serializers.Serializer):
    checked = serializers.BooleanField(default=True, help_text="False: it is to be read again")


class FeedbackViewSet(ReadViewSet[Candidate]):
    """Feedback reports the member may read, by candidate."""

    visible = staticmethod(access.visible_feedback)
    model = Candidate
    serializer_class = FeedbackRowSerializer
    filterset_fields = ["cohort"]

    def get_queryset(self) -> QuerySet[Any]:
        return with_reports(super().get_queryset()).order_by("person__last_name_key", "pk")

    @extend_schema(responses=FeedbackSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The report as it reads now, or as it was released."""
        feedback = feedback_on(self.get_object())
        if feedback is None:
            raise Http404
        return self._answer(feedback)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, renderer_classes=[JSONRenderer, PaperRenderer], filterset_fields=None)
    def pdf(self, request: Request, **kwargs: Any) -> FileResponse:
        """The report on paper: A4, tagged, with its fonts."""
        feedback = feedback_on(self.get_object())
        if feedback is None:
            raise Http404
        return pdf_response(services.print_feedback(feedback, by=self.member), feedback_name(feedback))

    @extend_schema(request=FeedbackTextsSerializer, responses=FeedbackSerializer)
    @action(detail=True, methods=["post"])
    def edit(self, request: Request, **kwargs: Any) -> Response:
        """Change texts before the release."""
        wanted = asked(FeedbackTextsSerializer, request)
        return self._answer(services.edit_feedback(self.get_object(), by=self.member, **wanted))

    @extend_schema(request=FeedbackReadSerializer, responses=FeedbackSerializer)
    @action(detail=True, methods=["post"])
    def check(self, request: Request, **kwargs: Any) -> Response:
        """Note that it was read through as it stands."""
        wanted = asked(FeedbackReadSerializer, request)
        return self._answer(services.check_feedback(self.get_object(), by=self.member, **wanted))

    def _answer(self, feedback: Feedback) -> Response:
        return Response(FeedbackSerializer(feedback).data)
