import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from metrics.statistics import Estimate, difference, proportion, ratio

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
confidences = st.sampled_from([0.8, 0.9, 0.95, 0.99])


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17:857–872, table I, method 3
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_proportion_gives_the_published_wilson_interval(count: int, n: int, low: float, high: float) -> None:
    estimate = proportion(count, n)
    assert (round(estimate.low, 4), round(estimate.high, 4)) == (low, high)
    assert (estimate.value, estimate.n, estimate.events) == (count / n, n, count)


@given(counts, confidences)
def test_proportion_agrees_with_statsmodels(pair: tuple[int, int], confidence: float) -> None:
    estimate = proportion(*pair, confidence)
    expected = proportion_confint(*pair, alpha=1 - confidence, method="wilson")
    assert (estimate.low, estimate.high) == pytest.approx(expected, abs=1e-12)
    assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    # Newcombe (1998), Statistics in Medicine 17:873–890, table II, method 10
    [
        ((56, 70), (48, 80), (0.2, 0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.6, 0.1705, 0.8090)),
        ((6, 7), (2, 7), (0.5714, 0.0582, 0.8062)),
        ((5, 56), (0, 29), (0.0893, -0.0381, 0.1926)),
        ((0, 10), (0, 10), (0.0, -0.2775, 0.2775)),
        ((10, 10), (0, 10), (1.0, 0.6075, 1.0)),
    ],
)
def test_difference_gives_the_published_newcombe_interval(
    first: tuple[int, int], second: tuple[int, int], expected: tuple[float, float, float]
) -> None:
    estimate = difference(proportion(*first), proportion(*second))
    assert (estimate.value, estimate.low, estimate.high) == pytest.approx(expected, abs=6e-5)
    assert estimate.n == first[1] + second[1]


@given(counts, counts)
def test_difference_agrees_with_statsmodels(first: tuple[int, int], second: tuple[int, int]) -> None:
    estimate = difference(proportion(*first), proportion(*second))
    expected = confint_proportions_2indep(*first, *second, method="newcomb", compare="diff")
    assert (estimate.low, estimate.high) == pytest.approx(expected, abs=1e-9)


@given(counts, counts)
def test_difference_turns_with_its_groups(first: tuple[int, int], second: tuple[int, int]) -> None:
    there, back = (difference(proportion(*a), proportion(*b)) for a, b in ((first, second), (second, first)))
    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low))


@pytest.mark.parametrize(
    ("count", "n", "confidence", "sentence"),
    [
        (0, 0, 0.95, "at least one person"),
        (3, 2, 0.95, "3 does not fit among 2"),
        (-1, 2, 0.95, "-1 does not fit"),
        (1, 2, 95, "between 0 and 1"),
    ],
)
def test_impossible_proportion_is_refused(count: int, n: int, confidence: float, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        proportion(count, n, confidence)


def test_proportion_is_a_whole_estimate() -> None:
    estimate = proportion(0, 20)
    assert estimate == Estimate(0.0, 0.0, estimate.high, 20, 0)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    # Koopman (1984), Biometrics 40:513–517, and Nam (1995), Biometrical Journal 37:527–539: 36 of 40 and 16 of 80
    [((36, 40), (16, 80), (4.5, 2.939, 7.152))],
)
def test_ratio_gives_the_published_interval_of_koopman(
    first: tuple[int, int], second: tuple[int, int], expected: tuple[float, float, float]
) -> None:
    estimate = ratio(*first, *second)
    assert estimate
    assert (estimate.value, estimate.low, estimate.high) == pytest.approx(expected, abs=6e-4)
    assert estimate.n == first[1] + second[1]


@given(counts, counts, confidences)
def test_ratio_agrees_with_statsmodels(
    first: tuple[int, int], second: tuple[int, int], confidence: float
) -> None:
    estimate = ratio(*first, *second, confidence)
    assert (estimate is None) == (second[0] == 0)
    if estimate is None:
        return
    assert estimate.low <= estimate.value <= estimate.high
    # where a share is 0 or 1 statsmodels divides by zero, and stops where it began
    if 0 < first[0] < first[1] and second[0] < second[1]:
        expected = confint_proportions_2indep(
            *first, *second, method="score", compare="ratio", correction=False, alpha=1 - confidence
        )
        assert (estimate.low, estimate.high) == pytest.approx(expected, rel=1e-6)


@given(counts, counts)
def test_ratio_turns_with_its_groups(first: tuple[int, int], second: tuple[int, int]) -> None:
    there, back = ratio(*first, *second), ratio(*second, *first)
    if there and back:
        assert (1 / there.value, there.low * back.high, there.high * back.low) == pytest.approx(
            (back.value, 1, 1), rel=1e-9
        )


def test_nobody_in_the_first_has_a_ratio_with_an_upper_end() -> None:
    estimate = ratio(0, 10, 5, 20)
    assert estimate
    assert (estimate.value, estimate.low) == (0, 0)
    assert estimate.high == pytest.approx(1.24669, abs=1e-5)
