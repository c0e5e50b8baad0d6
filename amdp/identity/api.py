"""Oneself, the organization, its members and the audit log for programs: the same verbs as the pages.

Tokens are made and revoked in the browser alone: a token must not make tokens.
"""

from collections.abc import Callable
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm, model_to_dict
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from amdp.audit.models import AuditEntry
from amdp.identity import services
from amdp.identity.access import is_owner, visible_entries, visible_members, visible_organizations
from amdp.identity.api_base import MemberViewSet, ReadViewSet, answers, asked, checked
from amdp.identity.forms import OrganizationForm, ProfileForm, RemoveForm, RolesForm, TimeZoneForm
from amdp.identity.models import Membership, Role
from amdp.tenancy.models import Organization


class MemberSerializer(serializers.ModelSerializer):
    """A login in this organization and the roles an owner granted it."""

    name = serializers.CharField(source="display_name", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)
    roles = serializers.ListField(
        source="granted_roles", child=serializers.ChoiceField(choices=Role.choices), read_only=True
    )

    class Meta:
        model = Membership
        fields = ["id", "name", "email", "roles", "time_zone", "is_active", "joined_at"]


class EntrySerializer(serializers.ModelSerializer):
    """Who did what to which thing, and why."""

    class Meta:
        model = AuditEntry
        fields = [
            "id",
            "at",
            "actor_id",
            "actor_name",
            "verb",
            "object_type",
            "object_id",
            "object_label",
            "before",
            "after",
            "why",
        ]


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    """What every member sees and goes by."""

    class Meta:
        model = Organization
        fields = [
            "slug",
            "name",
            "accent",
            "time_zone",
            "time_zone_confirmed_at",
            "market",
            "requires_two_factor",
        ]
        read_only_fields = ["slug", "time_zone_confirmed_at"]


class ZoneSerializer(serializers.Serializer[Any]):
    time_zone = serializers.CharField(max_length=64, help_text="As IANA names it, such as Europe/Berlin.")


class ProfileSerializer(serializers.Serializer[Any]):
    """What a member says about themselves; what is left out stays."""

    name = serializers.CharField(required=False, max_length=150)
    time_zone = serializers.CharField(
        required=False, allow_blank=True, max_length=64, help_text="Empty: as in the directory."
    )


class RolesSerializer(serializers.Serializer[Any]):
    """All roles the member shall hold by grant, and why that changes."""

    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))
    why = serializers.CharField(max_length=500, help_text="Kept in the audit log.")


class WhySerializer(serializers.Serializer[Any]):
    why = serializers.CharField(max_length=500, help_text="Kept in the audit log.")


class MemberFilter(django_filters.FilterSet):
    role = django_filters.ChoiceFilter(
        choices=Role.choices, field_name="granted_roles", lookup_expr="contains", method="by_role"
    )

    class Meta:
        model = Membership
        fields = ["is_active"]

    def by_role(self, members, name, value):
        return members.filter(granted_roles__contains=[value])


class EntryFilter(django_filters.FilterSet):
    since = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte")
    until = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt")
    verb = django_filters.CharFilter(lookup_expr="startswith")

    class Meta:
        model = AuditEntry
        fields = ["actor_id", "object_type", "object_id"]


class MeViewSet(MemberViewSet[Membership]):
    """Whom this session or token speaks for."""

    model = Membership
    visible = staticmethod(visible_members)
    serializer_class = MemberSerializer
    pagination_class = None
    filter_backends = []

    @extend_schema(operation_id="me", responses=MemberSerializer)
    def list(self, request: Request, org: str) -> Response:
        return Response(self.get_serializer(self.member).data)

    @extend_schema(request=ProfileSerializer, responses=MemberSerializer)
    @action(detail=False, methods=["post"])
    def change(self, request: Request, org: str) -> Response:
        """One's own name, on every page of every organization, and time zone here."""
        wanted = asked(ProfileSerializer, request)
        known = {"name": self.member.user.name, "time_zone": self.member.time_zone}
        said = checked(ProfileForm(answers({**known, **wanted}), member=self.member))
        return Response(self.get_serializer(services.change_profile(self.member, **said)).data)


class OrganizationViewSet(MemberViewSet[Organization]):
    """The organization's settings, for owners."""

    model = Organization
    visible = staticmethod(visible_organizations)
    serializer_class = OrganizationSerializer
    pagination_class = None
    filter_backends = []

    @extend_schema(operation_id="organization", responses=OrganizationSerializer)
    def list(self, request: Request, org: str) -> Response:
        return Response(self.get_serializer(self._own()).data)

    @extend_schema(request=OrganizationSerializer(partial=True), responses=OrganizationSerializer)
    @action(detail=False, methods=["post"])
    def change(self, request: Request, org: str) -> Response:
        """Name, colour, time zone, market, the two-factor rule; what is left out stays."""
        organization, wanted = self._own(), asked(OrganizationSerializer, request, partial=True)
        known = model_to_dict(organization, fields=OrganizationForm.base_fields)
        form = OrganizationForm(answers({**known, **wanted}), instance=organization)
        return self._changed(form, services.change_organization)

    @extend_schema(request=ZoneSerializer, responses=OrganizationSerializer)
    @action(detail=False, methods=["post"], url_path="confirm-time-zone")
    def confirm_time_zone(self, request: Request, org: str) -> Response:
        """Say that this is the organization's time zone."""
        self._own()
        return self._changed(
            TimeZoneForm(answers(asked(ZoneSerializer, request))), services.confirm_time_zone
        )

    def _changed(self, form: BaseForm, verb: Callable[..., Organization]) -> Response:
        organization = verb(self.member.organization, by=self.member, **checked(form))
        return Response(self.get_serializer(organization).data)

    def _own(self) -> Organization:
        return get_object_or_404(self.get_queryset())


class MembersViewSet(ReadViewSet[Membership]):
    """Owners read every member, everybody else their own row."""

    model = Membership
    visible = staticmethod(visible_members)
    serializer_class = MemberSerializer
    filterset_class = MemberFilter

    @extend_schema(request=RolesSerializer, responses=MemberSerializer)
    @action(detail=True, methods=["post"])
    def roles(self, request: Request, org: str, pk: int) -> Response:
        """Grant and revoke until the member holds exactly these roles."""
        member = self._to_change()
        said = checked(RolesForm(answers(asked(RolesSerializer, request))))
        return Response(self.get_serializer(services.set_roles(member, by=self.member, **said)).data)

    @extend_schema(request=WhySerializer, responses=MemberSerializer)
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, org: str, pk: int) -> Response:
        """End a membership: roles and tokens go with it, what the member did stays."""
        member = self._to_change()
        said = checked(RemoveForm(answers(asked(WhySerializer, request))))
        return Response(self.get_serializer(services.remove_member(member, by=self.member, **said)).data)

    def _to_change(self) -> Membership:
        member: Membership = self.get_object()
        if not is_owner(self.member):
            raise PermissionDenied("Only owners of the organization change who may do what.")
        if not member.is_active:
            raise Http404
        return member


class AuditViewSet(ReadViewSet[AuditEntry]):
    """Owners read the whole log, HR analysts what concerns HR data."""

    model = AuditEntry
    visible = staticmethod(visible_entries)
    serializer_class = EntrySerializer
    filterset_class = EntryFilter


def register(router: BaseRouter) -> None:
    router.register("me", MeViewSet, basename="me")
    router.register("organization", OrganizationViewSet, basename="organization")
    router.register("members", MembersViewSet, basename="member")
    router.register("audit", AuditViewSet, basename="entry")
