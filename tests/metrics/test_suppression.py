import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from metrics.suppression import (
    Hidden,
    Share,
    Table,
    may_follow,
    suppress_count,
    suppress_counts,
    suppress_mean,
    suppress_rate,
    suppress_shares,
    suppress_table,
)

X = Hidden(5)
smallest = st.sampled_from([5, 5, 7, 10])
count = st.integers(0, 30) | st.integers(0, 6)
rows_of_counts = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(count, min_size=width, max_size=width), min_size=1, max_size=4)
)


def with_totals(counts: list[list[int]]) -> list[list[int]]:
    rows = [[*row, sum(row)] for row in counts]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def as_rows(table: Table) -> list[list[int | Hidden]]:
    rows = [[*cells, total] for cells, total in zip(table.cells, table.row_totals, strict=True)]
    return [*rows, [*table.column_totals, table.total]]


def open_widths(rows: list[list[int | Hidden]]) -> list[float]:
    """How closely somebody with a solver can bound each hidden number, given the shown ones and the sums."""
    hidden = [
        (row, column)
        for row, line in enumerate(rows)
        for column, value in enumerate(line)
        if isinstance(value, Hidden)
    ]
    if not hidden:
        return []
    lines = [[(row, column) for column in range(len(rows[0]))] for row in range(len(rows))]
    lines += [[(row, column) for row in range(len(rows))] for column in range(len(rows[0]))]
    equations, known = [], []
    for line in lines:
        signs = dict.fromkeys(line[:-1], 1) | {line[-1]: -1}
        equations.append([signs.get(cell, 0) for cell in hidden])
        shown = [(cell, sign) for cell, sign in signs.items() if cell not in hidden]
        known.append(-sum(sign * rows[cell[0]][cell[1]] for cell, sign in shown))  # type: ignore[operator]
    widths = []
    for number in range(len(hidden)):
        bounds = []
        for sign in (1, -1):
            aim = [sign if each == number else 0 for each in range(len(hidden))]
            answer = linprog(aim, A_eq=equations, b_eq=known, bounds=(0, None))
            assert answer.status in {0, 3}  # solved, or unbounded
            bounds.append(sign * answer.fun if answer.status == 0 else float("inf"))
        widths.append(bounds[1] - bounds[0])
    return widths


@settings(max_examples=120, deadline=None)
@given(rows_of_counts, smallest)
def test_nobody_can_bound_a_hidden_cell(counts: list[list[int]], k: int) -> None:
    rows = as_rows(suppress_table(counts, k))
    assert all(width >= k - 1 - 1e-6 for width in open_widths(rows))


@settings(deadline=None)
@given(rows_of_counts, smallest)
def test_shown_cells_are_true_and_never_small(counts: list[list[int]], k: int) -> None:
    truth, rows = with_totals(counts), as_rows(suppress_table(counts, k))
    for row, column in itertools.product(range(len(rows)), range(len(rows[0]))):
        value = rows[row][column]
        if isinstance(value, Hidden):
            assert value == Hidden(k)
            continue
        assert value == truth[row][column]
        assert not 0 < value < k
        groups = truth[row][-1], truth[-1][column]
        assert not any(0 < group < k for group in groups)


@settings(deadline=None)
@given(st.lists(count, max_size=7), smallest)
def test_one_dimension_is_as_safe(counts: list[int], k: int) -> None:
    cells, total = suppress_counts(counts, k)
    assert all(
        isinstance(value, Hidden) or (value == true and not 0 < value < k)
        for value, true in zip((*cells, total), (*counts, sum(counts)), strict=True)
    )
    hidden = [true for value, true in zip(cells, counts, strict=True) if isinstance(value, Hidden)]
    if hidden and not isinstance(total, Hidden):
        assert len(hidden) > 1
        assert sum(hidden) >= k - 1
    if isinstance(total, Hidden):
        assert hidden or not counts


@settings(deadline=None)
@given(st.integers(5, 12), st.integers(1, 3), st.integers(1, 3))
def test_nothing_is_hidden_without_need(value: int, height: int, width: int) -> None:
    rows = as_rows(suppress_table([[value] * width] * height))
    assert not any(isinstance(each, Hidden) for line in rows for each in line)


