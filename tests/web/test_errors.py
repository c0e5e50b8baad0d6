import json

import psycopg2
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.views.decorators.http import require_POST
from rest_framework import exceptions

from amdp.web import errors
from amdp.web.api import Pages, problem
from amdp.web.middleware import DatabaseAwayMiddleware, ResponseHeadersMiddleware

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error


def refuse(request):
    raise PermissionDenied("Only the nominator can withdraw a nomination.")


@require_POST
def press(request):
    return HttpResponse("pressed")


def lose(request):
    raise OperationalError("server closed the connection unexpectedly")


def break_down(request):
    raise RuntimeError("a secret detail")


urlpatterns = [
    path("refuse/", refuse),
    path("press/", press),
    path("lose/", lose),
    path("break/", break_down),
    path("api/lose/", lose),
    path("api/refuse/", refuse),
]

in_our_urls = override_settings(ROOT_URLCONF="tests.web.test_errors", DEBUG=False)


class Queried(Exception):
    """Stands for psycopg2's error with its state."""

    def __init__(self, state):
        self.pgcode = state


@pytest.mark.django_db
@in_our_urls
def test_a_refusal_says_why(client):
    response = client.get("/refuse/")
    assert response.status_code == 403
    assert "Only the nominator can withdraw a nomination." in response.content.decode()


@pytest.mark.django_db
@in_our_urls
def test_what_is_not_there_is_404(client):
    response = client.get("/nowhere/")
    assert (response.status_code, "There is nothing here" in response.content.decode()) == (404, True)


@pytest.mark.django_db
@in_our_urls
def test_the_address_of_a_button_opened_as_a_page_says_that_nothing_was_done(client):
    response = client.get("/press/")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "Opening it has changed nothing" in response.content.decode()
    assert client.put("/press/").content == b""  # a program that asks is not told a story


@pytest.mark.django_db
@in_our_urls
def test_a_lost_database_is_503_with_a_time_to_come_back(client):
    response = client.get("/lose/")
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "Back in a moment" in response.content.decode()
    assert client.get("/api/lose/").json()["status"] == 503


@pytest.mark.django_db
@in_our_urls
def test_a_crash_tells_nothing_of_itself():
    response = Client(raise_request_exception=False).get("/break/")
    assert (response.status_code, "secret" in response.content.decode()) == (500, False)


@pytest.mark.django_db
@in_our_urls
def test_a_stale_form_is_told_so():
    response = Client(enforce_csrf_checks=True).post("/refuse/")
    assert (response.status_code, "open too long" in response.content.decode()) == (403, True)


def test_error_pages_need_neither_database_nor_request():
    request = RequestFactory().get("/")
    assert errors.server_error(request).status_code == 500
    assert errors.database_away(request).status_code == 503


@pytest.mark.parametrize(
    ("state", "away"),
    [(None, True), ("08006", True), ("57P01", True), ("53300", True), ("40P01", False), ("57014", False)],
)
def test_a_deadlock_is_not_a_lost_database(state, away):
    error = OperationalError("x")
    error.__cause__ = Queried(state)
    assert errors.database_is_away(error) is away


def test_what_else_counts_as_away():
    assert errors.database_is_away(InterfaceError("connection already closed"))
    assert not errors.database_is_away(ValueError("no"))
    assert not errors.database_is_away(psycopg2.OperationalError("bare"))


def test_other_exceptions_pass_the_middleware():
    assert (
        DatabaseAwayMiddleware(HttpResponse).process_exception(RequestFactory().get("/"), ValueError())
        is None
    )


def test_nothing_personal_is_stored():
    response = ResponseHeadersMiddleware(lambda request: HttpResponse())(RequestFactory().get("/"))
    assert response["Cache-Control"] == "no-store"
    assert "camera=()" in response["Permissions-Policy"]
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


def test_what_may_be_stored_says_so_itself():
    def brand(request):
        return HttpResponse(headers={"Cache-Control": "private, max-age=60"})

    assert (
        ResponseHeadersMiddleware(brand)(RequestFactory().get("/"))["Cache-Control"] == "private, max-age=60"
    )


# --- API ---------------------------------------------------------------------------------------------


def test_a_services_refusal_is_400_with_its_sentence():
    response = problem(ValidationError("This cohort is already closed."), {})
    assert (response.status_code, response.content_type) == (400, "application/problem+json")
    assert json.loads(json.dumps(response.data)) == {
        "type": "about:blank",
        "title": "This cannot be saved yet",
        "status": 400,
        "detail": "This cohort is already closed.",
        "errors": {"non_field_errors": ["This cohort is already closed."]},
    }


def test_errors_of_fields_stay_with_their_fields():
    response = problem(ValidationError({"seats": ["At least one."], "__all__": ["Closed."]}), {})
    assert response.data["errors"] == {"seats": ["At least one."], "non_field_errors": ["Closed."]}
    assert (
        problem(exceptions.ValidationError({"seats": ["At least one."]}), {}).data["detail"]
        == "At least one."
    )


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (Http404(), 404),
        (PermissionDenied("No."), 403),
        (exceptions.NotAuthenticated(), 401),
        (exceptions.Throttled(wait=3), 429),
        (exceptions.ParseError(), 400),
    ],
)
def test_every_refusal_has_one_shape(raised, status):
    response = problem(raised, {})
    assert response.status_code == status == response.data["status"]
    assert {"type", "title", "status", "detail"} <= response.data.keys()


def test_what_is_no_refusal_is_left_to_break():
    assert problem(RuntimeError("x"), {}) is None


def test_pages_of_the_api_are_bounded():
    assert (Pages.page_size, Pages.max_page_size) == (25, 200)
