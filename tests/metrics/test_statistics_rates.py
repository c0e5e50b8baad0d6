from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson
from statsmodels.stats.rates import confint_poisson

from metrics.statistics import person_years, rate


@pytest.mark.parametrize(
    ("events", "low", "high"),
    # exact limits for a Poisson count: Ulm (1990), table 1; Pearson & Hartley, Biometrika Tables, table 40
    [
        (0, 0.0, 3.689),
        (1, 0.0253, 5.572),
        (2, 0.242, 7.225),
        (5, 1.623, 11.668),
        (10, 4.795, 18.390),
        (50, 37.111, 65.919),
    ],
)
def test_rate_gives_the_published_limits(events: int, low: float, high: float) -> None:
    estimate = rate(events, 1, n=100)
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=6e-4)


@given(st.integers(0, 300), st.floats(0.1, 5000), st.sampled_from([0.8, 0.95, 0.99]))
def test_rate_agrees_with_statsmodels(events: int, years: float, confidence: float) -> None:
    estimate = rate(events, years, n=7, confidence=confidence)
    low, high = confint_poisson(events, years, method="exact-c", alpha=1 - confidence)
    assert (estimate.low, estimate.high) == pytest.approx((0.0 if events == 0 else low, high), rel=1e-9)
    assert (estimate.value, estimate.n, estimate.events) == (events / years, 7, events)


@given(st.integers(1, 80), st.floats(0.5, 100))
def test_rate_limits_leave_just_the_tails(events: int, years: float) -> None:
    estimate = rate(events, years, n=1)
    assert poisson.cdf(events, estimate.high * years) == pytest.approx(0.025)
    assert poisson.sf(events - 1, estimate.low * years) == pytest.approx(0.025)


def test_impossible_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="needs time at risk"):
        rate(0, 0, n=0)
    with pytest.raises(ValueError, match="cannot be -1"):
        rate(-1, 1, n=1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        rate(1, 1, n=1, confidence=1)


def test_person_years_are_cut_at_the_as_of_date() -> None:
    years = person_years(
        entries=[date(2024, 1, 1), date(2024, 1, 1), date(2024, 7, 1), date(2026, 1, 1), date(2025, 6, 1)],
        exits=[None, date(2024, 12, 31), date(2027, 1, 1), None, date(2025, 6, 1)],
        as_of=date(2025, 12, 31),
    )
    assert (years * 365.25).round().tolist() == [730, 365, 548, 0, 0]


def test_person_years_of_nobody_is_empty() -> None:
    assert person_years([], [], date(2026, 1, 1)).tolist() == []


def test_impossible_spells_are_refused() -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        person_years([date(2025, 1, 2)], [date(2025, 1, 1)], date(2026, 1, 1))
    with pytest.raises(ValueError, match="needs an exit"):
        person_years([date(2025, 1, 2)], [], date(2026, 1, 1))


dates = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(st.lists(st.tuples(dates, dates).map(sorted), min_size=1), dates, dates)
def test_time_at_risk_grows_with_the_as_of_date(spells: list[list[date]], one: date, other: date) -> None:
    entries, exits = [spell[0] for spell in spells], [spell[1] for spell in spells]
    earlier, later = (person_years(entries, exits, day) for day in sorted((one, other)))
    assert (earlier >= 0).all()
    assert (earlier <= later).all()
