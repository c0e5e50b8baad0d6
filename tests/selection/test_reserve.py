"""Who comes into the reserve stands there by their rank, also where it was moved by hand."""

import threading

import pytest
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from amdp.audit.models import AuditEntry
from amdp.tenancy.context import organization_context
from selection.queries.slate_rows import groups_of, rows_of
from selection.reserve import is_by_rank, joins_at, nth
from selection.services import accept_ranking, decide, draw_slate, move_reserve
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.selection.test_slate import assessed_cohort, by_name, decisions_on

PLACES = st.one_of(st.none(), st.integers(1, 30))
LAST = 99


def worth(place):
    return LAST if place is None else place


# --- the place, pure ---------------------------------------------------------------------------------


@given(st.lists(PLACES), PLACES)
def test_a_newcomer_stands_before_the_first_of_a_worse_place(order, place):
    at = joins_at(order, place)
    assert all(worth(there) <= worth(place) for there in order[:at])
    assert at == len(order) or worth(order[at]) > worth(place)


@given(st.lists(PLACES, max_size=12))
def test_without_moves_by_hand_the_reserve_is_always_in_the_order_of_the_ranking(newcomers):
    order = []
    for place in newcomers:
        order.insert(joins_at(order, place), place)
        assert is_by_rank(order)
    assert order == sorted(newcomers, key=worth)


@given(st.permutations([1, 2, 3, 4, None]))
def test_an_order_is_by_rank_only_if_it_is_sorted(order):
    assert is_by_rank(order) == (order == [1, 2, 3, 4, None])


@pytest.mark.parametrize(
    ("order", "place", "at"),
    [
        ([], 3, 0),
        ([4, 6], 5, 1),
        ([6, 4], 5, 0),  # 6 was moved up by hand; 5 is better than 6
        ([2, 6, 4], 5, 1),
        ([4, None], 5, 1),
        ([4, None], None, 2),
    ],
)
def test_examples(order, place, at):
    assert joins_at(order, place) == at


def test_places_are_said_in_words():
    assert [nth(1), nth(2), nth(10), nth(11)] == ["first", "second", "tenth", "number 11"]


# --- on a slate --------------------------------------------------------------------------------------


@pytest.fixture
def slate(acme, ld_admin):
    """Ana to Eve in this order, two seats."""
    return draw_slate(assessed_cohort(), by=ld_admin)


def order(slate):
    reserve = slate.decisions.filter(outcome="reserve").order_by("reserve_order")
    return [(str(each.candidate), each.reserve_order) for each in reserve.select_related("candidate__person")]


def reserve(slate, name, by, **why):
    return decide(by_name(slate)[name], outcome="reserve", by=by, **why)


AGAINST = {"reason": "availability", "remark": "On leave in spring."}


def test_somebody_moved_out_of_a_seat_keeps_their_rank_in_the_reserve(slate, ld_admin):
    accept_ranking(slate, reserve=2, by=ld_admin)
    ben = reserve(slate, "Ben", ld_admin, **AGAINST)
    assert order(slate) == [("Ben", 1), ("Cleo", 2), ("Dan", 3)]
    assert ben.reserve_order == 1
    entry = AuditEntry.objects.filter(verb="decision.taken").latest("pk")
    assert (entry.before["reserve_order"], entry.after["reserve_order"]) == (None, 1)


def test_they_come_by_rank_in_whatever_order_they_are_put_there(slate, ld_admin):
    for name in ("Eve", "Cleo", "Dan"):
        reserve(slate, name, ld_admin)
    assert order(slate) == [("Cleo", 1), ("Dan", 2), ("Eve", 3)]
    decide(by_name(slate)["Dan"], outcome="not_selected", by=ld_admin)
    assert order(slate) == [("Cleo", 1), ("Eve", 2)]
    reserve(slate, "Eve", ld_admin, reason="other", remark="Said again.")
    assert order(slate) == [("Cleo", 1), ("Eve", 2)]


def test_accepting_the_ranking_joins_those_put_there_by_hand_by_rank(slate, ld_admin):
    reserve(slate, "Eve", ld_admin)
    accept_ranking(slate, reserve=3, by=ld_admin)
    assert order(slate) == [("Cleo", 1), ("Dan", 2), ("Eve", 3)]


