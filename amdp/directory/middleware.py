"""Every page and answer goes by the member's own clock."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from amdp.directory.queries import local_zone


class LocalTimeMiddleware:
    """Stands below the one that finds the member; outside an organization times are in UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        member: Any = getattr(request, "member", None)
        if member is None:
            return self.get_response(request)
        with timezone.override(local_zone(member)):
            return self.get_response(request)
