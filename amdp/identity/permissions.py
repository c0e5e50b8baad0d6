from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from amdp.identity.models import ApiToken

if TYPE_CHECKING:  # rest_framework.views reads the setting that names this module
    from rest_framework.views import APIView


class IsMember(BasePermission):
    """Deny by default: only members of the organization in the address, and tokens within their scope."""

    message = "This token may only read."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if getattr(request._request, "member", None) is None:
            return False
        return request.method in SAFE_METHODS or request.auth in (None, ApiToken.Scope.WRITE)
