import warnings

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import pearsonr
from statsmodels.tools.sm_exceptions import SingularMatrixWarning

from selection.reliability import Halo, Severity, Spread, spreads
from selection.reliability.halo import halos
from selection.reliability.severity import connected, severities
from selection.reliability.tables import Table, table_of
from tests.factories.ratings import any_tables, crossed_tables, table

real = st.floats(1, 5).map(lambda score: round(score, 2))


def test_severity_compares_on_the_same_candidates() -> None:
    """Ben saw the stronger candidates and still is a point below Ana wherever both looked."""
    of = table_of([("1", "ana", 2), ("2", "ana", 3), ("2", "ben", 2), ("3", "ben", 4), ("3", "ana", 5)])
    assert [(one.rater, one.points, one.n) for one in severities(of)] == [
        ("ana", pytest.approx(-0.5), 3),
        ("ben", pytest.approx(0.5), 2),
    ]


@settings(deadline=None)
@given(any_tables(real))
def test_severity_agrees_with_a_regression_on_dummies(of: Table) -> None:
    """For each group alone: the first rater is the baseline, and the contrast is with the group's mean."""
    found = severities(of)
    groups = connected(of)
    rows, columns = np.nonzero(of.known)
    scores = of.values[rows, columns]
    dummies = np.hstack([np.eye(len(of.candidates))[rows], np.eye(len(of.raters))[columns]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SingularMatrixWarning)  # candidates and raters share a constant
        whole = sm.OLS(scores, dummies).fit()
    for place, one in enumerate(found):
        peers = [other for other, group in enumerate(groups) if group == groups[place]]
        if len(peers) == 1:
            assert (one.points, one.low, one.high) == (None, None, None)
            continue
        contrast = np.zeros(dummies.shape[1])
        contrast[[len(of.candidates) + peer for peer in peers]] = 1 / len(peers)
        contrast[len(of.candidates) + place] -= 1
        assert one.points == pytest.approx(float(contrast @ whole.params), abs=1e-6)
        if one.low is None:
            assert whole.df_resid == 0
        else:
            test = whole.t_test(contrast)
            assume(whole.ssr > 1e-6)
            assert [one.low, one.high] == pytest.approx(test.conf_int()[0].tolist(), abs=1e-6)


@given(crossed_tables(real))
def test_where_all_saw_all_severity_is_the_distance_of_means(of: Table) -> None:
    means = of.values.mean(axis=0)
    assert [one.points for one in severities(of)] == pytest.approx((means.mean() - means).tolist(), abs=1e-9)


@given(any_tables(real))
def test_severities_of_a_group_add_up_to_zero_and_do_not_see_how_good_candidates_are(of: Table) -> None:
    rows, columns = np.nonzero(of.known)
    better = table_of(
        (row, column, of.values[row, column] + 3 * row) for row, column in zip(rows, columns, strict=True)
    )
    first, second = severities(of), severities(better)
    assert [one.points for one in first] == [
        None if one.points is None else pytest.approx(one.points, abs=1e-8) for one in second
    ]
    for group in {one.group for one in first}:
        assert sum(one.points or 0 for one in first if one.group == group) == pytest.approx(0, abs=1e-8)


def test_groups_without_a_shared_candidate_are_not_compared() -> None:
    of = table_of(
        [
            (1, "ana", 1),
            (1, "ben", 2),
            (2, "cleo", 4),
            (2, "dan", 5),
            (3, "ben", 3),
            (3, "eva", 3),
            (4, "finn", 2),
        ]
    )
    assert [(one.rater, one.group) for one in severities(of)] == [
        ("ana", 0),
        ("ben", 0),
        ("cleo", 1),
        ("dan", 1),
        ("eva", 0),
        ("finn", 2),
    ]
    assert severities(of)[-1] == Severity("finn", 2, None, None, None, 1)


def test_without_a_rating_left_over_there_is_no_interval() -> None:
    (ana, _) = severities(table([[1, 2]]))
    assert ana == Severity(0, 0, pytest.approx(0.5), None, None, 1)


def test_nobody_rated_is_nobody_severe() -> None:
    assert severities(table_of([])) == []
    with pytest.raises(ValueError, match="between 0 and 1"):
        severities(table([[1, 2]]), 95)


def rated(rater: str, grid: list[list[float | None]]) -> list[tuple[str, int, int, float]]:
    return [
        (rater, candidate, competency, score)
        for candidate, row in enumerate(grid)
        for competency, score in enumerate(row)
        if score is not None
    ]


def test_halo_is_the_mean_correlation_between_competencies() -> None:
    grid = [[1, 2, 5], [2, 2, 3], [4, 5, 1], [3, 5, None]]
    columns = list(zip(*grid, strict=True))
    expected = [
        pearsonr(columns[0], columns[1])[0],
        pearsonr(columns[0][:3], columns[2][:3])[0],
        pearsonr(columns[1][:3], columns[2][:3])[0],
    ]
    assert halos(rated("ana", grid)) == [Halo("ana", pytest.approx(np.mean(expected)), 3, 4)]


def test_one_impression_for_everything_is_a_halo_of_one() -> None:
    blurred, apart = halos(
        rated("ana", [[2, 2], [3, 3], [5, 5]]) + rated("ben", [[1, 3], [2, 2], [3, 3], [4, 2]])
    )
    assert blurred == Halo("ana", pytest.approx(1), 1, 3)
    assert apart.value is not None
    assert apart.value < 0


@pytest.mark.parametrize("grid", [[[1, 2], [2, 3]], [[3, 1], [3, 2], [3, 5]], [[1], [2], [3]]])
def test_too_little_to_correlate_has_no_halo(grid: list[list[float | None]]) -> None:
    assert halos(rated("ana", grid)) == [Halo("ana", None, 0, 0)]


def test_competency_scored_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        halos([("ana", 1, 1, 3), ("ana", 1, 1, 4)])


def test_use_of_the_scale() -> None:
    assert spreads([("ben", 3), ("ana", 2), ("ana", 4), ("ana", 4)]) == [
        Spread("ana", 3, 2, 4, pytest.approx(10 / 3), pytest.approx(np.std([2, 4, 4], ddof=1)),
               {1: 0, 2: pytest.approx(1 / 3), 3: 0, 4: pytest.approx(2 / 3), 5: 0}),
        Spread("ben", 1, 3, 3, 3, None, {1: 0, 2: 0, 3: 1, 4: 0, 5: 0}),
    ]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 5)), min_size=1))
def test_shares_add_up_and_the_mean_is_theirs(ratings: list[tuple[str, int]]) -> None:
    for one in spreads(ratings):
        assert sum(one.shares.values()) == pytest.approx(1)
        assert sum(point * share for point, share in one.shares.items()) == pytest.approx(one.mean)
        assert one.lowest <= one.mean <= one.highest


def test_score_off_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="6 is no point of the scale 1 to 5"):
        spreads([("ana", 6)])
