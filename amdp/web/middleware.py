"""What every answer carries, and what is shown while the database is away."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from amdp.web.errors import (
    database_away,
    database_is_away,
    is_api,
    only_a_button,
    sentence_for_the_second,
    too_late,
)

GetResponse = Callable[[HttpRequest], HttpResponse]

PERMISSIONS = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"


class ResponseHeadersMiddleware:
    """Nothing personal stays in a cache: what does not say otherwise is never stored."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        if getattr(request, "htmx", False):
            patch_vary_headers(response, ["HX-Request"])
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class DatabaseAwayMiddleware:
    """A view that lost the database answers with a page that says so, and when to try again.

    What fails in another middleware comes to ``errors.server_error``, which gives the same page.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return database_away(request) if database_is_away(exception) else None


class SomebodyWasFasterMiddleware:
    """Of two people, or two clicks, at once the second is told what has become of it; nothing of theirs is saved.

    What comes to light only at the commit goes to ``errors.server_error``, which gives the same page.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        sentence = sentence_for_the_second(exception)
        return too_late(request, sentence) if sentence else None


class OnlyAButtonMiddleware:
    """The address of a button, opened like a page (typed, reloaded, or after signing in again), says so."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET" or is_api(request):
            return response
        page = only_a_button(request)
        page["Allow"] = response.get("Allow", "POST")
        return page
