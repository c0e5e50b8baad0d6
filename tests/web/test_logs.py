"""Addresses that let somebody in stand in no log."""

import logging

import pytest
from django.urls import reverse
from gunicorn.config import Config

from amdp.web.access_log import AccessLog
from amdp.web.logs import WithoutSecrets

TOKEN = "kM3-a_secret-that-lets-in"
ADDRESSES = [
    reverse("invitations:invitation_accept", args=["acme", TOKEN]),
    reverse("invitations:invitation_brand", args=["acme", TOKEN]),
    reverse("account_confirm_email", args=[TOKEN]),
    reverse("account_reset_password_from_key", kwargs={"uidb36": "1x", "key": TOKEN}),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_log_of_requests_leaves_the_secret_out(address):
    answer = type("Answer", (), {"status": "200 OK", "sent": 1, "headers": []})()
    asked = type("Asked", (), {"headers": []})()
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": address,
        "PATH_INFO": address,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"https://amdp.example{address}?next=/",
    }
    took = type("Took", (), {"seconds": 0, "microseconds": 1})()
    log = AccessLog(Config())
    line = log.cfg.access_log_format % log.atoms_wrapper_class(log.atoms(answer, asked, environ, took))
    assert TOKEN not in line
    assert address.split(TOKEN)[0].removesuffix("1x-") in line


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_django_says_of_an_address_leaves_the_secret_out(address):
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "Gone: %s", (address,), None)
    assert WithoutSecrets().filter(record)
    assert TOKEN not in record.getMessage()
    assert record.getMessage().startswith("Gone: /")


def test_other_addresses_stay_whole():
    record = logging.LogRecord(
        "x", logging.WARNING, "", 1, "%s of %s", ("Not found", "/o/acme/people/7/"), None
    )
    WithoutSecrets().filter(record)
    assert record.getMessage() == "Not found of /o/acme/people/7/"
