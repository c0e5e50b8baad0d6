"""The months at a glance: nothing stands on anything else, and nothing outside."""

import itertools
import re
from collections import defaultdict
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from curriculum.timeline import LAST_LINE, Bar, Dot, Mark, timeline

FIRST = date(2027, 2, 1)
TRACKS = [("learn", "Learn"), ("apply", "Apply")]
days = st.integers(0, 800).map(lambda n: FIRST + timedelta(days=n))
spans = st.tuples(days, days).map(sorted)


def bar(track, span):
    return Bar(track, "Module", span[0], span[1], "", "Module", "/module/")


bars = st.lists(st.builds(bar, st.sampled_from(["learn", "apply"]), spans), max_size=12)
dots = st.lists(days.map(lambda day: Dot(day, "dot", f"Session, {day}", "/session/")), max_size=12)


def place(mark: Mark) -> tuple[int, int, int]:
    """Its row, first column and span."""
    row, first = (int(re.search(rf"\b{letter}(\d+)", mark.css)[1]) for letter in "ra")
    span = re.search(r"\bs(\d+)", mark.css)
    return row, first, int(span[1]) if span else 1


def rows(marks, apart=0):
    found = defaultdict(list)
    for mark in marks:
        row, first, span = place(mark)
        found[row].append((first, first + max(span, apart)))
    return found


@given(bars, dots, days)
def test_bars_do_not_overlap_and_each_dot_can_be_hit(bars, dots, today):
    last = FIRST + timedelta(days=700)
    drawn = timeline(FIRST, last, bars, dots, TRACKS, today)
    apart = 1 + (len(drawn.months) - 1) // 6  # columns of a narrow screen that a finger covers
    assert len(drawn.bars) == len(bars)
    assert len(drawn.dots) == len(dots)
    for row in [*rows(drawn.bars).values(), *rows(drawn.dots, apart).values()]:
        row.sort()
        assert all(end <= start for (_, end), (start, _) in itertools.pairwise(row))
    assert not rows(drawn.bars).keys() & rows(drawn.dots).keys()
    assert all(1 <= place(mark)[1] <= len(drawn.months) * 4 for mark in [*drawn.bars, *drawn.dots])


def test_sessions_far_apart_share_a_row_and_close_ones_do_not():
    far = [Dot(FIRST + timedelta(days=60 * n), "dot", "", "") for n in range(4)]
    near = [Dot(FIRST + timedelta(days=n), "dot", "", "") for n in range(4)]
    last = FIRST + timedelta(days=360)
    assert len(rows(timeline(FIRST, last, [], far, TRACKS, FIRST).dots)) == 1
    assert len(rows(timeline(FIRST, last, [], near, TRACKS, FIRST).dots)) == 4


def test_the_line_of_today_ends_where_there_is_a_class_for_it():
    many = [bar("learn", (FIRST, FIRST + timedelta(days=300))) for _ in range(30)]
    assert timeline(FIRST, FIRST + timedelta(days=300), many, [], TRACKS, FIRST).today.endswith(
        f"-{LAST_LINE}"
    )
