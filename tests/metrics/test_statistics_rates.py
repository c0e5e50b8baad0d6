import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, poisson, t
from statsmodels.stats.rates import confint_poisson

from metrics.statistics import rate
from metrics.statistics.quantiles import poisson_limits, student_t


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


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
@pytest.mark.parametrize("events", [0, 1, 2, 7, 40, 999, 20_000])
def test_limits_agree_with_scipy_for_few_and_many_events(events: int, confidence: float) -> None:
    tail = (1 - confidence) / 2
    expected = chi2.ppf(tail, 2 * events) / 2 if events else 0.0, chi2.ppf(1 - tail, 2 * events + 2) / 2
    assert poisson_limits(events, tail) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 10, 31, 240, 5000])
def test_students_quantile_agrees_with_scipy(freedom: int, confidence: float) -> None:
    assert student_t(confidence, freedom) == pytest.approx(t.ppf((1 + confidence) / 2, freedom), rel=1e-9)


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
