from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from metrics.statistics import Group, GroupImpact, Impact, adverse_impact, fisher, proportion, ratio

pairs = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
groups = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5).map(
    lambda counts: [Group(f"g{number}", max(pair), min(pair)) for number, pair in enumerate(counts)]
)


def compared(impact: Impact, name: str) -> GroupImpact:
    return next(group for group in impact.groups if group.name == name)


def test_example_of_the_uniform_guidelines() -> None:
    """Question 12: 48 of 80 white and 12 of 40 black applicants hired, 60 % and 30 %: under four fifths."""
    found = adverse_impact([Group("white", 80, 48), Group("black", 40, 12)])
    black, white = compared(found, "black"), compared(found, "white")
    assert (found.highest, found.pool, found.passed) == ("white", 120, 60)
    assert white == GroupImpact("white", 80, 48, proportion(48, 80), False, None)
    assert black.comparison
    assert black.comparison.ratio == ratio(12, 40, 48, 80)
    assert (black.comparison.flagged, black.comparison.turns) == (True, False)
    # at the common rate of a half, 20 of 40
    assert black.comparison.shortfall == pytest.approx(8)
    assert black.comparison.p == pytest.approx(fisher_exact([[12, 28], [48, 32]]).pvalue, abs=1e-9)


def test_exactly_four_fifths_is_not_flagged_though_floats_would() -> None:
    """8 of 25 against 4 of 10 is just 0.8: floats make it less."""
    assert (8 / 25) / (4 / 10) < 0.8
    found = compared(adverse_impact([Group("men", 10, 4), Group("women", 25, 8)]), "women")
    assert found.comparison
    assert not found.comparison.flagged
    assert found.comparison.turns
    one_fewer = compared(adverse_impact([Group("men", 10, 4), Group("women", 25, 7)]), "women")
    assert one_fewer.comparison
    assert one_fewer.comparison.flagged
    assert one_fewer.comparison.turns


def test_groups_under_two_percent_are_shown_without_a_flag_and_are_not_the_highest() -> None:
    found = adverse_impact([Group("men", 60, 30), Group("women", 39, 10), Group("others", 1, 1)])
    assert (found.highest, compared(found, "others").small, compared(found, "others").comparison) == (
        "men",
        True,
        None,
    )
    at_the_line = adverse_impact([Group("men", 60, 30), Group("women", 38, 10), Group("others", 2, 2)])
    assert (at_the_line.highest, compared(at_the_line, "others").small) == ("others", False)


def test_those_who_did_not_say_count_in_the_pool_only() -> None:
    counted = [Group("men", 60, 30), Group("others", 2, 1)]
    assert not compared(adverse_impact(counted), "others").small
    assert compared(adverse_impact(counted, pool=101), "others").small


def test_nobody_selected_or_nobody_there_is_no_impact() -> None:
    found = adverse_impact([Group("men", 10, 0), Group("women", 20, 0), Group("others", 0, 0)])
    assert found.highest == "women"
    men = compared(found, "men").comparison
    assert men
    assert (men.ratio, men.flagged, men.p, men.shortfall, men.turns) == (None, False, 1, 0, False)
    assert compared(found, "others") == GroupImpact("others", 0, 0, None, True, None)
    assert adverse_impact([]) == Impact((), None, 0, 0)


def by_hand(listed: list[Group], pool: int) -> dict[str, bool]:
    """The flags in fractions."""
    large = [group for group in listed if group.n and Fraction(group.n, pool) >= Fraction(2, 100)]
    best = max((Fraction(group.passed, group.n) for group in large), default=Fraction(0))
    return {group.name: Fraction(group.passed, group.n) < Fraction(4, 5) * best for group in large}


@given(groups, st.integers(0, 3000))
def test_flags_are_those_of_fractions_and_turn_as_tried_out(listed: list[Group], silent: int) -> None:
    pool = sum(group.n for group in listed) + silent
    found = adverse_impact(listed, pool)
    flags = by_hand(listed, pool)
    assert [one.name for one in found.groups] == [group.name for group in listed]
    for one in found.groups:
        if one.comparison is None:
            assert one.name == found.highest or one.name not in flags
            continue
        assert one.comparison.flagged == flags[one.name]
        assert one.comparison.turns == tried(listed, pool, one.name, found.highest or "", flags)


def tried(listed: list[Group], pool: int, name: str, highest: str, flags: dict[str, bool]) -> bool:
    by = 1 if flags[name] else -1
    passed = {group.name: group.passed for group in listed}
    passed[name] += by
    passed[highest] -= by
    if any(not 0 <= passed[group.name] <= group.n for group in listed):
        return False
    moved = [Group(group.name, group.n, passed[group.name]) for group in listed]
    return by_hand(moved, pool)[name] != flags[name]


@given(groups)
def test_shortfalls_are_against_the_common_rate(listed: list[Group]) -> None:
    found = adverse_impact(listed)
    for one in found.groups:
        if one.comparison:
            other = compared(found, found.highest or "")
            common = Fraction(one.passed + other.passed, one.n + other.n)
            assert one.comparison.shortfall == pytest.approx(float(common * one.n - one.passed), abs=1e-9)
            assert one.comparison.shortfall >= -1e-9
            assert one.comparison.ratio is None or one.comparison.ratio.value <= 1


def test_fisher_tastes_tea() -> None:
    """Fisher (1935), The Design of Experiments: three of four cups told right."""
    assert fisher(3, 4, 1, 4) == pytest.approx(0.4857142857, abs=1e-9)


@given(pairs, pairs)
def test_fisher_agrees_with_scipy(first: tuple[int, int], second: tuple[int, int]) -> None:
    (count, n), (other, m) = first, second
    expected = fisher_exact([[count, n - count], [other, m - other]]).pvalue
    assert fisher(count, n, other, m) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    "counts", [(400, 20_000, 700, 30_000), (0, 90_000, 30, 10_000), (5, 5, 9000, 99_000)]
)
def test_fisher_agrees_with_scipy_for_whole_companies(counts: tuple[int, int, int, int]) -> None:
    count, n, other, m = counts
    expected = fisher_exact([[count, n - count], [other, m - other]]).pvalue
    assert fisher(*counts) == pytest.approx(expected, rel=1e-6, abs=1e-12)


def test_faulty_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="2 of 1 in men do not fit"):
        Group("men", 1, 2)
    with pytest.raises(ValueError, match="named twice"):
        adverse_impact([Group("men", 1, 1), Group("men", 1, 1)])
    with pytest.raises(ValueError, match="smaller than its groups"):
        adverse_impact([Group("men", 10, 1)], pool=9)
    with pytest.raises(ValueError, match="do not fit"):
        fisher(2, 1, 0, 1)


@given(pairs, pairs)
def test_impact_of_two_groups_does_not_hang_on_their_order(a: tuple[int, int], b: tuple[int, int]) -> None:
    assume(a != b)
    one, other = Group("one", a[1], a[0]), Group("other", b[1], b[0])
    there, back = adverse_impact([one, other]), adverse_impact([other, one])
    assert there.groups == tuple(reversed(back.groups))
