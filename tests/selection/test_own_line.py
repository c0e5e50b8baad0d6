"""Narrowing the own line by market and business unit, on the page and over the API."""

import pytest
from django.urls import reverse

from amdp.directory.models import Person
from selection import access
from selection.queries.own_line import Choices, choices_in
from tests.factories.directory import PersonFactory
from tests.factories.selection import eligible_person, nominating_cohort


@pytest.fixture
def cohort(acme):
    return nominating_cohort(name="Account Director 2027", markets=[])


@pytest.fixture
def line(alice):
    """Two markets and two units in Alice's line; Japan and Legal are elsewhere or left."""
    for name, market, unit in (
        ("Ada", "FR", "Oncology"),
        ("Bea", "FR", "Vaccines"),
        ("Cid", "US", "Oncology"),
        ("Dee", "", ""),
    ):
        eligible_person(first_name=name, market=market, business_unit=unit, manager=alice.person)
    PersonFactory(market="JP", business_unit="Legal")
    PersonFactory(market="JP", business_unit="Legal", manager=alice.person, termination_date="2020-01-01")


def page_of(client, cohort, **query):
    return client.get(reverse("selection:nominee_list", args=["acme", cohort.pk]), query)


def names(page):
    return sorted(row.first_name for row in page.context["list"].rows)


def test_only_what_occurs_in_the_own_line_is_a_choice(alice, line):
    assert choices_in(access.nominatable_people(alice)) == Choices(["FR", "US"], ["Oncology", "Vaccines"])


def test_the_list_is_narrowed_and_both_counts_follow(sign_in, alice, cohort, line):
    client = sign_in(alice)
    page = page_of(client, cohort, market="FR")
    assert (names(page), page.context["line"].eligible, page.context["line"].everybody) == (
        ["Ada", "Bea"],
        2,
        2,
    )
    both = page_of(client, cohort, market="FR", business_unit="Oncology", show="everybody")
    assert names(both) == ["Ada"]
    assert names(page_of(client, cohort, market="FR", q="be")) == ["Bea"]
    assert names(page_of(client, cohort, market="JP")) == ["Ada", "Bea", "Cid", "Dee"]  # no choice here


def test_it_works_by_plain_links_that_keep_everything_else(sign_in, alice, cohort, line):
    for _ in range(30):
        PersonFactory(market="FR", business_unit="Oncology", manager=alice.person, hire_date="2026-11-02")
    page = page_of(sign_in(alice), cohort, market="FR", show="everybody", sort="-name", page="2")
    rows = page.context["list"]
    assert (rows.count, rows.page, len(rows.rows)) == (32, 2, 7)
    market, unit = rows.filters
    assert [(one.label, one.current) for one in market.options] == [
        ("All", False),
        ("FR", True),
        ("US", False),
    ]
    for word in ("market=FR", "show=everybody", "sort=-name", "business_unit=Vaccines"):
        assert word in unit.options[2].url
    assert "page=" not in unit.options[2].url
    assert "market=FR" in rows.previous_url
    assert ("market", "FR") in rows.kept_for_search


def test_what_all_share_is_no_choice(sign_in, alice, cohort, line):
    Person.objects.filter(manager=alice.person).update(market="FR")
    assert [one.label for one in page_of(sign_in(alice), cohort).context["list"].filters] == ["Business unit"]


def test_it_costs_the_same_queries_for_any_line(sign_in, alice, cohort, line, count_queries):
    client = sign_in(alice)
    few = count_queries(lambda: page_of(client, cohort, market="FR"))
    for number in range(29):
        eligible_person(market="FR", business_unit=f"Unit {number}", manager=alice.person)
    assert count_queries(lambda: page_of(client, cohort, market="FR")) == few


def test_the_api_narrows_it_too(sign_in, alice, cohort, line):
    answer = sign_in(alice).get(
        "/api/v1/o/acme/nominees/", {"cohort": cohort.pk, "market": "FR", "business_unit": "Vaccines"}
    )
    assert [(row["name"].split()[0], row["business_unit"]) for row in answer.json()["results"]] == [
        ("Bea", "Vaccines")
    ]
