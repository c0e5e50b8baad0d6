"""Programs: create, change, archive, and what stakeholders sign."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import model_to_dict
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, answers, asked, checked
from amdp.identity.models import Membership
from cohorts import access, services
from cohorts.blueprints import blueprints
from cohorts.forms.programs import BLANK, ProgramForm, ProgramNewForm
from cohorts.models import Program
from cohorts.serializers import (
    AskSerializer,
    DesignSerializer,
    NewProgramSerializer,
    ProgramSerializer,
    ProgramTextSerializer,
    ReasonSerializer,
    SignatureSerializer,
)

NOT_TO_EDIT = "Only L&D admins design programs, and an archived program stays as it is."


def programs_with_design(member: Membership) -> QuerySet[Program]:
    return access.visible_programs(member).prefetch_related(
        "objectives", "outcomes", "metrics", "competencies__behaviors"
    )


class ProgramViewSet(ReadViewSet[Program]):
    """Programs; one of them comes with its whole design."""

    model = Program
    visible = staticmethod(access.visible_programs)
    serializer_class = ProgramSerializer
    filterset_fields = ["state"]

    @extend_schema(responses=DesignSerializer)
    def retrieve(self, request: Request, org: str, pk: int) -> Response:
        return Response(self._design(pk))

    @extend_schema(request=NewProgramSerializer, responses={201: DesignSerializer})
    def create(self, request: Request, org: str) -> Response:
        """A new program, from a blueprint or blank."""
        if not access.can_edit_program(self.member):
            raise PermissionDenied("Only L&D admins create programs.")
        wanted = asked(NewProgramSerializer, request)
        chosen = checked(ProgramNewForm(answers({**wanted, "blueprint": wanted["blueprint"] or BLANK})))
        blueprint = blueprints().get(chosen["blueprint"])
        program = services.create_program(chosen["name"], blueprint=blueprint, by=self.member)
        return Response(self._design(program.pk), status=status.HTTP_201_CREATED)

    @extend_schema(request=ProgramTextSerializer, responses=ProgramSerializer)
    def partial_update(self, request: Request, org: str, pk: int) -> Response:
        """Name, summary and length; what is left out stays."""
        program = self._to_edit()
        wanted = asked(ProgramTextSerializer, request, partial=True)
        known = model_to_dict(program, fields=ProgramForm.base_fields)
        form = ProgramForm(answers({**known, **wanted}), instance=program)
        checked(form)
        return Response(self.get_serializer(services.save_program(form.instance, by=self.member)).data)

    @extend_schema(request=None, responses=ProgramSerializer)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, org: str, pk: int) -> Response:
        """Put a signed-off program away: no new cohort opens from it."""
        return Response(self.get_serializer(services.archive_program(self._to_edit(), by=self.member)).data)

    @extend_schema(request=AskSerializer, responses=ProgramSerializer)
    @action(detail=True, methods=["post"], url_path="ask-sign-off")
    def ask_sign_off(self, request: Request, org: str, pk: int) -> Response:
        services.ask_for_sign_off(self._to_edit(), by=self.member, **asked(AskSerializer, request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=SignatureSerializer, responses=ProgramSerializer)
    @action(detail=True, methods=["post"], url_path="sign-off")
    def sign_off(self, request: Request, org: str, pk: int) -> Response:
        program = services.sign_off(self._to_sign(), by=self.member, **asked(SignatureSerializer, request))
        return Response(self.get_serializer(program).data)

    @extend_schema(request=ReasonSerializer, responses=ProgramSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def give_back(self, request: Request, org: str, pk: int) -> Response:
        program = services.return_program(self._to_sign(), by=self.member, **asked(ReasonSerializer, request))
        return Response(self.get_serializer(program).data)

    def _design(self, pk: int) -> Any:
        program = get_object_or_404(programs_with_design(self.member), pk=pk)
        return DesignSerializer(program, context=self.get_serializer_context()).data

    def _to_edit(self) -> Program:
        program: Program = self.get_object()
        if not access.can_edit_program(self.member, program):
            raise PermissionDenied(NOT_TO_EDIT)
        return program

    def _to_sign(self) -> Program:
        program: Program = self.get_object()
        if not access.can_sign_off(self.member, program):
            raise PermissionDenied("Only stakeholders who were asked and have not signed can do that.")
        return program
