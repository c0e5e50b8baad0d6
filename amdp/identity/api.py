"""Members and the audit log for programs."""

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from amdp.audit.models import AuditEntry
from amdp.identity.access import visible_entries, visible_members
from amdp.identity.api_base import MemberViewSet, ReadViewSet
from amdp.identity.models import Membership, Role


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


class MembersViewSet(ReadViewSet[Membership]):
    """Owners read every member, everybody else their own row."""

    model = Membership
    visible = staticmethod(visible_members)
    serializer_class = MemberSerializer
    filterset_class = MemberFilter


class AuditViewSet(ReadViewSet[AuditEntry]):
    """Owners read the whole log, HR analysts what concerns HR data."""

    model = AuditEntry
    visible = staticmethod(visible_entries)
    serializer_class = EntrySerializer
    filterset_class = EntryFilter


def register(router: BaseRouter) -> None:
    router.register("me", MeViewSet, basename="me")
    router.register("members", MembersViewSet, basename="member")
    router.register("audit", AuditViewSet, basename="entry")
