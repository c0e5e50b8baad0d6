"""A slate that is longer than a page shows the same places, headings and seat line, page by page."""

import pytest

from selection.queries.slate import decisions_on
from selection.queries.slate_rows import rows_of
from selection.services import accept_ranking, draw_slate
from selection.views import slate as views
from tests.selection.test_slate import NAMES, assessed_cohort

SEAT_LINE = "Seat line"


@pytest.fixture
def slate(acme, ld_admin, monkeypatch):
    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    slate = draw_slate(assessed_cohort(), by=ld_admin)
    accept_ranking(slate, by=ld_admin, reserve=1)
    return slate


@pytest.fixture
def read(slate, ld_admin, sign_in):
    client = sign_in(ld_admin)
    return lambda **query: client.get(f"/o/acme/selection/cohorts/{slate.cohort_id}/slate/", query)


def shown(response):
    return [
        (group.title, group.count, [row.name for row in group.rows]) for group in response.context["groups"]
    ]


def test_each_page_holds_its_part_and_every_heading_says_how_many_there_are(read):
    assert [shown(read(page=page)) for page in (1, 2, 3)] == [
        [("Selected", 2, ["Ana", "Ben"])],
        [("Reserve", 1, ["Cleo"]), ("Not selected", 2, ["Dan"])],
        [("Not selected", 2, ["Eve"])],
    ]


def test_the_explanations_are_the_same_on_whichever_page_somebody_is(read, slate):
    whole = {row.name: (row.why, row.change, row.off_line) for row in rows_of(slate, decisions_on(slate))}
    pages = [row for page in (1, 2, 3) for group in read(page=page).context["groups"] for row in group.rows]
    assert {row.name: (row.why, row.change, row.off_line) for row in pages} == whole
    assert sorted(whole) == NAMES


def test_a_candidate_is_found_by_name(read):
    assert shown(read(q="Dan")) == [("Not selected", 2, ["Dan"])]
    assert "Nobody on this slate is called “Zoe”" in read(q="Zoe").content.decode()


def test_what_is_said_of_the_whole_slate_counts_everybody(read):
    context = read(page=3).context
    assert (context["total"], context["selected"], context["reserve"], context["not_selected"]) == (
        5,
        2,
        1,
        2,
    )
    assert context["problems"] == []


def test_the_seat_line_stands_below_the_last_who_is_selected(acme, ld_admin, sign_in, monkeypatch):
    monkeypatch.setattr(views, "PAGE_SIZE", 3)
    slate = draw_slate(assessed_cohort(), by=ld_admin)
    accept_ranking(slate, by=ld_admin, reserve=0)
    client, address = sign_in(ld_admin), f"/o/acme/selection/cohorts/{slate.cohort_id}/slate/"
    assert [client.get(address, {"page": page}).content.decode().count(SEAT_LINE) for page in (1, 2)] == [
        1,
        0,
    ]
