"""What every API answer shares: pages of results, and problems as RFC 9457 (problem+json)."""

import json
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.response import Response

PROBLEM = "application/problem+json"
NOT_ALLOWED = "You may see this but not do that."


class WholeTextParser(JSONParser):
    """JSON whose text can be written down: half a character (a lone surrogate) fits neither a column nor an answer."""

    def parse(self, *arguments: Any, **options: Any) -> Any:
        found = super().parse(*arguments, **options)
        try:
            json.dumps(found, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise exceptions.ParseError("The text holds half a character. Send whole ones.") from None
        return found


class Pages(PageNumberPagination):
    """``?page=2&page_size=100``; at most 200 a page."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 200


def problem(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal in one shape: title, status, a sentence, and the fields when it is about fields."""
    from rest_framework.views import exception_handler  # its module reads the setting that names this one

    known = as_api_error(exc)
    response = exception_handler(known, context)  # sets the headers and rolls the transaction back
    if response is None:
        return None
    body: dict[str, Any] = {"type": "about:blank", "title": title_of(known), "status": response.status_code}
    if isinstance(known, exceptions.ValidationError):
        body |= told_by_field(known.detail)
    else:
        body["detail"] = str(getattr(known, "detail", ""))
    response.data = body
    response.content_type = PROBLEM
    return response


def as_api_error(exc: Exception) -> Exception:
    """Django's own exceptions as DRF's, with their sentences."""
    if isinstance(exc, DjangoValidationError):
        return exceptions.ValidationError(messages_of(exc))
    if isinstance(exc, Http404):
        return exceptions.NotFound("There is nothing here, or nothing you may see.")
    if isinstance(exc, PermissionDenied):
        return exceptions.PermissionDenied(str(exc) or NOT_ALLOWED)
    return exc


def messages_of(exc: DjangoValidationError) -> dict[str, list[str]]:
    """By field; what belongs to none under ``non_field_errors``."""
    if not hasattr(exc, "error_dict"):
        return {"non_field_errors": exc.messages}
    return {
        "non_field_errors" if name == NON_FIELD_ERRORS else name: messages
        for name, messages in exc.message_dict.items()
    }


def told_by_field(detail: Any) -> dict[str, Any]:
    """``detail`` is the first sentence; ``errors`` holds all of them by field."""
    errors = detail if isinstance(detail, dict) else {"non_field_errors": detail}
    return {"detail": first_sentence(errors), "errors": errors}


def first_sentence(errors: Any) -> str:
    """The first text anywhere in nested errors."""
    while isinstance(errors, dict | list):
        if not errors:
            return ""
        errors = next(iter(errors.values())) if isinstance(errors, dict) else errors[0]
    return str(errors)


def title_of(exc: Exception) -> str:
    """A few words for the kind of problem."""
    if isinstance(exc, exceptions.ValidationError):
        return "This cannot be saved yet"
    return str(getattr(exc, "default_detail", "Something broke on our side")).rstrip(".")
