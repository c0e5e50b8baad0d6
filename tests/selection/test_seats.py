"""Seats per market, knock-outs and how steady a slate is."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cohorts.models import Cohort, Competency
from selection.models import Decision
from selection.plan_parts.criteria import store_criteria, store_knock_outs, weights_in
from selection.plan_parts.seats import store_shares
from selection.queries.plan import plan_of
from selection.queries.sensitivity import sensitivity_of
from selection.queries.slate import decisions_on, unready_to_release
from selection.seating import Seats, fitting, seated
from selection.sensitivity import pool, standing
from selection.services import accept_ranking, decide, draw_slate
from selection.steadiness import measure
from tests.factories.selection import AssessorFactory, assessed_candidate, in_state, nominating_cohort

Outcome, Reason = Decision.Outcome, Decision.Reason
MARKETS = {"Ana": "US", "Ben": "US", "Cleo": "US", "Dan": "DE", "Eve": "DE"}
QUOTAS = st.dictionaries(
    st.sampled_from("ABC"),
    st.tuples(st.integers(0, 4), st.none() | st.integers(0, 6)).map(
        lambda pair: Seats(pair[0], None if pair[1] is None else max(pair))
    ),
)


# --- who is within the seats -------------------------------------------------------------------------


@given(st.lists(st.sampled_from("ABCD"), max_size=12), st.integers(0, 8), QUOTAS)
def test_the_rule_is_that_of_the_sensitivity(groups, seats, quotas):
    fit = fitting(quotas, seats)
    scores = [[100.0 - place] for place in range(len(groups))]
    cut = standing(pool(scores, [1], list(range(len(groups))), seats, groups, fit)).in_cut
    assert seated(list(enumerate(groups)), seats, quotas) == set(cut.nonzero()[0].tolist())


@given(st.lists(st.sampled_from("ABCD"), max_size=12), st.integers(0, 8), QUOTAS)
def test_nobody_gets_a_seat_that_is_not_there(groups, seats, quotas):
    found = [groups[key] for key in seated(list(enumerate(groups)), seats, quotas)]
    fit = fitting(quotas, seats)
    assert len(found) <= seats
    for group, quota in fit.items():
        assert found.count(group) >= min(quota.at_least, groups.count(group))
        assert quota.at_most is None or found.count(group) <= max(quota.at_most, 0)


def test_without_quotas_the_best_get_the_seats():
    places = list("ABCDE")
    assert seated([(key, "") for key in places], 2, {}) == {"A", "B"}


def test_too_many_kept_seats_are_taken_from_who_has_most():
    assert fitting({"DE": Seats(4), "US": Seats(1)}, 3) == {"DE": Seats(2), "US": Seats(1)}


# --- on a slate --------------------------------------------------------------------------------------


def cohort_of(seats=2, **names):
    """Ana scores best, Eve least; the first three work in the US, the others in Germany."""
    cohort = in_state(nominating_cohort(seats=seats), Cohort.State.ASSESSING)
    panel = [AssessorFactory(cohort=cohort) for _ in range(2)]
    for value, (name, market) in zip((5, 4, 3, 2, 1), MARKETS.items(), strict=True):
        person = {"first_name": name, "last_name": "", "market": market}
        assessed_candidate(cohort, panel, value=value, **person)
    return cohort


@pytest.fixture
def cohort(acme):
    return cohort_of()


def by_name(slate):
    return {str(each.candidate): each for each in decisions_on(slate)}


def outcomes(slate):
    return {name: each.outcome for name, each in by_name(slate).items()}


def selected(slate):
    return {name for name, outcome in outcomes(slate).items() if outcome == Outcome.SELECTED}


def test_seats_kept_for_a_market_go_to_its_best(cohort, ld_admin):
    store_shares(plan_of(cohort), {"DE": (1, None)})
    slate = draw_slate(cohort, by=ld_admin)
    accept_ranking(slate, by=ld_admin, reserve=1)
    assert selected(slate) == {"Ana", "Dan"}
    assert outcomes(slate)["Ben"] == Outcome.RESERVE
    assert unready_to_release(slate, decisions_on(slate)) == []


def test_a_market_takes_no_more_than_its_most(cohort, ld_admin):
    store_shares(plan_of(cohort), {"US": (0, 1)})
    slate = draw_slate(cohort, by=ld_admin)
    accept_ranking(slate, by=ld_admin)
    assert selected(slate) == {"Ana", "Dan"}
    decide(
        by_name(slate)["Dan"], outcome=Outcome.NOT_SELECTED, reason=Reason.OTHER, remark="Moves.", by=ld_admin
    )
    with pytest.raises(ValidationError, match="US takes 1 of the seats at most"):
        decide(by_name(slate)["Ben"], outcome=Outcome.SELECTED, reason=Reason.OTHER, remark="x", by=ld_admin)


def test_seats_given_by_hand_count_and_the_release_says_what_is_kept(cohort, ld_admin):
    store_shares(plan_of(cohort), {"DE": (1, None)})
    slate = draw_slate(cohort, by=ld_admin)
    for name in ("Ben", "Cleo"):
        decide(by_name(slate)[name], outcome=Outcome.SELECTED, reason=Reason.OTHER, remark="x", by=ld_admin)
    accept_ranking(slate, by=ld_admin)
    assert selected(slate) == {"Ben", "Cleo"}
    assert "1 seat is kept for DE, and 0 of it given. Select from DE." in unready_to_release(
        slate, decisions_on(slate)
    )


def test_the_reason_rank_follows_the_seats_per_market(cohort, ld_admin):
    store_shares(plan_of(cohort), {"DE": (1, None)})
    slate = draw_slate(cohort, by=ld_admin)
    with pytest.raises(ValidationError, match="needs another reason"):
        decide(by_name(slate)["Ben"], outcome=Outcome.SELECTED, by=ld_admin)
    decide(by_name(slate)["Dan"], outcome=Outcome.SELECTED, by=ld_admin)
    assert selected(slate) == {"Dan"}


def test_below_a_knock_out_nobody_is_ranked_or_gets_a_seat(cohort, ld_admin):
    plan = plan_of(cohort)
    store_criteria(plan, weights_in(plan), {"assessment": 30})
    store_knock_outs(plan, {Competency.objects.filter(program=cohort.program).first().pk: 3})
    slate = draw_slate(cohort, by=ld_admin)
    found = by_name(slate)
    assert {name for name, each in found.items() if each.is_knocked_out} == {"Dan", "Eve"}
    assert "Assessment 25.0 of 100, at least 30 is asked for" in found["Dan"].unranked_why
    assert "2.0 of 5, at least 3 is asked for" in found["Dan"].unranked_why
    assert (found["Dan"].rank, found["Cleo"].rank) == (None, 3)
    with pytest.raises(ValidationError, match="below a knock-out"):
        decide(found["Dan"], outcome=Outcome.SELECTED, reason=Reason.OTHER, remark="Still.", by=ld_admin)
    with pytest.raises(ValidationError, match="below no knock-out"):
        decide(found["Cleo"], outcome=Outcome.NOT_SELECTED, reason=Reason.KNOCK_OUT, by=ld_admin)
    accept_ranking(slate, by=ld_admin)
    assert by_name(slate)["Dan"].reason == Reason.KNOCK_OUT
    assert slate.knock_outs["criteria"] == {"assessment": "30"}


# --- how steady it is --------------------------------------------------------------------------------


def test_steadiness_is_kept_with_the_slate_and_the_same_each_time(cohort, ld_admin):
    slate = draw_slate(cohort, by=ld_admin)
    assert sensitivity_of(slate, decisions_on(slate)) is None
    measure(slate.pk)
    slate.refresh_from_db()
    kept = slate.sensitivity
    found = sensitivity_of(slate, decisions_on(slate))
    assert [(str(each.decision.candidate), each.share, each.places) for each in found.steady] == [
        ("Ana", 1.0, "1"), ("Ben", 1.0, "2"), ("Cleo", 0.0, "3"), ("Dan", 0.0, "4"), ("Eve", 0.0, "5"),
    ]  # fmt: skip
    assert len(found.shifts) == 6
    assert all(shift.is_calm for shift in found.shifts)
    measure(slate.pk)
    slate.refresh_from_db()
    assert slate.sensitivity == kept


def test_a_seat_that_hangs_on_the_weights_is_named(acme, ld_admin):
    cohort = in_state(nominating_cohort(seats=1), Cohort.State.ASSESSING)
    panel = [AssessorFactory(cohort=cohort) for _ in range(2)]
    assessed_candidate(cohort, panel, value=4, potential=3, first_name="Steady", last_name="One")
    assessed_candidate(cohort, panel, value=3, potential=5, first_name="Bold", last_name="Two")
    slate = draw_slate(cohort, by=ld_admin)
    measure(slate.pk)
    slate.refresh_from_db()
    found = sensitivity_of(slate, decisions_on(slate))
    assert {str(each.decision.candidate) for each in found.hanging} == {"Steady One", "Bold Two"}
    assert sum(each.share for each in found.steady) == pytest.approx(1)
    changes = [shift for shift in found.shifts if not shift.is_calm]
    assert changes
    assert {len(shift.entered) for shift in changes} == {1}


def test_the_page_waits_for_the_worker_and_then_shows(client, cohort, ld_admin, hr_analyst, alice):
    slate = draw_slate(cohort, by=ld_admin)
    address = reverse("selection:slate_sensitivity", args=["acme", cohort.pk])
    client.force_login(hr_analyst.user)
    assert "Being worked out." in client.get(address).content.decode()
    api = f"/api/v1/o/acme/slates/{slate.pk}/sensitivity/"
    assert client.get(api).json() == {"is_ready": False}
    measure(slate.pk)
    page = client.get(address).content.decode()
    assert "The same people get the seats" in page
    assert "100.0%" in page
    kept = client.get(api).json()
    assert (kept["is_ready"], kept["draws"], len(kept["steady"])) == (True, 1000, 5)
    overview = client.get(reverse("selection:slate_detail", args=["acme", cohort.pk])).content.decode()
    assert "With other weights the same people would get the seats." in overview
    client.force_login(alice.user)
    assert client.get(address).status_code == 404
    assert client.get(api).status_code == 404


def test_a_slate_of_nobody_ranked_has_nothing_to_measure(acme, ld_admin):
    cohort = cohort_of()
    plan = plan_of(cohort)
    store_criteria(plan, weights_in(plan), dict.fromkeys(("assessment", "performance", "potential"), 100))
    slate = draw_slate(cohort, by=ld_admin)
    measure(slate.pk)
    slate.refresh_from_db()
    assert sensitivity_of(slate, decisions_on(slate)).steady == []