def test_what_was_moved_by_hand_stays(slate, ld_admin):
    accept_ranking(slate, reserve=3, by=ld_admin)
    assert move_reserve(by_name(slate)["Eve"], up=True, by=ld_admin) == 2
    reserve(slate, "Ben", ld_admin, **AGAINST)
    assert order(slate) == [("Ben", 1), ("Cleo", 2), ("Eve", 3), ("Dan", 4)]
    decide(by_name(slate)["Cleo"], outcome="selected", reason="other", remark="Instead of Ben.", by=ld_admin)
    reserve(slate, "Cleo", ld_admin, **AGAINST)
    assert order(slate) == [("Ben", 1), ("Cleo", 2), ("Eve", 3), ("Dan", 4)]
    groups = groups_of(slate, rows_of(slate, decisions_on(slate)))
    assert [each.note for each in groups if each.key == "reserve"] == [
        "moved by hand; they move up in this order"
    ]


def test_equal_points_join_by_the_stored_rule_and_no_rank_joins_last(acme, ld_admin):
    slate = draw_slate(assessed_cohort(seats=1, values=(3, 3, 3, 2)), by=ld_admin)
    *tied, last = decisions_on(slate)
    for each in (last, tied[2], tied[1]):
        decide(each, outcome="reserve", by=ld_admin)
    assert [name for name, _ in order(slate)] == [str(each.candidate) for each in (*tied[1:], last)]


def test_the_page_says_where_they_landed(sign_in, slate, ld_admin):
    accept_ranking(slate, reserve=2, by=ld_admin)
    client = sign_in(ld_admin)

    def said(name, address, **body):
        decision = by_name(slate)[name]
        page = client.post(reverse(f"selection:{address}", args=["acme", decision.pk]), body, follow=True)
        return [str(message) for message in page.context["messages"]]

    why = {"reason": "rank", "remark": ""}
    assert said("Eve", "decision_edit", outcome="reserve", **why) == [
        "Eve is third in the reserve. Nobody has been told."
    ]
    assert said("Eve", "reserve_move", to="up") == ["Eve is second in the reserve."]
    assert said("Eve", "decision_edit", outcome="not_selected", **why) == [
        "Eve is not selected. Nobody has been told."
    ]


def test_the_api_puts_them_there_too(sign_in, slate, ld_admin):
    accept_ranking(slate, reserve=2, by=ld_admin)
    answer = sign_in(ld_admin).post(
        f"/api/v1/o/acme/decisions/{by_name(slate)['Ben'].pk}/decide/",
        {"outcome": "reserve", **AGAINST},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["reserve_order"]) == (200, 1)


def test_the_api_moves_them_by_hand(sign_in, slate, ld_admin, hr_analyst):
    accept_ranking(slate, reserve=2, by=ld_admin)
    address = f"/api/v1/o/acme/decisions/{by_name(slate)['Dan'].pk}/move/"

    def move(member, to):
        return sign_in(member).post(address, {"to": to}, content_type="application/json")

    assert move(hr_analyst, "up").status_code == 403
    assert move(ld_admin, "up").json()["reserve_order"] == 1
    assert (move(ld_admin, "up").status_code, move(ld_admin, "sideways").status_code) == (400, 400)
    assert move(ld_admin, "down").json()["reserve_order"] == 2


@pytest.mark.django_db(transaction=True)
def test_two_browsers_at_once_still_leave_the_order_of_the_ranking():
    organization = OrganizationFactory(slug="acme-two-browsers")
    with organization_context(organization):
        admin = MembershipFactory(organization=organization, granted_roles=["ld_admin"])
        slate = draw_slate(assessed_cohort(), by=admin)
        decisions = by_name(slate)
    ready, done = threading.Barrier(3), []

    def put(name):
        try:
            with organization_context(organization):
                ready.wait(10)
                decide(decisions[name], outcome="reserve", by=admin)
                done.append(name)
        finally:
            connection.close()

    threads = [threading.Thread(target=put, args=[name]) for name in ("Eve", "Dan", "Cleo")]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert sorted(done) == ["Cleo", "Dan", "Eve"]
    with organization_context(organization):
        assert order(slate) == [("Cleo", 1), ("Dan", 2), ("Eve", 3)]
