import warnings
from datetime import date
from math import isnan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.statistics import kaplan_meier, months_later

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what the oracle brings along is not ours to mend
    from lifelines import KaplanMeierFitter

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


def test_curve_of_the_textbook() -> None:
    curve = kaplan_meier(REMISSION, RELAPSE)
    assert curve.time == (6, 7, 10, 13, 16, 22, 23)
    assert curve.at_risk == (21, 17, 15, 12, 11, 7, 6)
    assert curve.events == (3, 1, 1, 1, 1, 1, 1)
    assert [round(share, 3) for share in curve.survival] == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
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
    assert oracle.survival_function_at_times(curve.time).tolist() == pytest.approx(list(curve.survival))
    bounds = oracle.confidence_interval_.loc[list(curve.time)].to_numpy()
    for share, low, high, expected in zip(curve.survival, curve.low, curve.high, bounds, strict=True):
        if share:
            assert (low, high) == pytest.approx(tuple(expected), abs=1e-9)
        else:
            assert isnan(low)
            assert isnan(high)


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
    assert curve.survival == pytest.approx(tuple(shares))


def test_curve_is_read_between_before_and_beyond_its_steps() -> None:
    curve = kaplan_meier([2, 4, 4, 6], [True, True, False, False])
    assert [getattr(curve.at(time), "value", None) for time in (0, 1, 2, 3, 5, 6, 7)] == pytest.approx(
        [1, 1, 0.75, 0.75, 0.5, 0.5, None]
    )
    assert kaplan_meier([], []).at(0) is None


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
