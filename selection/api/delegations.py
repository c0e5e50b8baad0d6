"""Who acts in whose name: one's own delegations, given and held."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, asked
from selection import access, services
from selection.models import Delegation


class DelegationSerializer(serializers.ModelSerializer[Delegation]):
    """Somebody acts in somebody’s name from a day to a day, both included."""

    principal_name = serializers.CharField(source="principal.name", read_only=True)
    delegate_name = serializers.CharField(source="delegate.name", read_only=True)

    class Meta:
        model = Delegation
        fields = [
            "id",
            "principal",
            "principal_name",
            "delegate",
            "delegate_name",
            "duties",
            "from_on",
            "until_on",
            "why",
            "created_at",
            "revoked_at",
        ]


class NewDelegationSerializer(serializers.Serializer):
    """Whom one lets act in the own name, for what, and within which days."""

    delegate = serializers.IntegerField(help_text="Id of a person who works here and can sign in")
    duties = serializers.ListField(child=serializers.ChoiceField(choices=Delegation.Duty.choices))
    from_on = serializers.DateField()
    until_on = serializers.DateField()
    why = serializers.CharField(max_length=500)


class DelegationViewSet(ReadViewSet[Delegation]):
    """Delegations the member gave or holds."""

    visible = staticmethod(access.visible_delegations)
    model = Delegation
    serializer_class = DelegationSerializer

    def answer(self, delegation: Delegation, code: int = status.HTTP_200_OK) -> Response:
        shown = access.visible_delegations(self.member).get(pk=delegation.pk)
        return Response(DelegationSerializer(shown).data, status=code)

    @extend_schema(request=NewDelegationSerializer, responses={201: DelegationSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Let somebody act in one’s own name for a while."""
        body = asked(NewDelegationSerializer, request)
        delegate = get_object_or_404(access.possible_delegates(self.member), pk=body.pop("delegate"))
        given = services.delegate_to(delegate, by=self.member, **body)
        return self.answer(given, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=DelegationSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, **kwargs: Any) -> Response:
        """End it now."""
        return self.answer(services.revoke_delegation(self.get_object(), by=self.member))
