import numpy as np
import pandas as pd
import pingouin
import pytest
import statsmodels.api as sm
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import f

from selection.reliability import Chosen, Design, Gap, Icc, Kind, Undefined
from selection.reliability.icc import icc, one_way, two_way
from selection.reliability.tables import Table, table_of
from tests.factories.ratings import BULLS, SHROUT_FLEISS, any_tables, crossed_tables, nested, table

# Real scores, as means over several behaviours are: their mean squares are hardly ever just zero.
real = st.floats(1, 5, allow_nan=False).map(lambda score: round(score, 3))


def told(one: Icc | None) -> tuple[float | None, ...]:
    assert one
    return one.value, one.low, one.high


def test_published_coefficients_of_shrout_and_fleiss() -> None:
    """The paper has .17, .29, .44 and .62; the digits are those of R's psych::ICC."""
    nested_, crossed = one_way(table(SHROUT_FLEISS)), two_way(table(SHROUT_FLEISS))
    assert isinstance(nested_, Chosen)
    assert isinstance(crossed, Chosen)
    assert told(nested_.single) == pytest.approx((0.1657418, -0.1329323, 0.7225601), abs=1e-6)
    assert told(nested_.average) == pytest.approx((0.4427971, -0.8844422, 0.9124154), abs=1e-6)
    assert told(crossed.single) == pytest.approx((0.2897638, 0.0187865, 0.7610844), abs=1e-6)
    assert told(crossed.average) == pytest.approx((0.6200505, 0.0711368, 0.9272320), abs=1e-6)
    counted = {
        (one.n, one.raters, one.ratings) for each in (nested_, crossed) for one in (each.single, each.average)
    }  # type: ignore[union-attr]
    assert counted == {(6, 4, 24)}
    assert [one.k for one in (crossed.single, crossed.average)] == [1, 4]  # type: ignore[union-attr]


def pingouins(of: Table, kind: str) -> tuple[float, ...]:
    rows = [
        {"target": row, "rater": column, "score": score}
        for row, scores in enumerate(of.values)
        for column, score in enumerate(scores)
    ]
    pingouin.options["round"] = None
    pingouin.options["round.column.CI95"] = None
    with np.errstate(all="ignore"):
        found = pingouin.intraclass_corr(pd.DataFrame(rows), "target", "rater", "score").set_index("Type")
    return (found.loc[kind, "ICC"], *found.loc[kind, "CI95"])


@settings(max_examples=40, deadline=None)
@given(crossed_tables(real))
def test_all_four_kinds_agree_with_pingouin(of: Table) -> None:
    assume(of.values.size >= 5)  # pingouin refuses fewer
    assume(np.std(of.values - of.values.mean(axis=1)[:, None]) > 1e-2)
    assume(np.std(of.values.mean(axis=1)) > 1e-2)
    for choose, single, average in (
        (one_way, "ICC(1,1)", "ICC(1,k)"),
        (two_way, "ICC(A,1)", "ICC(A,k)"),
    ):
        found = choose(of)
        assert isinstance(found, Chosen)
        expected = pingouins(of, single)
        assume(not np.isnan(expected).any())  # without a degree of freedom it has no interval
        assert told(found.single) == pytest.approx(expected, abs=1e-6)
        if found.average and found.average.low is not None:
            assert told(found.average) == pytest.approx(pingouins(of, average), rel=1e-6, abs=1e-6)


def test_unequal_numbers_of_raters_give_the_published_components() -> None:
    """Snedecor & Cochran: mean squares 664 and 248, n₀ = 5.67, so 73 of 321 is between bulls."""
    found = icc(nested(BULLS))
    assert isinstance(found, Chosen)
    assert found.design == Design.INCOMPLETE
    assert found.single.value == pytest.approx(73 / (73 + 248), abs=1e-3)
    assert (found.single.n, found.single.ratings) == (6, 35)
    # the mean is stepped up to the harmonic mean of 5, 2, 7, 5, 7 and 9
    assert found.average
    assert found.average.k == pytest.approx(6 / sum(1 / len(each) for each in BULLS))
    assert found.average.value == pytest.approx(
        found.average.k * found.single.value / (1 + (found.average.k - 1) * found.single.value)
    )


def unequal(of: Table) -> tuple[np.ndarray, np.ndarray]:
    """Scores and the candidate of each, in a long table."""
    rows, columns = np.nonzero(of.known)
    return of.values[rows, columns], rows


@settings(max_examples=60, deadline=None)
@given(any_tables(real))
def test_unequal_numbers_agree_with_statsmodels(of: Table) -> None:
    """Mean squares of the fit with a dummy per candidate; k₀ is the expectation of the mean square between."""
    scores, who = unequal(of)
    n, total = len(of.candidates), len(scores)
    assume(n >= 2)
    assume(total > n)
    dummies = np.eye(n)[who]
    full = sm.OLS(scores, dummies).fit()
    assume(full.ssr > 1e-3)
    between, within = (np.var(scores) * total - full.ssr) / (n - 1), full.ssr / (total - n)
    # how much a variance of one between candidates adds to the mean square between them: a trace
    centering = np.eye(total) - 1 / total
    k0 = np.trace(dummies.T @ centering @ dummies) / (n - 1)
    found = one_way(of)
    assert isinstance(found, Chosen)
    variance = (between - within) / k0
    assert found.single.value == pytest.approx(variance / (variance + within), abs=1e-6)
    for limit, part in ((found.single.low, 0.975), (found.single.high, 0.025)):
        assert limit is not None
        assert_is_walds_limit(scores, dummies, full.ssr, limit, f.ppf(part, n - 1, total - n))


