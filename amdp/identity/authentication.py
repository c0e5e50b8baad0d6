from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request


class TokenAuthentication(BaseAuthentication):
    """The middleware has already resolved a personal token to its member; tell DRF about it."""

    def authenticate(self, request: Request) -> tuple[Any, str] | None:
        django_request = request._request
        if not getattr(django_request, "used_token", False) or django_request.member is None:
            return None
        return django_request.user, django_request.member.token_scope

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
