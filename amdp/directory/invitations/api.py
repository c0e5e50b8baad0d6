"""Invitations for programs."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from amdp.directory.access import visible_people
from amdp.directory.invitations.services import MOST_AT_ONCE, invite_people, invite_person
from amdp.identity.access import can_invite, can_invite_outsiders, grantable_roles, visible_invitations
from amdp.identity.api_base import ReadViewSet, asked
from amdp.identity.models import Invitation, Role
from amdp.identity.services import invite, resend_invitation, withdraw_invitation


class InvitationSerializer(serializers.ModelSerializer):
    """An invitation; its token exists only in the mail."""

    roles = serializers.ListField(
        source="granted_roles", child=serializers.ChoiceField(choices=Role.choices), read_only=True
    )

    class Meta:
        model = Invitation
        fields = [
            "id",
            "email",
            "name",
            "roles",
            "person_id",
            "state",
            "invited_at",
            "expires_at",
            "mailed_at",
            "accepted_at",
        ]


class NewInvitationSerializer(serializers.Serializer):
    """Either a person of the directory, or, for owners, an address."""

    person = serializers.IntegerField(required=False, help_text="Id of a person in the directory.")
    email = serializers.EmailField(required=False, help_text="Left out, the directory's address is used.")
    name = serializers.CharField(required=False, max_length=150)
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices), default=list)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if "person" not in data and "email" not in data:
            raise serializers.ValidationError("Give a person, an e-mail address, or both.")
        return data


class PeopleSerializer(serializers.Serializer):
    people = serializers.ListField(
        child=serializers.IntegerField(),
        allow_empty=False,
        max_length=MOST_AT_ONCE,
        help_text="Ids of people in the directory.",
    )


class RefusedSerializer(serializers.Serializer):
    """Somebody who is not invited, and why."""

    person = serializers.IntegerField()
    name = serializers.CharField()
    why = serializers.CharField()


class InvitedSerializer(serializers.Serializer):
    """What came of inviting several people."""

    invitations = InvitationSerializer(many=True)
    refused = RefusedSerializer(many=True)


class InvitationViewSet(ReadViewSet[Invitation]):
    """Who is asked to join."""

    model = Invitation
    visible = staticmethod(visible_invitations)
    serializer_class = InvitationSerializer
    filterset_fields = ["state", "person_id"]

    @extend_schema(request=NewInvitationSerializer, responses={201: InvitationSerializer})
    def create(self, request: Request, org: str) -> Response:
        if not can_invite(self.member):
            raise PermissionDenied("Only owners and L&D admins invite.")
        invitation = self._invite(**asked(NewInvitationSerializer, request))
        return Response(self.get_serializer(invitation).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=PeopleSerializer, responses=InvitedSerializer)
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request, org: str) -> Response:
        """Invite people of the directory together; those who cannot be are named, with the reason."""
        if not can_invite(self.member):
            raise PermissionDenied("Only owners and L&D admins invite.")
        wanted = asked(PeopleSerializer, request)["people"]
        people = list(visible_people(self.member).filter(pk__in=wanted))
        if len(people) != len(set(wanted)):
            raise serializers.ValidationError({"people": ["Some of these people do not exist."]})
        result = invite_people(people, by=self.member)
        refused = [{"person": one.pk, "name": one.name, "why": why} for one, why in result.refused]
        told = {"invitations": result.invitations, "refused": refused}
        return Response(InvitedSerializer(told).data)

    @extend_schema(request=None, responses=InvitationSerializer)
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, org: str, pk: int) -> Response:
        invitation = resend_invitation(self.get_object(), by=self.member)
        return Response(self.get_serializer(invitation).data)

    @extend_schema(request=None, responses=InvitationSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, org: str, pk: int) -> Response:
        invitation = withdraw_invitation(self.get_object(), by=self.member)
        return Response(self.get_serializer(invitation).data)

    def _invite(
        self, roles: list[str], person: int | None = None, email: str = "", name: str = ""
    ) -> Invitation:
        if not set(roles) <= {role.value for role in grantable_roles(self.member)}:
            raise PermissionDenied("Only owners hand out these roles.")
        if person is not None:
            found = get_object_or_404(visible_people(self.member), pk=person)
            return invite_person(found, email=email, roles=roles, by=self.member)
        if not can_invite_outsiders(self.member):
            raise PermissionDenied("Only owners invite somebody who is not in the directory.")
        return invite(email, name=name, roles=roles, by=self.member)


def register(router: BaseRouter) -> None:
    router.register("invitations", InvitationViewSet, basename="invitation")
