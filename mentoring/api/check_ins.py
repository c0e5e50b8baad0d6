"""How it is going, and short messages planned for a morning."""

import django_filters
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, answers, asked, checked
from cohorts.access import visible_cohorts
from mentoring import access, services
from mentoring.forms import CheckInForm, PulseForm
from mentoring.models import CheckIn, Pulse


class CheckInSerializer(serializers.ModelSerializer):
    """How one side of a pair says it is going; the other side never reads it."""

    mentor_name = serializers.CharField(source="mentorship.mentor.person.name", read_only=True)
    participant_name = serializers.CharField(source="mentorship.participant.person.name", read_only=True)

    class Meta:
        model = CheckIn
        fields = ["id", "mentorship", "mentor_name", "participant_name", "side", "asked_on", "going", "sentence",
                  "answered_at"]  # fmt: skip


class CheckInAnswerSerializer(serializers.Serializer):
    going = serializers.ChoiceField(choices=CheckIn.Going.choices)
    sentence = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class PulseSerializer(serializers.ModelSerializer):
    """A short message to a cohort's mentors or participants, and to how many."""

    class Meta:
        model = Pulse
        fields = [
            "id",
            "cohort",
            "audience",
            "subject",
            "text",
            "send_on",
            "recipients",
            "state",
            "created_at",
        ]


class PulsePlanSerializer(serializers.Serializer):
    """Sent at 09:00 where each person is, on that day or the first business day after it."""

    cohort = serializers.IntegerField()
    audience = serializers.ChoiceField(choices=Pulse.Audience.choices, default=Pulse.Audience.BOTH)
    subject = serializers.CharField(max_length=120)
    text = serializers.CharField(max_length=2000)
    send_on = serializers.DateField()


class CheckInFilter(django_filters.FilterSet):
    cohort = django_filters.NumberFilter(field_name="mentorship__participant__cohort")
    mentorship = django_filters.NumberFilter()
    answered = django_filters.BooleanFilter(field_name="answered_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = CheckIn
        fields = ["side", "going"]


class CheckInsViewSet(ReadViewSet[CheckIn]):
    """One's own, and for L&D admins those that were answered; never what the other side said about oneself."""

    model = CheckIn
    visible = staticmethod(access.visible_check_ins)
    serializer_class = CheckInSerializer
    filterset_class = CheckInFilter

    @extend_schema(request=CheckInAnswerSerializer, responses=CheckInSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, org: str, pk: int) -> Response:
        """Say how it is going. L&D reads it."""
        check_in = self.get_object()
        if not access.can_answer_check_in(self.member, check_in):
            raise PermissionDenied("This check-in is somebody else’s to answer.")
        said = checked(CheckInForm(answers(asked(CheckInAnswerSerializer, request))))
        services.answer_check_in(check_in, **said, by=self.member)
        return Response(CheckInSerializer(self.get_object()).data)


class PulsesViewSet(ReadViewSet[Pulse]):
    """Messages planned for a morning. L&D admins only."""

    model = Pulse
    visible = staticmethod(access.visible_pulses)
    serializer_class = PulseSerializer
    filterset_fields = ["cohort", "state"]

    @extend_schema(request=PulsePlanSerializer, responses={201: PulseSerializer})
    def create(self, request: Request, org: str) -> Response:
        """Plan one."""
        if not access.runs_mentoring(self.member):
            raise PermissionDenied("Only L&D admins send messages to a cohort’s pairs.")
        wanted = asked(PulsePlanSerializer, request)
        cohort = get_object_or_404(visible_cohorts(self.member), pk=wanted.pop("cohort"))
        pulse = services.plan_pulse(cohort, **checked(PulseForm(answers(wanted))), by=self.member)
        return Response(PulseSerializer(pulse).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=PulseSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, org: str, pk: int) -> Response:
        """Take it back from everybody who has not got it yet."""
        services.withdraw_pulse(self.get_object(), by=self.member)
        return Response(PulseSerializer(self.get_object()).data)
