"""No list asks the database more often because it is longer: pages and API alike, found by walking addresses."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from amdp.tenancy.context import organization_context
from amdp.web.pages import ListPage
from tests.factories.directory import PersonFactory
from tests.factories.world import crowd, more, world
from tests.guards.addresses import addresses

# Lists that hold only what is one's own, and whose they are; all others are read by somebody with every role.
OWN = {
    "notifications:notification_list": "participant",
    "selection:nominee_list": "leader",
    "curriculum:line_journeys": "leader",
    "selection:approval_list": "approver",
    "api:nomination-list": "leader",
    "api:delegation-list": "approver",
    "api:scoresheet-list": "assessor",
    "api:own-slot-list": "assessor",
    "api:coaching-session-list": "mentor",
    "api:coaching-action-list": "mentor",
    "api:notification-list": "participant",
    "api:check-in-list": "participant",
    "api:endorsement-list": "other_leader",
    "api:consent-list": "participant",
    "api:reference-list": "mentor",
    "api:impact-look-list": "reviewer",
}
# Endpoints that answer about one thing, or a handful by nature; nominees are asked for with a cohort, and
# counted in tests/selection/test_eligible.py. Nobody of a crowd is eligible and not nominated: those are counted
# in tests/selection/test_equity.py. Nobody of it is decided on, so nobody is written to: tests/selection/test_letters.py.
NOT_LONG = {
    "api:me-list",
    "api:organization-list",
    "api:demographics-list",
    "api:grade-list",
    "api:outcomes-list",
    "api:nominee-list",
    "api:retention-list",
    "selection:equity_detail",
    "selection:letter_list",
}
LONG = 25


@pytest.fixture
def lists(monkeypatch):
    """The ListPages that were built since the last look."""
    built = []
    start = ListPage.__init__

    def note(self, *args, **kwargs):
        start(self, *args, **kwargs)
        built.append(self)

    monkeypatch.setattr(ListPage, "__init__", note)
    return built


@pytest.fixture
def everything(acme):
    """One of everything, and a member with every role."""
    made = world(acme)
    made.members["all"] = made.members["owner"]
    made.members["all"].granted_roles = ["owner", "ld_admin", "hr_analyst", "sponsor"]
    made.members["all"].save()
    PersonFactory(first_name="Every", last_name="Role", membership=made.members["all"])
    # a session ahead besides the one that was: only those ahead are asked for whom they keep up
    more(made.objects["curriculum session"], 1, day=lambda n: timezone.now().date() + timedelta(days=2))
    made.clients = {}
    for name, member in made.members.items():
        made.clients[name] = Client(raise_request_exception=False)
        made.clients[name].force_login(member.user)
    with organization_context(acme):
        yield made


def ask(made, address):
    return made.clients[OWN.get(address.name, "all")].get(address.path("acme", made.objects))


def list_pages(made, lists):
    """The addresses whose page is built on a ListPage."""
    found = []
    for one in addresses():
        if not one.is_api and "get" in one.methods:
            lists.clear()
            ask(made, one)
            if lists:
                found.append(one)
    return found


def test_lists_take_the_same_queries_with_one_row_and_thirty(everything, lists, count_queries, acme):
    pages = list_pages(everything, lists)
    endpoints = [one for one in addresses() if one.name.startswith("api:") and one.name.endswith("-list")]
    assert len(pages) > 20
    assert len(endpoints) > 15
    asked = [one for one in [*pages, *endpoints] if one.name not in NOT_LONG]
    for one in asked:
        ask(everything, one)  # what a process asks once in its life
    before = {one.name: count_queries(lambda one=one: ask(everything, one)) for one in asked}
    crowd(everything, acme)
    rows, after = {}, {}
    for one in asked:
        lists.clear()
        answers = []
        after[one.name] = count_queries(lambda one=one, answers=answers: answers.append(ask(everything, one)))
        assert answers[0].status_code == 200, (one.name, answers[0].status_code)
        rows[one.name] = lists[0].count if lists else answers[0].json()["count"]
    assert {name: count for name, count in rows.items() if count < LONG} == {}
    assert {name: (before[name], count) for name, count in after.items() if count > before[name]} == {}
