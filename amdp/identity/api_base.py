"""What every endpoint shares: it belongs to a member and shows what that member may see.

An app's ``api.py`` has viewsets over ``MemberViewSet`` and ``def register(router)``; ``amdp/api.py`` calls it.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.utils.datastructures import MultiValueDict
from rest_framework.exceptions import ValidationError as RefusedBody
from rest_framework.fields import ChoiceField
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


class StepSerializer(Serializer):
    """For what stands in an order among its siblings."""

    to = ChoiceField(choices=[("up", "One place up"), ("down", "One place down")])


def asked(serializer: type[Serializer], request: Request, *, partial: bool = False) -> dict[str, Any]:
    """The checked body of a request; ``partial`` when what is left out stays as it is.

    A field that is not known here is refused, not dropped: whoever sent it meant something by it.
    """
    body = serializer(data=request.data, partial=partial)
    refuse_unknown(body, request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def refuse_unknown(body: Serializer, sent: Any) -> None:
    """Raise for fields the body does not have, with the names of those it has."""
    known = f"only: {', '.join(body.fields)}" if body.fields else "and nothing is asked for"
    wrong = [name for name in sent if name not in body.fields] if isinstance(sent, Mapping) else []
    if wrong:
        sentences = {name: [f"There is no field “{name}” here, {known}."] for name in wrong}
        raise RefusedBody(sentences)


def answers(values: Mapping[str, Any]) -> MultiValueDict[str, Any]:
    """What was asked, as a page's form takes it."""
    return MultiValueDict(
        {name: list(value) if isinstance(value, list | tuple) else [value] for name, value in values.items()}
    )


def checked(form: BaseForm) -> dict[str, Any]:
    """The page's form has the last word; raises ValidationError with its sentences by field."""
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    return form.cleaned_data