def assert_is_walds_limit(
    scores: np.ndarray, dummies: np.ndarray, within: float, limit: float, quantile: float
) -> None:
    """At the limit, generalized least squares finds candidates differing by the quantile of F."""
    lowest = -1 / (dummies.sum(axis=0).max() - 1)
    if limit < lowest + 1e-6 or limit > 1 - 1e-6:
        return
    n, total = dummies.shape[1], len(scores)
    covariance = np.eye(total) + limit / (1 - limit) * dummies @ dummies.T
    common = sm.GLS(scores, np.ones(total), sigma=covariance).fit()
    # what is within candidates is the same with any correlation
    ratio = (common.ssr - within) / (n - 1) / (within / (total - n))
    assert ratio == pytest.approx(quantile, rel=1e-5)


def test_interval_with_unequal_numbers_covers_what_it_says() -> None:
    """A thousand panels with 1 to 6 raters for each of 15 candidates, a true correlation of 0.5."""
    random = np.random.RandomState(1)
    counts = [1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 6, 6]
    hits = 0
    for _ in range(1000):
        found = one_way(nested([random.normal(random.normal(), 1, count).tolist() for count in counts]))
        assert isinstance(found, Chosen)
        assert found.single.low is not None
        hits += found.single.low <= 0.5 <= found.single.high
    assert 935 <= hits <= 965


@given(any_tables(), st.randoms())
def test_order_scale_and_shift_do_not_matter(of: Table, random: object) -> None:
    rows, columns = np.nonzero(of.known)
    listed = [(int(r), int(c), float(of.values[r, c])) for r, c in zip(rows, columns, strict=True)]
    random.shuffle(listed)  # type: ignore[attr-defined]
    first, other = icc(table_of(listed)), icc(table_of((c, r, 10 * score + 7) for c, r, score in listed))
    if isinstance(first, Undefined) or isinstance(other, Undefined):
        assert first == other
        return
    assert told(first.single) == pytest.approx(told(other.single), abs=1e-9)
    assert first.design == (Design.CROSSED if of.is_crossed else Design.INCOMPLETE)


@given(crossed_tables(real))
def test_an_interval_holds_its_value_and_is_at_most_one(of: Table) -> None:
    found = one_way(of)
    if isinstance(found, Chosen):
        assert found.single.low is not None
        assert found.single.low - 1e-9 <= found.single.value <= found.single.high + 1e-9 <= 1 + 2e-9


@given(any_tables())
def test_no_ratings_of_whole_points_break_it(of: Table) -> None:
    found = icc(of)
    if isinstance(found, Chosen):
        values = [*told(found.single), *(told(found.average) if found.average else ())]
        assert all(value is None or np.isfinite(value) for value in values)


def test_reason_says_which_kind_and_why() -> None:
    crossed, one_missing = icc(table(SHROUT_FLEISS)), icc(table([[1, 2], [2, np.nan], [4, 5]]))
    assert isinstance(crossed, Chosen)
    assert isinstance(one_missing, Chosen)
    assert (crossed.single.kind, crossed.average and crossed.average.kind) == (
        Kind.TWO_WAY_SINGLE,
        Kind.TWO_WAY_AVERAGE,
    )
    assert one_missing.single.kind == Kind.ONE_WAY_SINGLE
    assert "All raters saw all" in crossed.why
    assert "Not all raters saw all" in one_missing.why


def test_disagreement_is_negative_and_shown_as_computed() -> None:
    found = icc(table([[1, 5], [5, 1], [2, 5]]))
    assert isinstance(found, Chosen)
    assert found.single.value < -0.5


def test_perfect_agreement_is_one_and_equal_means_have_no_average() -> None:
    perfect, equal = (
        icc(table([[1.1, 1.1], [2.3, 2.3], [4.7, 4.7]])),
        one_way(table([[1, 5], [5, 1], [3, 3]])),
    )
    assert isinstance(perfect, Chosen)
    assert isinstance(equal, Chosen)
    assert told(perfect.single) == told(perfect.average) == (1, 1, 1)
    assert (equal.single.value, equal.average) == (-1, None)


@pytest.mark.parametrize(
    ("values", "gap", "n"),
    [
        (np.empty((0, 0)), Gap.FEW_CANDIDATES, 0),
        ([[3, 4]], Gap.FEW_CANDIDATES, 1),
        ([[3], [4]], Gap.NOBODY_TWICE, 2),
        ([[3, 3], [3, 3]], Gap.NO_VARIATION, 2),
    ],
)
def test_without_enough_ratings_there_is_a_reason(values: object, gap: Gap, n: int) -> None:
    assert one_way(table(values)) == two_way(table(values)) == Undefined(gap, n)


def test_faulty_input_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="twice"):
        table_of([("ann", "ben", 3), ("ann", "ben", 4)])
    with pytest.raises(ValueError, match="score is missing"):
        table_of([("ann", "ben", float("nan"))])
    with pytest.raises(ValueError, match="rating is missing"):
        two_way(table([[1, 2], [2, np.nan]]))
    with pytest.raises(ValueError, match="between 0 and 1"):
        icc(table(SHROUT_FLEISS), 95)
