"""Every address of an organization: signed out asks to sign in, a stranger finds nothing there.

New addresses are tried as soon as they exist; nothing has to be listed here.
"""

import re
from dataclasses import dataclass

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern

from amdp.audit.models import AuditEntry
from tests.factories.identity import MembershipFactory

PARAMETER = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")
GROUP = re.compile(r"\(\?P<(\w+)>[^()]*\)")
EXAMPLES = {
    "int": "1",
    "uuid": "00000000-0000-0000-0000-000000000001",
    "slug": "x",
    "str": "x",
    "path": "x",
    None: "x",
}


@dataclass(frozen=True)
class Address:
    """One address with examples for its parameters."""

    path: str
    name: str

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")


def example_of(match: re.Match[str]) -> str:
    return "acme" if match["name"] == "org" else EXAMPLES.get(match["converter"], "1")


def text_of(pattern: RoutePattern | RegexPattern) -> str:
    if isinstance(pattern, RoutePattern):
        return PARAMETER.sub(example_of, str(pattern))
    return GROUP.sub("1", str(pattern)).replace("^", "").replace("$", "").replace("\\", "").replace("/?", "/")


def walk(entries: list[URLPattern | URLResolver], start: str = "/") -> list[Address]:
    found = []
    for entry in entries:
        path = start + text_of(entry.pattern)
        if isinstance(entry, URLResolver):
            found += walk(entry.url_patterns, path)
        else:
            found.append(Address(path, entry.name or path))
    return found


ADDRESSES = [
    address
    for address in walk(get_resolver().url_patterns)
    if address.path.startswith(("/o/acme/", "/api/v1/o/acme/"))
]


def test_the_walk_finds_pages_and_endpoints():
    paths = {address.path for address in ADDRESSES}
    assert {"/o/acme/", "/o/acme/settings/members/1/", "/api/v1/o/acme/members/1/"} <= paths
    assert not [path for path in paths if set(path) & set("<>()?*")]


@pytest.mark.parametrize("method", ["get", "post"])
def test_signed_out_one_is_asked_to_sign_in(method, client, acme):
    def asks(address):
        response = getattr(client, method)(address.path)
        if address.is_api:
            return (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
        login = response.headers.get("Location", "").split("?")[0]
        return (response.status_code, login) == (302, "/accounts/login/")

    assert [address.path for address in ADDRESSES if not asks(address)] == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_finds_nothing(method, sign_in, acme, charlie):
    client = sign_in(charlie)
    answers = {address.path: getattr(client, method)(address.path).status_code for address in ADDRESSES}
    assert {path: status for path, status in answers.items() if status != 404} == {}


OWN_VERBS = {"access.refused", "api_token.created", "api_token.revoked"}


def test_a_member_without_any_role_changes_nothing(client, acme):
    client.force_login(MembershipFactory(organization=acme).user)
    for address in ADDRESSES:
        for method in ("post", "put", "patch", "delete") if address.is_api else ("post",):
            getattr(client, method)(address.path)
    done = set(AuditEntry.objects.values_list("verb", flat=True))
    assert done - OWN_VERBS == set()
