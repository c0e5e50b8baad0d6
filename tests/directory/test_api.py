"""The directory for programs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amdp.tenancy.context import organization_context
from tests.factories.directory import (
    AccountFactory,
    JobEventFactory,
    PerformanceRatingFactory,
    PersonFactory,
)


def address(path):
    return f"/api/v1/o/acme/{path}/"


@pytest.fixture
def rows(alice, bob, globex):
    otto = PersonFactory(first_name="Otto", last_name="Other")
    for person in (alice.person, bob.person, otto):
        JobEventFactory(person=person)
        PerformanceRatingFactory(person=person)
        AccountFactory(owner=person)
    with organization_context(globex):
        stranger = PersonFactory()
        JobEventFactory(person=stranger)
        PerformanceRatingFactory(person=stranger)
        AccountFactory(owner=stranger)


PATHS = ["people", "job-events", "ratings", "accounts"]


@pytest.mark.parametrize("path", PATHS)
def test_rows_are_those_of_the_pages(sign_in, rows, ld_admin, alice, bob, sponsor, charlie, path):
    counts = [
        sign_in(member).get(address(path)).json()["count"] for member in (ld_admin, alice, bob, sponsor)
    ]
    assert counts == [3, 2, 1, 0]
    assert sign_in(charlie).get(address(path)).status_code == 404


def test_ratings_are_not_for_owners(sign_in, rows, owner):
    assert sign_in(owner).get(address("ratings")).json()["count"] == 0


def test_single_rows_outside_the_line_are_404(sign_in, rows, bob, alice):
    assert sign_in(bob).get(address(f"people/{bob.person.pk}")).json()["first_name"] == "Bob"
    assert sign_in(bob).get(address(f"people/{alice.person.pk}")).status_code == 404


def test_filters(sign_in, rows, ld_admin, alice, bob):
    client = sign_in(ld_admin)

    def names(**query):
        return {row["first_name"] for row in client.get(address("people"), query).json()["results"]}

    assert names(q="ot") == {"Otto"}
    assert names(manager=alice.person.pk) == {"Bob"}
    assert names(employed="false") == set()
    assert client.get(address("ratings"), {"person": bob.person.pk, "year": 2025}).json()["count"] == 1
    assert client.get(address("job-events"), {"since": "2019-01-01"}).json()["count"] == 0
    assert client.get(address("accounts"), {"owner": bob.person.pk}).json()["count"] == 1


@pytest.mark.parametrize("path", PATHS)
def test_lists_cost_the_same_queries_with_1_and_30_rows(sign_in, ld_admin, bob, path):
    client = sign_in(ld_admin)

    def add():
        person = PersonFactory(manager=bob.person)
        JobEventFactory(person=person)
        PerformanceRatingFactory(person=person)
        AccountFactory(owner=person)

    add()
    client.get(address(path))
    with CaptureQueriesContext(connection) as few:
        client.get(address(path))
    for _ in range(30):
        add()
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(address(path)).json()["results"]) == 25
    assert len(many) == len(few)


def test_nothing_can_be_written(sign_in, owner, bob):
    assert sign_in(owner).delete(address(f"people/{bob.person.pk}")).status_code == 405
