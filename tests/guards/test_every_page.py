"""Every address answers every role, also where there is nothing yet to show."""

import pytest

from tests.guards.test_urls import ADDRESSES


@pytest.mark.parametrize("role", ["owner", "ld_admin", "hr_analyst", "sponsor", "alice"])
def test_no_address_breaks_on_an_empty_organization(role, request, client):
    client.force_login(request.getfixturevalue(role).user)
    client.raise_request_exception = False
    answers = {
        f"{method} {address.path}": getattr(client, method)(address.path).status_code
        for address in ADDRESSES
        for method in ("get", "post")
    }
    assert {what: status for what, status in answers.items() if status >= 500} == {}
    assert client.get("/o/acme/").status_code == 200, "signed out on the way: the rest was not tried"
