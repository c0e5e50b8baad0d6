import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_rel

from metrics.statistics import mean_change

ratings = st.integers(2, 50).flatmap(
    lambda n: st.tuples(*[st.lists(st.floats(1, 5, width=16), min_size=n, max_size=n)] * 2)
)


def test_change_of_a_worked_example() -> None:
    """Student (1908), hours of additional sleep: mean difference 1.58, 95 % interval 0.70 to 2.46."""
    drug_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    drug_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    change = mean_change(drug_1, drug_2)
    assert (change.mean.value, change.mean.low, change.mean.high) == pytest.approx(
        (1.58, 0.7001, 2.4599), abs=1e-4
    )
    assert change.mean.n == 10
    # 1.58 over the root mean square of 1.789 and 2.002
    assert change.d_av == pytest.approx(0.8322, abs=1e-4)


@given(ratings)
def test_interval_agrees_with_scipy(pair: tuple[list[float], list[float]]) -> None:
    before, after = pair
    change = mean_change(before, after)
    if np.std(np.subtract(after, before)) < 1e-9:
        assert change.mean.low == pytest.approx(change.mean.high)
        return
    interval = ttest_rel(after, before).confidence_interval()
    assert (change.mean.low, change.mean.high) == pytest.approx((interval.low, interval.high))


@given(ratings)
def test_change_turns_with_its_measurements(pair: tuple[list[float], list[float]]) -> None:
    there, back = mean_change(*pair), mean_change(*reversed(pair))
    assert there.mean.value == pytest.approx(-back.mean.value)
    assert (there.d_av is None) == (back.d_av is None)
    if there.d_av is not None and back.d_av is not None:
        assert there.d_av == pytest.approx(-back.d_av)


def test_no_spread_has_no_effect_size() -> None:
    change = mean_change([2, 2, 2], [3, 3, 3])
    assert (change.mean.value, change.mean.low, change.mean.high, change.d_av) == (1, 1, 1, None)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ([1, 2], [1], "before and a value after"),
        ([1], [2], "at least two people"),
        ([1, float("nan")], [2, 3], "value is missing"),
    ],
)
def test_impossible_pairs_are_refused(before: list, after: list, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        mean_change(before, after)
