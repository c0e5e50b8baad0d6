"""What every endpoint shares: it belongs to a member and shows what that member may see.

An app's ``api.py`` has viewsets over ``MemberViewSet`` and ``def register(router)``; ``amdp/api.py`` calls it.
"""

from typing import Any, ClassVar, Generic, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from amdp.identity.models import Membership

M = TypeVar("M", bound=Model)


class MemberViewSet(GenericViewSet, Generic[M]):
    """``visible = staticmethod(access.visible_things)`` is all it takes to be safe: rows the member may not see
    are 404. Verbs are services called with ``by=self.member``."""

    visible: ClassVar[Any]
    model: ClassVar[type[Model]]
    lookup_value_converter = "int"

    @property
    def member(self) -> Membership:
        return self.request._request.member  # type: ignore[attr-defined]

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.model._default_manager.none()
        found: QuerySet[Any] = self.visible(self.member)
        return found


class ReadViewSet(RetrieveModelMixin, ListModelMixin, MemberViewSet[M]):
    """A list in pages and single rows, nothing to change."""


def asked(serializer: type[Serializer], request: Request) -> dict[str, Any]:
    """The checked body of a request."""
    body = serializer(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)
