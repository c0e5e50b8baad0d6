import warnings
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.statistics import (
    Curve,
    Retention,
    kaplan_meier,
    months_later,
    proportion,
    retention,
    retention_curve,
)

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what the oracle brings along is not ours to mend
    from lifelines import KaplanMeierFitter

AS_OF = date(2026, 6, 30)
# Freireich et al. (1963), 6-MP arm; Kalbfleisch & Prentice (2002), tables 1.1 and 1.2
REMISSION = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSE = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]

spells = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 30), st.booleans()).map(
        lambda spell: (spell[0], spell[0] + spell[1], spell[2])
    ),
    min_size=1,
    max_size=40,
)
dates = st.dates(date(2023, 1, 1), date(2026, 12, 31))
careers = st.lists(st.tuples(dates, st.none() | dates), max_size=30)


def test_curve_of_the_textbook() -> None:
    curve = kaplan_meier(REMISSION, RELAPSE)
    assert curve.time.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.events.tolist() == [3, 1, 1, 1, 1, 1, 1]
    assert curve.survival.round(3).tolist() == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    at_ten = curve.at(10)
    assert at_ten is not None
    assert (at_ten.n, at_ten.events) == (21, 5)
    assert (at_ten.low, at_ten.high) == pytest.approx((0.503, 0.889), abs=6e-4)


@settings(max_examples=60, deadline=None)
@given(spells)
def test_curve_and_interval_agree_with_lifelines(people: list[tuple[int, int, bool]]) -> None:
    exits, left = [person[1] for person in people], [person[2] for person in people]
    curve = kaplan_meier(exits, left)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        oracle = KaplanMeierFitter().fit(exits, left)
    assert oracle.survival_function_at_times(curve.time).tolist() == pytest.approx(curve.survival.tolist())
    bounds = oracle.confidence_interval_.loc[curve.time].to_numpy().T
    inside = curve.survival > 0
    assert curve.low[inside].tolist() == pytest.approx(bounds[0][inside].tolist(), abs=1e-9)
    assert curve.high[inside].tolist() == pytest.approx(bounds[1][inside].tolist(), abs=1e-9)
    assert np.isnan(curve.low[~inside]).all()


@given(spells)
def test_curve_with_late_entries_is_the_product_over_risk_sets(people: list[tuple[int, int, bool]]) -> None:
    entries, exits, left = zip(*people, strict=True)
    curve = kaplan_meier(exits, left, entries)
    survival = 1.0
    for step, time in enumerate(sorted({exit_ for _, exit_, gone in people if gone})):
        risk = sum(entry < time <= exit_ for entry, exit_, _ in people)
        gone = sum(exit_ == time and left_ for _, exit_, left_ in people)
        survival *= 1 - gone / risk
        assert (curve.at_risk[step], curve.events[step]) == (risk, gone)
        assert curve.survival[step] == pytest.approx(survival)


@given(spells)
def test_without_censoring_the_curve_is_the_share_left(people: list[tuple[int, int, bool]]) -> None:
    exits = [person[1] for person in people]
    curve = kaplan_meier(exits, [True] * len(exits))
    shares = [sum(exit_ > time for exit_ in exits) / len(exits) for time in curve.time]
    assert curve.survival.tolist() == pytest.approx(shares)


def test_curve_is_read_between_before_and_beyond_its_steps() -> None:
    curve = kaplan_meier([2, 4, 4, 6], [True, True, False, False])
    assert [getattr(curve.at(time), "value", None) for time in (0, 1, 2, 3, 5, 6, 7)] == pytest.approx(
        [1, 1, 0.75, 0.75, 0.5, 0.5, None]
    )
    assert kaplan_meier([], []).at(0) is None


def test_curve_ends_where_too_few_are_at_risk() -> None:
    curve = kaplan_meier(REMISSION, RELAPSE).while_at_risk(11)
    assert (curve.time.tolist(), curve.last) == ([6, 7, 10, 13, 16], 16.0)
    assert curve.at(17) is None
    assert isinstance(curve.while_at_risk(1), Curve)
    assert kaplan_meier([3, 4], [True, True]).while_at_risk(5).at(1) is None


@pytest.mark.parametrize(
    ("exits", "left", "entries", "sentence"),
    [
        ([1, 2], [True], None, "one value per person"),
        ([1], [True], [1], "before observation begins"),
        ([0], [True], None, "before observation begins"),
        ([float("nan")], [True], None, "time is missing"),
    ],
)
def test_impossible_spells_are_refused(exits: list, left: list, entries: list | None, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        kaplan_meier(exits, left, entries)


def test_retention_counts_only_those_followed_twelve_months() -> None:
    starts_and_ends = [
        (date(2025, 1, 1), None),
        (date(2025, 1, 1), date(2026, 1, 2)),  # stayed one day longer
        (date(2025, 1, 1), date(2026, 1, 1)),  # left on the very day
        (date(2025, 6, 30), None),  # followed to the very day
        (date(2025, 7, 1), None),  # too recent
        (date(2025, 7, 1), date(2025, 8, 1)),  # too recent, although already gone
        (date(2025, 1, 1), date(2024, 12, 1)),  # had left before
        (date(2026, 7, 1), None),  # starts later
        (date(2024, 5, 1), date(2026, 12, 1)),  # will leave, not known on that day
    ]
    starts, ends = zip(*starts_and_ends, strict=True)
    assert retention(starts, ends, AS_OF) == Retention(proportion(4, 5), 2, 2, 12, AS_OF)


def test_retention_of_nobody_followed_has_no_estimate() -> None:
    assert retention([date(2026, 1, 1)], [None], AS_OF) == Retention(None, 1, 0, 12, AS_OF)
    assert retention([], [], AS_OF) == Retention(None, 0, 0, 12, AS_OF)
    with pytest.raises(ValueError, match="needs an end"):
        retention([date(2026, 1, 1)], [], AS_OF)


@given(careers)
def test_later_knowledge_does_not_change_an_as_of_date(people: list[tuple[date, date | None]]) -> None:
    starts = [start for start, _ in people]
    ends = [end for _, end in people]
    known = [end if end is not None and end <= AS_OF else None for end in ends]
    now, then = retention(starts, known, AS_OF), retention(starts, ends, AS_OF)
    assert now.estimate == then.estimate
    curves = retention_curve(starts, known, AS_OF), retention_curve(starts, ends, AS_OF)
    assert curves[0].survival.tolist() == curves[1].survival.tolist()


@given(
    st.lists(
        st.tuples(st.dates(date(2023, 1, 1), date(2025, 6, 29)), st.none() | st.integers(1, 900)), min_size=1
    )
)
def test_curve_equals_the_share_when_all_are_followed(people: list[tuple[date, int | None]]) -> None:
    starts = [start for start, _ in people]
    ends = [None if days is None else start + timedelta(days=days) for start, days in people]
    point = retention_curve(starts, ends, AS_OF).at(365)
    stayed = sum(days is None or days > 365 for _, days in people)
    assert point is not None
    assert point.value == pytest.approx(stayed / len(people))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2023, 2, 28), 12, date(2024, 2, 28)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2025, 1, 31), 11, date(2025, 12, 31)),
        (date(2025, 3, 15), -3, date(2024, 12, 15)),
    ],
)
def test_months_later_stays_in_the_month(day: date, months: int, expected: date) -> None:
    assert months_later(day, months) == expected
