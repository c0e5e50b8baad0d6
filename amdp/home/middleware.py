"""Everything a member reads goes by the member's own clock."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from amdp.directory.queries import local_zone


class LocalTimeMiddleware:
    """Inside an organization, dates and times are the member's, on pages and in forms."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        member = getattr(request, "member", None)
        if member is None:
            return self.get_response(request)
        with timezone.override(local_zone(member)):
            return self.get_response(request)