def test_small_cell_takes_the_smallest_rectangle_with_it() -> None:
    table = suppress_table([[3, 20, 30], [40, 12, 50], [60, 70, 80]])
    assert table == Table(
        cells=((X, X, 30), (X, X, 50), (60, 70, 80)),
        row_totals=(53, 102, 210),
        column_totals=(103, 102, 160),
        total=365,
    )


def test_zeros_are_shown_but_not_those_of_a_small_group() -> None:
    assert suppress_table([[0, 10], [10, 20]]).cells == ((0, 10), (10, 20))
    table = suppress_table([[0, 3], [10, 20], [30, 40]])
    assert table.cells[0] == (X, X)
    assert table.row_totals[0] == X


def test_small_counts_that_sum_to_little_take_a_big_one_with_them() -> None:
    assert suppress_counts([1, 1, 30]) == ((X, X, X), 32)
    assert suppress_counts([3, 20, 30]) == ((X, X, 30), 53)
    assert suppress_counts([10, 20]) == ((10, 20), 30)
    assert suppress_counts([2, 1]) == ((X, X), X)
    assert suppress_counts([]) == ((), 0)


def test_shares_hide_complements() -> None:
    shares = suppress_shares({"graduates": (38, 40), "not selected": (50, 70), "others": (60, 90)})
    assert shares == {
        "graduates": Share(X, 40),
        "not selected": Share(X, 70),
        "others": Share(60, 90),
    }
    assert (shares["graduates"].value, shares["others"].value) == (X, 60 / 90)


def test_shares_of_small_and_empty_groups_are_hidden() -> None:
    shares = suppress_shares(
        {"graduates": (3, 3), "not selected": (50, 70), "nobody": (0, 0), "all": (30, 30)}
    )
    assert shares["graduates"].value == X
    assert shares["graduates"].n == X
    assert shares["nobody"].value == X
    assert suppress_shares({}) == {}


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((50, 100), 0.5),
        ((0, 100), 0.0),
        ((100, 100), 1.0),
        ((4, 100), X),
        ((96, 100), X),
        ((5, 100), 0.05),
        ((95, 100), 0.95),
        ((0, 4), Hidden(5, small=True)),
        ((4, 4), Hidden(5, small=True)),
        ((0, 0), Hidden(5, small=True)),
        ((5, 5), 1.0),
    ],
)
def test_rate_hides_small_groups_and_complements(numbers: tuple[int, int], expected: float | Hidden) -> None:
    assert suppress_rate(*numbers) == expected


def test_numbers_that_stand_alone() -> None:
    assert [suppress_count(n) for n in (0, 1, 4, 5)] == [0, Hidden(5, small=True), Hidden(5, small=True), 5]
    assert suppress_count(9, k=10) == Hidden(10, small=True)
    assert (suppress_mean(3.5, 4), suppress_mean(3.5, 5)) == (Hidden(5, small=True), 3.5)


def test_hidden_reads_as_words() -> None:
    assert (str(Hidden(5)), str(Hidden(10, small=True))) == ("hidden", "fewer than 10")


def test_releases_differ_by_nobody_or_enough_people() -> None:
    people = frozenset("abcdefgh")
    assert may_follow(people, people)
    assert may_follow(people, people | set("12345"))
    assert not may_follow(people, people | set("1234"))
    assert not may_follow(people, people - {"a"})
    assert not may_follow(people, people - {"a"} | set("12345"))


@pytest.mark.parametrize(
    ("counts", "k", "sentence"),
    [
        ([[1, 2], [3]], 5, "same number of columns"),
        ([[1, -2]], 5, "below zero"),
        ([[1, 2]], 4, "4 is too low"),
    ],
)
def test_faulty_tables_are_refused(counts: list[list[int]], k: int, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        suppress_table(counts, k)
    with pytest.raises(ValueError, match="below zero"):
        suppress_rate(3, 2)


def test_big_table_is_quick_and_safe() -> None:
    counts = [[(row * 7 + column * 13) % 23 for column in range(12)] for row in range(25)]
    rows = as_rows(suppress_table(counts))
    assert sum(isinstance(value, Hidden) for line in rows for value in line) < 25 * 12 * 0.6
    assert min(open_widths(rows)) >= 4 - 1e-6


def test_empty_table_has_a_total() -> None:
    assert suppress_table([]) == Table((), (), (), 0)
    assert suppress_table([[], []]) == Table(((), ()), (0, 0), (), 0)
