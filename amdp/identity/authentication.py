from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request


class TokenAuthentication(BaseAuthentication):
    """The middleware has already resolved a personal token to its member; tell DRF about it."""

    def authenticate(self, request: Request) -> tuple[Any, str] | None:
        asked: Any = request._request
        if not getattr(asked, "used_token", False) or asked.member is None:
            return None
        return asked.user, asked.member.token_scope

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI description tells of it; found by being a subclass."""

    target_class = "amdp.identity.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A personal token from your profile."}
