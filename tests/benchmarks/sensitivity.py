"""A thousand weightings of 2,000 candidates by 6 criteria, against numpy's bare product and sort of floats."""

import numpy as np

from selection.sensitivity import Pool, pool, shifts, steadiness, weightings
from tests.benchmarks.results import Result, alternately

CANDIDATES, SEATS, DRAWS = 2000, 40, 1000
WEIGHTS = [30, 20, 20, 15, 10, 5]


def measure() -> list[Result]:
    of = candidates()
    weights = weightings(of, "bench", DRAWS)
    scores = np.nan_to_num(of.scores).T
    ours, limit = alternately(
        lambda: (steadiness(of, "bench", DRAWS), shifts(of)),
        lambda: np.argsort(-(weights @ scores), axis=1)[:, :SEATS],
    )
    return [Result("sensitivity_2000", ours, "s", limit, ours / limit, aim="≤ 1 s", met=ours <= 1)]


def candidates() -> Pool:
    """One score in twenty is missing."""
    draw = np.random.RandomState(1)
    scores = np.round(draw.uniform(20, 95, (CANDIDATES, len(WEIGHTS))), 2)
    scores[draw.random_sample(scores.shape) < 0.05] = np.nan
    return pool(scores, WEIGHTS, draw.permutation(CANDIDATES), SEATS)
