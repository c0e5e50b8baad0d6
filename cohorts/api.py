"""Programs, cohorts, participants and placements for programs: the same verbs as the pages."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from amdp.directory.access import visible_accounts, visible_people
from amdp.directory.queries import chain_above
from amdp.identity.api_base import ReadViewSet, asked
from amdp.identity.models import Membership
from cohorts import access, queries, services
from cohorts.graduation import OpenWork, open_work
from cohorts.models import Cohort, Participant, Placement, Program
from cohorts.preconditions import cautions, unmet
from cohorts.serializers import (
    AskSerializer,
    CohortSerializer,
    DesignSerializer,
    GraduationSerializer,
    MoveSerializer,
    NewPlacementSerializer,
    OpenWorkSerializer,
    ParticipantSerializer,
    PlacementSerializer,
    ProgramSerializer,
    ReasonSerializer,
    SignatureSerializer,
    UnmetSerializer,
)

NOT_AN_ADMIN = "Only L&D admins do that."


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
        program = get_object_or_404(programs_with_design(self.member), pk=pk)
        return Response(DesignSerializer(program, context=self.get_serializer_context()).data)

    @extend_schema(request=AskSerializer, responses=ProgramSerializer)
    @action(detail=True, methods=["post"], url_path="ask-sign-off")
    def ask_sign_off(self, request: Request, org: str, pk: int) -> Response:
        program = self.get_object()
        if not access.can_edit_program(self.member, program):
            raise PermissionDenied(NOT_AN_ADMIN)
        services.ask_for_sign_off(program, by=self.member, **asked(AskSerializer, request))
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

    def _to_sign(self) -> Program:
        program: Program = self.get_object()
        if not access.can_sign_off(self.member, program):
            raise PermissionDenied("Only stakeholders who were asked and have not signed can do that.")
        return program


def counted_cohorts(member: Membership) -> QuerySet[Cohort]:
    return queries.with_participant_counts(access.visible_cohorts(member))


class CohortViewSet(ReadViewSet[Cohort]):
    """Cohorts, what is unmet before the next stage, and the move there."""

    model = Cohort
    visible = staticmethod(counted_cohorts)
    serializer_class = CohortSerializer
    filterset_fields = ["state", "program"]

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


class ParticipantViewSet(ReadViewSet[Participant]):
    """Who is enrolled, and the ways out and back."""

    model = Participant
    visible = staticmethod(access.visible_participants)
    serializer_class = ParticipantSerializer
    filterset_fields = ["cohort", "state", "person"]

    @extend_schema(request=ReasonSerializer, responses=ParticipantSerializer)
    @action(detail=True, methods=["post"])
    def defer(self, request: Request, org: str, pk: int) -> Response:
        participant = services.defer(self._to_run(), by=self.member, **asked(ReasonSerializer, request))
        return Response(self.get_serializer(participant).data)

    @extend_schema(request=ReasonSerializer, responses=ParticipantSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, org: str, pk: int) -> Response:
        participant = services.withdraw(self._to_run(), by=self.member, **asked(ReasonSerializer, request))
        return Response(self.get_serializer(participant).data)

    @extend_schema(request=None, responses=ParticipantSerializer)
    @action(detail=True, methods=["post"], url_path="bring-back")
    def bring_back(self, request: Request, org: str, pk: int) -> Response:
        participant = services.return_from_deferral(self._to_run(), by=self.member)
        return Response(self.get_serializer(participant).data)

    def _to_run(self) -> Participant:
        participant: Participant = self.get_object()
        if not access.can_run_cohort(self.member, participant.cohort):
            raise PermissionDenied(NOT_AN_ADMIN)
        return participant


def placements_with_accounts(member: Membership) -> QuerySet[Placement]:
    return queries.with_accounts(access.visible_placements(member))


class PlacementViewSet(ReadViewSet[Placement]):
    """Placements: propose, sign, take back."""

    model = Placement
    visible = staticmethod(placements_with_accounts)
    serializer_class = PlacementSerializer
    filterset_fields = ["state", "participant"]

    @extend_schema(request=NewPlacementSerializer, responses={201: PlacementSerializer})
    def create(self, request: Request, org: str) -> Response:
        wanted = asked(NewPlacementSerializer, request)
        participant = get_object_or_404(
            access.visible_participants(self.member), pk=wanted.pop("participant")
        )
        if not access.can_propose_placement(self.member, participant):
            raise PermissionDenied("L&D admins and the graduate’s own leaders propose placements.")
        above = {one.pk: one for one in chain_above(participant.person)}
        leader = above.get(wanted["leader"]) or get_object_or_404(
            visible_people(self.member), pk=wanted["leader"]
        )
        accounts = list(visible_accounts(self.member).filter(pk__in=wanted["accounts"]))
        if len(accounts) != len(set(wanted["accounts"])):
            raise serializers.ValidationError({"accounts": ["Some of these accounts do not exist."]})
        placement = services.propose_placement(
            participant, by=self.member, **{**wanted, "leader": leader, "accounts": accounts}
        )
        found = get_object_or_404(placements_with_accounts(self.member), pk=placement.pk)
        return Response(self.get_serializer(found).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=PlacementSerializer)
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, org: str, pk: int) -> Response:
        placement = self.get_object()
        if access.can_sign_as_leader(self.member, placement):
            services.sign_placement_as_leader(placement, by=self.member)
        elif access.can_sign_as_hr(self.member, placement):
            services.sign_placement_as_hr(placement, by=self.member)
        else:
            raise PermissionDenied("The named leader and an HR analyst sign a placement, each once.")
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=ReasonSerializer, responses=PlacementSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, org: str, pk: int) -> Response:
        placement = self.get_object()
        if not access.can_withdraw_placement(self.member, placement):
            raise PermissionDenied("Its proposers can take a placement back before both have signed.")
        services.withdraw_placement(placement, by=self.member, **asked(ReasonSerializer, request))
        return Response(self.get_serializer(self.get_object()).data)


def register(router: BaseRouter) -> None:
    router.register("programs", ProgramViewSet, basename="program")
    router.register("cohorts", CohortViewSet, basename="cohort")
    router.register("participants", ParticipantViewSet, basename="participant")
    router.register("placements", PlacementViewSet, basename="placement")
