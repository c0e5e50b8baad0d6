"""Cohorts: open, set up, what is unmet before the next stage, the move there, and graduation."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import model_to_dict
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, answers, asked, checked
from amdp.identity.models import Membership
from cohorts import access, queries, services
from cohorts.api.programs import NOT_TO_EDIT
from cohorts.forms.cohorts import COHORT_FORMS, CohortNewForm
from cohorts.graduation import OpenWork, open_work
from cohorts.models import Cohort, Participant
from cohorts.preconditions import cautions, unmet
from cohorts.serializers import (
    CohortSerializer,
    CohortSetUpSerializer,
    GraduationSerializer,
    MoveSerializer,
    NewCohortSerializer,
    OpenWorkSerializer,
    ParticipantSerializer,
    UnmetSerializer,
)

NOT_AN_ADMIN = "Only L&D admins set up and run cohorts."


def counted_cohorts(member: Membership) -> QuerySet[Cohort]:
    return queries.with_participant_counts(access.visible_cohorts(member))


class CohortViewSet(ReadViewSet[Cohort]):
    """Cohorts: their set-up, what is unmet before the next stage, and the move there."""

    model = Cohort
    visible = staticmethod(counted_cohorts)
    serializer_class = CohortSerializer
    filterset_fields = ["state", "program"]

    @extend_schema(request=NewCohortSerializer, responses={201: CohortSerializer})
    def create(self, request: Request, org: str) -> Response:
        """A new cohort of a program; its end, nomination window and decision day are proposed from the start."""
        wanted = asked(NewCohortSerializer, request)
        program = get_object_or_404(access.visible_programs(self.member), pk=wanted.pop("program"))
        if not access.can_open_cohort(self.member, program):
            raise PermissionDenied(NOT_TO_EDIT)
        chosen = checked(CohortNewForm(answers(wanted)))
        cohort = services.open_cohort(program, by=self.member, **chosen)
        found = get_object_or_404(counted_cohorts(self.member), pk=cohort.pk)
        return Response(self.get_serializer(found).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=CohortSetUpSerializer, responses=CohortSerializer)
    def partial_update(self, request: Request, org: str, pk: int) -> Response:
        """Name, dates, seats, markets and nomination window; what is left out stays."""
        cohort, wanted = self._to_run(), asked(CohortSetUpSerializer, request, partial=True)
        set_up(cohort, wanted)
        services.save_cohort(cohort, by=self.member)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=MoveSerializer, responses=CohortSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, org: str, pk: int) -> Response:
        cohort = self._to_run()
        services.move_cohort(cohort, by=self.member, **asked(MoveSerializer, request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses=UnmetSerializer)
    @action(detail=True, methods=["get"])
    def unmet(self, request: Request, org: str, pk: int) -> Response:
        cohort = self._to_run()
        target = cohort.next_state
        warned = cautions(cohort, target, self.member) if target else []
        return Response(
            {
                "to": target,
                "unmet": unmet(cohort, target) if target else [],
                "cautions": [caution.sentence for caution in warned],
            }
        )

    @extend_schema(responses=OpenWorkSerializer(many=True))
    @action(detail=True, methods=["get"], url_path="open-work", filterset_fields=[], pagination_class=None)
    def open_work(self, request: Request, org: str, pk: int) -> Response:
        """Who is active, and what each of them still has to do before graduating."""
        cohort = self._to_run()
        work = open_work(cohort, self.member)
        active = cohort.participants.filter(state=Participant.State.ACTIVE).select_related("person")
        lines = [(one, work.get(one.pk, OpenWork(0, ()))) for one in active]
        rows = [
            {"participant": one.pk, "name": str(one), "open": left.count, "titles": left.titles}
            for one, left in lines
        ]
        return Response(OpenWorkSerializer(rows, many=True).data)

    @extend_schema(request=GraduationSerializer, responses=ParticipantSerializer(many=True))
    @action(detail=True, methods=["post"], filterset_fields=[], pagination_class=None)
    def graduate(self, request: Request, org: str, pk: int) -> Response:
        """Graduate those named; whoever has required work open needs a reason."""
        cohort, wanted = self._to_run(), asked(GraduationSerializer, request)
        reasons = {one["participant"]: one["reason"] for one in wanted["participants"]}
        chosen = list(cohort.participants.filter(pk__in=reasons))
        if len(chosen) != len(reasons):
            raise serializers.ValidationError({"participants": ["Some of them are not in this cohort."]})
        graduates = services.graduate(cohort, chosen, on=wanted["on"], by=self.member, reasons=reasons)
        return Response(ParticipantSerializer(graduates, many=True).data)

    def _to_run(self) -> Cohort:
        cohort: Cohort = self.get_object()
        if not access.can_run_cohort(self.member, cohort):
            raise PermissionDenied(NOT_AN_ADMIN)
        return cohort


def set_up(cohort: Cohort, wanted: dict[str, Any]) -> None:
    """Put what is wanted on the cohort, through the page's form of each section it is about."""
    for _, form_class in COHORT_FORMS.values():
        fields = form_class.base_fields
        if not wanted.keys().isdisjoint(fields):
            known = model_to_dict(cohort, fields=fields)
            checked(form_class(answers({**known, **wanted}), instance=cohort))
