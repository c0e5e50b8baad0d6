"""A thousand people and three hundred mentors, against scipy's own solve of the whole model."""

from scipy.optimize import linear_sum_assignment

from mentoring.matching.solve import solve
from tests.benchmarks.results import Result, alternately
from tests.factories.matching import expanded_matrix, matching_pool


def measure() -> list[Result]:
    people, mentors = matching_pool(1000, 300)
    matrix = expanded_matrix(solve(people, mentors))
    ours, limit = alternately(lambda: solve(people, mentors), lambda: linear_sum_assignment(matrix))
    ratio = ours / limit
    return [Result("match_1000x300", ours, "s", limit, ratio, aim="ratio ≤ 2", met=ratio <= 2)]
