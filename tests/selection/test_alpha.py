import random

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given, settings

from selection.reliability import Alpha, Gap, Undefined
from selection.reliability.alpha import Metric, Resampled, alpha
from selection.reliability.tables import Table, table_of
from tests.factories.ratings import KRIPPENDORFF, any_tables, table

PUBLISHED = table(np.array(KRIPPENDORFF).T)


@pytest.mark.parametrize(
    ("metric", "published"), [(Metric.NOMINAL, 0.743), (Metric.ORDINAL, 0.815), (Metric.INTERVAL, 0.849)]
)
def test_published_values_of_krippendorff(metric: Metric, published: float) -> None:
    found = alpha(PUBLISHED, "seed", metric)
    assert isinstance(found, Alpha)
    assert round(found.value, 3) == published
    expected = krippendorff.alpha(np.array(KRIPPENDORFF), level_of_measurement=str(metric))
    assert found.value == pytest.approx(expected, abs=1e-9)
    # the twelfth unit has one value only
    assert (found.n, found.raters, found.ratings) == (11, 4, 40)


@settings(deadline=None)
@given(any_tables())
def test_value_agrees_with_the_krippendorff_package(of: Table) -> None:
    for metric in Metric:
        found = alpha(of, "seed", metric, resamples=10)
        if isinstance(found, Alpha):
            expected = krippendorff.alpha(of.values.T, level_of_measurement=str(metric))
            assert found.value == pytest.approx(expected, abs=1e-9)


@given(any_tables())
def test_order_does_not_matter_and_a_seed_draws_the_same_again(of: Table) -> None:
    rows, columns = np.nonzero(of.known)
    listed = [
        (int(row), int(column), of.values[row, column]) for row, column in zip(rows, columns, strict=True)
    ]
    renamed = table_of((99 - row, 7 - column, score) for row, column, score in listed)
    for resampled in Resampled:
        first = alpha(of, "seed", resampled=resampled, resamples=200)
        assert alpha(renamed, "seed", resampled=resampled, resamples=200) == first


@given(any_tables())
def test_ordinal_alpha_knows_only_the_order_of_the_scale(of: Table) -> None:
    stretched = table_of(
        (row, column, of.values[row, column] ** 3) for row, column in zip(*np.nonzero(of.known), strict=True)
    )
    assert alpha(stretched, "seed", resamples=50) == alpha(of, "seed", resamples=50)


def naive(of: Table, resamples: int) -> list[float]:
    """The bootstrap as one would write it down: draw candidates, compute alpha, take percentiles."""
    draw = np.random.default_rng(1)
    n = len(of.candidates)
    with np.errstate(all="ignore"):
        found = [
            krippendorff.alpha(of.values[draw.integers(0, n, n)].T, level_of_measurement="ordinal")
            for _ in range(resamples)
        ]
    return list(np.nanpercentile(found, [2.5, 97.5]))


def test_interval_is_that_of_drawing_candidates_again() -> None:
    draw = np.random.RandomState(3)
    of = table(np.clip(np.rint(draw.normal(3, 1, (30, 1)) + draw.normal(0, 0.7, (30, 3))), 1, 5))
    found = alpha(of, "seed", resamples=20_000)
    assert isinstance(found, Alpha)
    assert [found.low, found.high] == pytest.approx(naive(of, 3000), abs=0.02)


def krippendorffs_draws(of: Table, resamples: int) -> list[float]:
    """The steps of Krippendorff (2011), one pair after the other, for at most two raters of each candidate."""
    pairs = [tuple(row) for row in of.values] + [tuple(reversed(row)) for row in of.values]
    margin = {level: sum(one == level for one, _ in pairs) for level in {one for one, _ in pairs}}
    levels, n = sorted(margin), len(pairs)

    def differ(one: float, other: float) -> float:
        low, high = sorted((one, other))
        between = sum(margin[level] for level in levels if low <= level <= high)
        return float((between - (margin[one] + margin[other]) / 2) ** 2)

    expected = sum(margin[c] * margin[k] * differ(c, k) for c in levels for k in levels) / (n * (n - 1))
    draws = int(min(25 * len(set(pairs)), n / 2))
    draw = random.Random(1)
    found = [
        1 - sum(differ(*draw.choice(pairs)) for _ in range(draws)) / (draws * expected)
        for _ in range(resamples)
    ]
    return list(np.percentile(found, [2.5, 97.5]))


def test_interval_over_pairs_follows_hayes_and_krippendorff() -> None:
    draw = np.random.RandomState(4)
    of = table(np.clip(np.rint(draw.normal(3, 1, (40, 1)) + draw.normal(0, 0.7, (40, 2))), 1, 5))
    found = alpha(of, "seed", resampled=Resampled.PAIRS, resamples=20_000)
    assert isinstance(found, Alpha)
    assert [found.low, found.high] == pytest.approx(krippendorffs_draws(of, 4000), abs=0.02)


def test_interval_over_candidates_covers_and_over_pairs_does_not() -> None:
    """The reason for the default: 250 panels of 30 candidates and 3 raters, true alpha from one of 20,000."""
    draw = np.random.RandomState(5)

    def panel(candidates: int) -> Table:
        scores = draw.normal(3, 0.775, (candidates, 1)) + draw.normal(0, 0.632, (candidates, 3))
        return table(np.clip(np.rint(scores), 1, 5))

    true = krippendorff.alpha(panel(20_000).values.T, level_of_measurement="ordinal")
    hits = dict.fromkeys(Resampled, 0)
    for number in range(250):
        of = panel(30)
        for resampled in Resampled:
            found = alpha(of, str(number), resampled=resampled, resamples=500)
            assert isinstance(found, Alpha)
            assert found.low is not None
            assert found.high is not None
            hits[resampled] += found.low <= true <= found.high
    assert hits[Resampled.CANDIDATES] / 250 > 0.9
    assert hits[Resampled.PAIRS] / 250 < 0.87


@settings(deadline=None)
@given(any_tables())
def test_interval_lies_in_its_bounds(of: Table) -> None:
    for resampled in Resampled:
        found = alpha(of, "seed", resampled=resampled, resamples=100)
        assume(isinstance(found, Alpha))
        assert isinstance(found, Alpha)
        assert found.value <= 1
        if found.low is not None and found.high is not None:
            assert found.low <= found.high <= 1


def test_perfect_agreement_is_one() -> None:
    found = alpha(table([[1, 1], [2, 2], [5, 5], [5, 5]]), "seed")
    assert isinstance(found, Alpha)
    assert (found.value, found.low, found.high) == (1, 1, 1)


@pytest.mark.parametrize(
    ("values", "gap", "n"),
    [
        (np.empty((0, 0)), Gap.NOBODY_TWICE, 0),
        ([[3, np.nan], [np.nan, 4]], Gap.NOBODY_TWICE, 2),
        ([[3, 3], [3, 3]], Gap.NO_VARIATION, 2),
    ],
)
def test_without_enough_ratings_there_is_a_reason(values: object, gap: Gap, n: int) -> None:
    assert alpha(table(values), "seed") == Undefined(gap, n)


def test_confidence_is_a_share() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        alpha(PUBLISHED, "seed", confidence=95)
