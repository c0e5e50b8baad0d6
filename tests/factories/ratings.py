"""Tables of ratings: published ones, and strategies that draw any design."""

from math import nan

import numpy as np
from hypothesis import strategies as st

from selection.reliability.tables import Grid, Table, table_of

POINTS = st.integers(1, 5)
# Shrout & Fleiss (1979), Psychological Bulletin 86:420–428, table 2: six targets, four judges
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
# Snedecor & Cochran (1967), Statistical Methods, 6th edition, table 10.16.1: conceptions per 100 services of six bulls
BULLS = [
    [46, 31, 37, 62, 30],
    [70, 59],
    [52, 44, 57, 40, 67, 64, 70],
    [47, 21, 70, 46, 14],
    [42, 64, 50, 69, 77, 81, 87],
    [35, 68, 59, 38, 57, 76, 57, 29, 60],
]
# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section C: twelve units by four observers
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3],
    [nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan],
]


def table(values: object) -> Table:
    """Candidates down, raters across; numbered from 0."""
    grid: Grid = np.asarray(values, dtype=float)
    return Table(tuple(range(grid.shape[0])), tuple(range(grid.shape[1])), grid)


def nested(groups: list[list[float]]) -> Table:
    """A candidate's ratings each; raters are whoever came first, second …"""
    return table_of(
        (candidate, rater, score) for candidate, row in enumerate(groups) for rater, score in enumerate(row)
    )


def crossed_tables(scores: st.SearchStrategy = POINTS, most: int = 8) -> st.SearchStrategy[Table]:
    """Each of 2 to 5 raters rated each of 2 to ``most`` candidates."""
    sizes = st.tuples(st.integers(2, most), st.integers(2, 5))
    return sizes.flatmap(
        lambda size: st.lists(
            st.lists(scores, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
        ).map(table)
    )


def any_tables(scores: st.SearchStrategy = POINTS, most: int = 8) -> st.SearchStrategy[Table]:
    """Some of up to 5 raters rated some of up to ``most`` candidates."""
    cells = st.tuples(st.integers(0, most - 1), st.integers(0, 4))
    return st.dictionaries(cells, scores, min_size=1).map(
        lambda given: table_of((*cell, score) for cell, score in given.items())
    )
