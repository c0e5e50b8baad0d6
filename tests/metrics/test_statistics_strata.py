import warnings

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import StratifiedTable

from metrics.statistics import Across, Stratum, across

strata = st.lists(
    st.tuples(*[st.integers(0, 25)] * 4).map(lambda c: Stratum(c[0], c[0] + c[1], c[2], c[2] + c[3])),
    min_size=1,
    max_size=6,
)
# Bickel, Hammel & O'Connell (1975), Science 187:398–404: men and women admitted by six departments of Berkeley
BERKELEY = [
    Stratum(512, 825, 89, 108),
    Stratum(353, 560, 17, 25),
    Stratum(120, 325, 202, 593),
    Stratum(138, 417, 131, 375),
    Stratum(53, 191, 94, 393),
    Stratum(22, 373, 24, 341),
]


def tables(of: list[Stratum]) -> StratifiedTable:
    return StratifiedTable(
        [np.array([[s.count, s.n - s.count], [s.other_count, s.other_n - s.other_count]]) for s in of]
    )


def test_berkeley_admits_women_and_men_alike_within_departments() -> None:
    """R's mantelhaen.test(UCBAdmissions): 1.5246, with continuity 1.4269; odds ratio 0.9047 (0.7719 to 1.0603)."""
    found, with_continuity = across(BERKELEY), across(BERKELEY, continuity=True)
    assert found
    assert with_continuity
    assert found.odds_ratio
    assert (found.statistic, found.p) == pytest.approx((1.5246, 0.2169), abs=1e-4)
    assert (with_continuity.statistic, with_continuity.p) == pytest.approx((1.4269, 0.2323), abs=1e-4)
    odds = found.odds_ratio
    assert (odds.value, odds.low, odds.high) == pytest.approx((0.9046968, 0.7719074, 1.0603298), abs=1e-6)
    assert (found.strata, found.n, odds.n) == (6, 4526, 4526)


@given(strata)
def test_test_agrees_with_statsmodels(of: list[Stratum]) -> None:
    telling = [stratum for stratum in of if stratum.variance]
    found = across(of)
    assert (found is None) == (not telling)
    if found is None:
        return
    expected = tables(telling).test_null_odds(correction=False)
    assert (found.statistic, found.p) == pytest.approx((expected.statistic, expected.pvalue), abs=1e-9)
    if abs(found.surplus) >= 0.5:  # below, statsmodels squares what is left beyond zero
        expected = tables(telling).test_null_odds(correction=True)
        corrected = across(of, continuity=True)
        assert corrected
        assert (corrected.statistic, corrected.p) == pytest.approx(
            (expected.statistic, expected.pvalue), abs=1e-9
        )


@given(strata)
def test_odds_ratio_agrees_with_statsmodels(of: list[Stratum]) -> None:
    found = across(of)
    assume(found is not None)
    assert isinstance(found, Across)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = tables([stratum for stratum in of if stratum.variance])
        value = expected.oddsratio_pooled
    if found.odds_ratio is None:
        assert value == 0 or not np.isfinite(value)
        return
    odds = found.odds_ratio
    assert (odds.value, odds.low, odds.high) == pytest.approx(
        (value, *expected.oddsratio_pooled_confint()), rel=1e-6
    )


@given(strata)
def test_cohorts_that_say_nothing_change_nothing(of: list[Stratum]) -> None:
    silent = [Stratum(0, 0, 3, 9), Stratum(4, 4, 7, 7), Stratum(0, 5, 0, 9), Stratum(0, 0, 0, 0)]
    assert across([*silent, *of]) == across(of)


@given(strata)
def test_turned_around_the_test_is_the_same_and_the_odds_are_inverse(of: list[Stratum]) -> None:
    there = across(of)
    back = across([Stratum(s.other_count, s.other_n, s.count, s.n) for s in of])
    assert (there is None) == (back is None)
    if there and back:
        assert (there.statistic, there.surplus) == pytest.approx((back.statistic, -back.surplus), abs=1e-9)
        if there.odds_ratio and back.odds_ratio:
            assert there.odds_ratio.value * back.odds_ratio.value == pytest.approx(1)


def test_continuity_never_goes_beyond_nothing() -> None:
    found = across([Stratum(5, 10, 5, 10)], continuity=True)
    assert found
    assert (found.statistic, found.p) == (0, 1)


def test_faulty_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        Stratum(3, 2, 0, 1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        across(BERKELEY, confidence=95)
