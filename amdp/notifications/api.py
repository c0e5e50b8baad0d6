"""One's own notifications for programs: what the bell shows, and that it was seen."""

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from amdp.identity.api_base import ReadViewSet
from amdp.notifications import services
from amdp.notifications.access import visible_notifications
from amdp.notifications.models import Notification


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    """What was said to the member, why, and which page it leads to."""

    body = serializers.ListField(child=serializers.CharField(), read_only=True)
    at = serializers.DateTimeField(source="not_before", read_only=True)

    class Meta:
        model = Notification
        fields = ["id", "kind", "subject", "why", "body", "action", "path", "urgent", "at", "read_at"]


class MarkedSerializer(serializers.Serializer[dict[str, int]]):
    marked = serializers.IntegerField(help_text="How many had not been read.")


class NotificationFilter(django_filters.FilterSet):
    unread = django_filters.BooleanFilter(field_name="read_at", lookup_expr="isnull", label="Not read yet")

    class Meta:
        model = Notification
        fields = ["kind"]


class NotificationViewSet(ReadViewSet[Notification]):
    """One's own, newest first; nobody reads another's."""

    model = Notification
    visible = staticmethod(visible_notifications)
    serializer_class = NotificationSerializer
    filterset_class = NotificationFilter

    @extend_schema(request=None, responses=NotificationSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, org: str, pk: int) -> Response:
        """Mark one as read; once more changes nothing."""
        notification = self.get_object()
        services.mark_read(notification)
        return Response(self.get_serializer(notification).data)

    @extend_schema(request=None, responses=MarkedSerializer)
    @action(detail=False, methods=["post"], url_path="read-all")
    def read_all(self, request: Request, org: str) -> Response:
        """Mark all as read."""
        return Response({"marked": services.mark_all_read(by=self.member)})


def register(router: BaseRouter) -> None:
    router.register("notifications", NotificationViewSet, basename="notification")
