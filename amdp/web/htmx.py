"""The same view answers a page or, to htmx, only the part that changes."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def wants_fragment(request: HttpRequest) -> bool:
    """Did htmx ask for a part? A boosted link and a walk through the history want the whole page."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_page(
    request: HttpRequest, page: str, context: dict[str, Any], *, fragment: str, status: int = 200
) -> HttpResponse:
    """The page, or its fragment when htmx asks."""
    return render(request, fragment if wants_fragment(request) else page, context, status=status)


def announce(response: HttpResponse, text: str) -> HttpResponse:
    """Let the page say this, seen and heard, after the swap."""
    response["HX-Trigger"] = json.dumps({"announce": text})
    return response
