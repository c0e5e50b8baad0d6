"""Placements: propose, sign, take back."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.directory.access import visible_accounts, visible_people
from amdp.directory.queries import chain_above
from amdp.identity.api_base import ReadViewSet, asked
from amdp.identity.models import Membership
from cohorts import access, queries, services
from cohorts.models import Placement
from cohorts.serializers import NewPlacementSerializer, PlacementSerializer, ReasonSerializer


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
