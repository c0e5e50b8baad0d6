"""The pages for when something is not there, not allowed, or broken.

403 and 404 stand in the frame when someone is signed in; 500 and 503 need neither database nor request.
"""

import sys

import redis
from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.template.loader import render_to_string

RETRY_AFTER = 30
NOT_ALLOWED = "Your role does not include this. If you need it, ask the owner of your organization."
# PostgreSQL: connection exceptions, shutting down, starting up, too many connections.
AWAY = ("08", "57P", "53300")
# PostgreSQL: there is one like it already, could not serialize, deadlock.
AT_ONCE = ("23505", "40001", "40P01")
TWICE = "Somebody saved the same at this moment, or it was sent twice. What was saved first counts."


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400"""
    return page(request, 400, {"sentence": "The address or the form held something that cannot be read."})


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, with the sentence the refusal came with."""
    return page(request, 403, {"sentence": str(exception) or NOT_ALLOWED})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same words whether it is not there or not for this person's eyes."""
    return page(request, 404, {})


def only_a_button(request: HttpRequest) -> HttpResponse:
    """405 for somebody who opens the address of a button: nothing was done."""
    return page(
        request, 405, {"sentence": "This address belongs to a button. Opening it has changed nothing."}
    )


def too_many(request: HttpRequest) -> HttpResponse:
    """429, where a login page was tried too often; named in ``amdp/urls.py`` for allauth."""
    return page(request, 429, {"sentence": "This was tried too often in a short time."})


def too_late(request: HttpRequest, sentence: str) -> HttpResponse:
    """409 for whoever came second, of two people or two clicks."""
    return page(request, 409, {"sentence": sentence})


def sentence_for_the_second(problem: BaseException) -> str:
    """What to say when two did it at once; empty when the problem is another one.

    A page shows what a service refuses beside its button. What is refused only once the other one has let go of
    the row, after the page itself found nothing wrong, ends here.
    """
    if isinstance(problem, ValidationError):
        return " ".join(problem.messages)
    state = getattr(problem.__cause__, "pgcode", None) or ""
    return TWICE if isinstance(problem, DatabaseError) and state in AT_ONCE else ""


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was sent from a page that is too old."""
    html = render_to_string("errors/csrf.html", {"back": request.path})
    return HttpResponse(html, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 when the reason is that the database cannot be reached, 409 when somebody was faster."""
    problem = sys.exc_info()[1]
    if problem is not None and database_is_away(problem):
        return database_away(request)
    if problem is not None and (sentence := sentence_for_the_second(problem)):
        return too_late(request, sentence)
    if is_api(request):
        return problem_json(
            500, "Something broke on our side", "It has been noted. Try again in a few minutes."
        )
    return HttpResponse(loader.get_template("500.html").render(), status=500)


def database_away(request: HttpRequest) -> HttpResponse:
    """503 with the time after which to try again."""
    if is_api(request):
        response: HttpResponse = problem_json(
            503, "Back in a moment", "The database cannot be reached. Try again."
        )
    else:
        response = HttpResponse(loader.get_template("503.html").render(), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def database_is_away(problem: BaseException) -> bool:
    """Is PostgreSQL or Redis out of reach? A deadlock or a slow query is another matter."""
    if isinstance(problem, redis.ConnectionError):
        return True
    if not isinstance(problem, OperationalError | InterfaceError):
        return False
    state = getattr(problem.__cause__, "pgcode", None)
    return state is None or state.startswith(AWAY)


def page(request: HttpRequest, status: int, context: dict[str, str]) -> HttpResponse:
    """The error in the frame; without it when the frame itself cannot be drawn."""
    if is_api(request):
        return problem_json(status, TITLES[status], context.get("sentence", ""))
    name = f"{status}.html"
    try:
        html = render_to_string(name, context, request=request)
    except DatabaseError:
        html = render_to_string(name, context)
    return HttpResponse(html, status=status)


TITLES = {
    400: "This cannot be read",
    403: "This is not yours to do",
    404: "There is nothing here",
    405: "Nothing was done",
    409: "This could not be done",
    429: "Too many attempts",
}


def is_api(request: HttpRequest) -> bool:
    """Does a program ask, not a person?"""
    return request.path.startswith("/api/")


def problem_json(status: int, title: str, detail: str) -> JsonResponse:
    """RFC 9457."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")
