"""Where one is: each page marks one place of the navigation and the last step of its breadcrumb."""

import re

import pytest
from django.test import Client

from amdp.tenancy.context import organization_context
from tests.factories.world import ROLES, world
from tests.guards.addresses import addresses

# Which place the pages of these apps stand under; several apps share one.
PLACES = {"selection": "Selection", "directory": "People", "imports": "People", "exports": "People"}
CURRENT = re.compile(r'<a class="nav-item" href="[^"]*" aria-current="page">.*?</svg>(\w+)', re.DOTALL)
CRUMBS = re.compile(r'<ol class="crumbs">(.*?)</ol>', re.DOTALL)
# Pages of one's own, and whose they are.
OWN = {"selection:nominee_list": "leader", "selection:nomination_create": "leader"}


@pytest.fixture
def everything(acme):
    made = world(acme)
    made.members["owner"].granted_roles = list(ROLES)
    made.members["owner"].save()
    with organization_context(acme):
        yield made


def pages(made):
    """Every page that is drawn: its address and its text."""
    for one in addresses():
        if "get" in one.methods and not one.is_api:
            client = Client(raise_request_exception=False)
            client.force_login(made.members[OWN.get(one.name, "owner")].user)
            response = client.get(one.path("acme", made.objects), follow=True)
            if response.status_code == 200 and "html" in response["Content-Type"]:
                text = response.content.decode()
                if text.lstrip().startswith(
                    "<!doctype html>"
                ):  # and no part of a page, put into it by a script
                    yield one.name, text


def test_every_page_marks_its_place_and_the_end_of_its_breadcrumb(everything):
    places, ends = {}, {}
    for name, text in pages(everything):
        places[name] = CURRENT.findall(text)
        crumbs = CRUMBS.search(text)
        steps = re.findall(r"<li.*?</li>", crumbs[1], re.DOTALL) if crumbs else []
        if steps:
            ends[name] = [number - len(steps) for number, step in enumerate(steps) if "aria-current" in step]
    assert len(ends) > 60
    assert {name: found for name, found in ends.items() if found != [-1]} == {}
    known = {name: PLACES[name.partition(":")[0]] for name in places if name.partition(":")[0] in PLACES}
    assert {name: places[name] for name, place in known.items() if places[name] != [place]} == {}
