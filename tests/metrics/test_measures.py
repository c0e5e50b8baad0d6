"""Estimates counted by hand, and what never leaves the engine."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.arms import Arm, Measure, Spell
from metrics.figures import ALL
from metrics.measures import HIDDEN, NOBODY_YET, measure_all

START = datetime.date(2024, 1, 15)
AS_OF = datetime.date(2026, 1, 15)


def spell(
    person,
    *,
    program=1,
    start=START,
    end=None,
    promotions=(),
    arm=Arm.PROGRAM,
    stop=AS_OF,
    until=None,
    market="",
):
    return Spell(
        person=person,
        arm=arm,
        program=program,
        start=start,
        stop=stop,
        end=end,
        promotions=tuple(promotions),
        promotable_until=until or end or stop,
        cohort=program,
        market=market,
    )


def figures(found):
    return {
        (one.figure.measure, one.figure.scope, one.figure.arm): one.figure
        for one in measure_all(found, AS_OF)
    }


def after(days):
    return START + datetime.timedelta(days=days)


def test_retention_by_hand():
    found = [spell(n, end=after(100) if n < 5 else None) for n in range(20)]
    one = figures(found)[Measure.RETENTION, ALL, Arm.PROGRAM]
    assert (one.n, one.events, one.value) == (20, 15, 0.75)
    # Wilson, 15 of 20
    assert (round(one.low, 4), round(one.high, 4)) == (0.5313, 0.8881)


def test_who_left_after_the_year_was_retained():
    found = [spell(n, end=after(400) if n < 5 else None) for n in range(20)]
    assert figures(found)[Measure.RETENTION, ALL, Arm.PROGRAM].value == 1.0


def test_the_curve_does_not_say_what_the_share_beside_it_hides():
    markets = [
        "US",
        "US",
        "US",
        "FR",
        "FR",
        "JP",
    ]  # all together they stay: each small market's share would show
    found = figures([spell(n, market=market) for n, market in enumerate(markets)])
    retained, curve = (found[one, ALL, Arm.PROGRAM] for one in (Measure.RETENTION, Measure.CURVE))
    assert (retained.n, retained.value, retained.hidden) == (6, None, HIDDEN)
    assert [step.month for step in curve.steps] == [0, 3, 6, 9]


def test_retention_waits_for_twelve_months():
    found = [spell(n, start=datetime.date(2025, 2, 1)) for n in range(20)]
    one = figures(found)[Measure.RETENTION, ALL, Arm.PROGRAM]
    assert (one.n, one.value, one.hidden) == (0, None, NOBODY_YET)


def test_who_is_selected_within_the_year_is_no_full_comparison():
    compared = [spell(n, arm=Arm.COMPARISON, end=after(50) if n < 6 else None) for n in range(20)]
    selected_later = [spell(n, arm=Arm.COMPARISON, stop=after(200)) for n in range(20, 30)]
    one = figures([*compared, *selected_later])[Measure.RETENTION, ALL, Arm.COMPARISON]
    assert (one.n, one.events) == (20, 14)


def test_promotions_by_hand():
    found = [spell(n, promotions=[after(300)] if n < 6 else ()) for n in range(20)]
    one = figures(found)[Measure.PROMOTIONS, ALL, Arm.PROGRAM]
    # 20 people × 731 days ÷ 365.25, to a tenth
    assert (one.n, one.events, one.person_years) == (20, 6, 40.0)
    assert one.value == 6 / 40
    # Garwood: 6 events, 2.2019 to 13.0595
    assert (round(one.low, 3), round(one.high, 3)) == (0.055, 0.326)


def test_time_in_the_top_grade_counts_neither_people_nor_years():
    found = [spell(n, promotions=[after(300)] if n < 6 else ()) for n in range(20)]
    found += [spell(n, until=START) for n in range(20, 30)]
    assert figures(found)[Measure.PROMOTIONS, ALL, Arm.PROGRAM].n == 20


def test_the_curve_by_hand():
    found = [spell(n, end=after(100) if n < 5 else None) for n in range(20)]
    one = figures(found)[Measure.CURVE, ALL, Arm.PROGRAM]
    assert [(step.month, step.share, step.at_risk) for step in one.steps][:3] == [
        (0, 1.0, 20),
        (3, 1.0, 20),
        (6, 0.75, 15),
    ]
    # Greenwood √(5/(20·15)) = 0.1291; 0.75 to the power of exp(±1.96 · 0.1291 / ln 0.75)
    assert (round(one.steps[2].low, 3), round(one.steps[2].high, 4)) == (0.5, 0.8875)


def test_a_step_waits_until_five_have_left():
    ends = [40, 130, 140, 220, 230]
    found = [spell(n, end=after(ends[n]) if n < 5 else None) for n in range(30)]
    steps = figures(found)[Measure.CURVE, ALL, Arm.PROGRAM].steps
    assert [step.month for step in steps][:3] == [0, 9, 12]


def test_the_curve_ends_where_fewer_than_five_are_left():
    found = [spell(n, end=after(100 + n)) for n in range(12)] + [spell(n) for n in range(12, 16)]
    found += [spell(n, stop=after(120)) for n in range(20, 30)]
    steps = figures(found)[Measure.CURVE, ALL, Arm.PROGRAM].steps
    assert min(step.at_risk for step in steps) >= 5
    assert steps[-1].month == 3


@pytest.mark.parametrize("left", [1, 4, 16, 19])
def test_a_few_and_all_but_a_few_are_hidden(left):
    found = [spell(n, end=after(100) if n < left else None) for n in range(20)]
    one = figures(found)[Measure.RETENTION, ALL, Arm.PROGRAM]
    assert (one.n, one.events, one.value, one.low, one.hidden) == (20, None, None, None, HIDDEN)


def test_a_small_group_is_hidden_even_when_all_stayed():
    one = figures([spell(n) for n in range(4)])[Measure.RETENTION, ALL, Arm.PROGRAM]
    assert (one.n, one.value, one.hidden) == (None, None, HIDDEN)


def test_a_hidden_program_cannot_be_had_by_subtraction():
    large = [spell(n, program=1, end=after(100) if n < 10 else None) for n in range(40)]
    other = [spell(n, program=2, end=after(100) if n < 50 else None) for n in range(40, 80)]
    small = [spell(n, program=3, end=after(100) if n < 82 else None) for n in range(80, 100)]
    found = figures([*large, *other, *small])
    scopes = ("program:1", "program:2", "program:3", ALL)
    shown = {scope: found[Measure.RETENTION, scope, Arm.PROGRAM].events for scope in scopes}
    assert shown["program:3"] is None
    assert list(shown.values()).count(None) >= 2


lives = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.sampled_from(list(Arm)),
        st.integers(0, 900),
        st.none() | st.integers(1, 700),
        st.none() | st.integers(1, 700),
    ),
    max_size=60,
)


@given(lives)
def test_no_release_shows_one_to_four_people(found):
    made = []
    for person, (program, arm, begins, left, rises) in enumerate(found):
        start = AS_OF - datetime.timedelta(days=begins)
        end = start + datetime.timedelta(days=left) if left else None
        end = end if end and end <= AS_OF else None
        risen = start + datetime.timedelta(days=rises) if rises else None
        risen = risen if risen and risen <= (end or AS_OF) else None
        made.append(
            spell(person, program=program, arm=arm, start=start, end=end, promotions=[risen] if risen else ())
        )
    for measured in measure_all(made, AS_OF):
        figure, cells = measured.figure, measured.cells
        assert figure.n is None or figure.n == 0 or figure.n >= 5
        if figure.value is not None:
            assert all(not 0 < len(people) < 5 for column, people in cells.items() if column in {"yes", "no"})
        else:
            assert (figure.events, figure.low, figure.high, figure.person_years) == (None,) * 4
            assert figure.hidden
        assert all(step.at_risk >= 5 for step in figure.steps)


def test_cohorts_and_markets_are_measured_too():
    found = [spell(n, program=1, market="DE" if n < 20 else "FR") for n in range(40)]
    shown = figures(found)
    scopes = {scope for measure, scope, _ in shown if measure == Measure.RETENTION}
    assert scopes == {ALL, "program:1", "cohort:1", "market:DE", "market:FR"}
    assert shown[Measure.RETENTION, "market:DE", Arm.PROGRAM].n == 20
    assert {scope for measure, scope, _ in shown if measure == Measure.CURVE} == {ALL}


def test_a_hidden_market_cannot_be_had_from_cohorts_and_totals():
    """Three left in DE and three in FR: neither is shown, nor is the third market that would leave them apart."""
    found = [
        spell(n, market=("DE", "FR", "IT")[n % 3], end=after(100) if n in {0, 3, 6, 1, 4, 7} else None)
        for n in range(60)
    ]
    shown = figures(found)
    assert shown[Measure.RETENTION, ALL, Arm.PROGRAM].events == 54
    assert [shown[Measure.RETENTION, f"market:{one}", Arm.PROGRAM].events for one in ("DE", "FR", "IT")] == [
        None,
        None,
        20,
    ]


def test_rates_are_no_finer_than_the_person_years_beside_them():
    """From exact days at risk one could tell when somebody left; a tenth of a year is all that shows."""
    found = [
        spell(n, promotions=[after(300)] if n < 6 else (), end=after(401) if n == 19 else None)
        for n in range(20)
    ]
    one = figures(found)[Measure.PROMOTIONS, ALL, Arm.PROGRAM]
    assert one.value == 6 / one.person_years
