import datetime as dt

import django_filters
import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from amdp.directory.models import Person
from amdp.directory.queries import search_people
from amdp.web.exports import Column
from amdp.web.pages import ListPage
from tests.factories.directory import PersonFactory

SORTS = {"name": ("last_name", "first_name"), "hired": ("hire_date?",)}


class PersonFilter(django_filters.FilterSet):
    market = django_filters.ChoiceFilter(choices=[("US", "United States"), ("DE", "Germany")], label="Market")

    class Meta:
        model = Person
        fields = ["market"]


def listing(query="", **options):
    request = RequestFactory().get(f"/people/{query}")
    options = {
        "sorts": SORTS,
        "search": search_people,
        "filters": PersonFilter,
        "noun": ("person", "people"),
    } | options
    return ListPage(request, Person.objects.all(), **options)


@pytest.fixture
def people(acme):
    names = [f"Person{number:02}" for number in range(60)]
    return [PersonFactory(last_name=name, market="DE" if name < "Person10" else "US") for name in names]


def test_first_page(people):
    rows = listing()
    assert [row.last_name for row in rows.rows] == [f"Person{number:02}" for number in range(25)]
    assert (rows.count_line, rows.first, rows.last, rows.pages) == ("60 people", 1, 25, 3)
    assert (rows.previous_url, rows.next_url) == ("", "/people/?page=2")


def test_pages_hold_every_row_once_from_either_end(people):
    seen = [row.pk for page in (1, 2, 3) for row in listing(f"?page={page}").rows]
    assert seen == [person.pk for person in people]


@pytest.mark.parametrize("asked", ["0", "-1", "nonsense", "1e9", "", "٣", "99999999999999999999", "%00"])
def test_nonsense_as_page_number_shows_a_page(people, asked):
    assert listing(f"?page={asked}").rows


def test_a_page_past_the_end_is_the_last(people):
    rows = listing("?page=99")
    assert (rows.page, rows.last, len(rows.rows)) == (3, 60, 10)


def test_sorting_only_by_what_is_offered(people):
    assert [row.last_name for row in listing("?sort=-name").rows][:2] == ["Person59", "Person58"]
    assert listing("?sort=password").sort == "name"
    assert listing("?sort=-name").sort_state("name") == "descending"
    assert listing("?sort=name").sort_url("name") == "/people/?sort=-name"


def test_what_is_empty_comes_last_in_both_directions(acme):
    PersonFactory(last_name="Known", hire_date=dt.date(2020, 1, 1))
    PersonFactory(last_name="Unknown", hire_date=None)
    for order in ("hired", "-hired"):
        assert [row.last_name for row in listing(f"?sort={order}").rows] == ["Known", "Unknown"]


def test_search_and_filter_narrow_and_are_kept(people):
    rows = listing("?market=DE&q=person0&sort=-name&page=7")
    assert (rows.count, rows.narrowed) == (10, True)
    chip = rows.filters[0]
    assert (chip.label, chip.chosen) == ("Market", "Germany")
    assert [(option.label, option.current) for option in chip.options] == [
        ("All", False),
        ("United States", False),
        ("Germany", True),
    ]
    assert chip.options[0].url == "/people/?q=person0&sort=-name"
    assert rows.kept_for_search == [("market", "DE"), ("sort", "-name")]


@pytest.mark.parametrize("query", ["?market=XX", "?market=%00", "?q=%00", "?q=" + "x" * 5000, "?q=%25_'\""])
def test_nonsense_in_search_and_filter_is_no_error(people, query):
    assert listing(query).count in {0, 60}


def test_one_count_and_one_page_whatever_the_rows(people):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        rows = listing("?page=2")
        assert (len(rows.rows), rows.pages, rows.count_line) == (25, 3, "60 people")
    assert len(queries) == 2


def test_an_empty_list_asks_once(acme):
    with CaptureQueriesContext(connection) as queries:
        rows = listing()
        assert (rows.rows, rows.pages, rows.first, rows.last) == ([], 1, 0, 0)
    assert len(queries) == 1


def test_download_holds_what_is_seen_on_all_pages(people):
    rows = listing("?market=US&sort=-name&page=2&download=csv", downloadable=True)
    response = rows.file([Column("Name", lambda person: person.last_name)], "people")
    lines = b"".join(response).decode("utf-8-sig").split()
    assert (lines[0], lines[1], len(lines)) == ("Name", "Person59", 51)


def test_download_is_only_where_it_is_offered(people):
    assert listing("?download=csv").download == ""
    assert listing("?download=exe", downloadable=True).download == ""


def test_page_links_leave_gaps():
    rows = listing("?page=10")
    rows.count = 500
    assert [link.number for link in rows.page_links] == [1, 0, 8, 9, 10, 11, 12, 0, 20]


@given(st.integers(0, 2000), st.integers(-5, 100))
def test_any_page_of_any_list_is_within_it(count, page):
    rows = listing(f"?page={page}")
    rows.count = count
    assert 1 <= rows.page <= rows.pages
    assert rows.first <= rows.last <= count
    assert rows.last - rows.first < rows.size
