"""Two hundred candidates, five exercises, sixty assessors, against scipy's own answer to parts of it; and the
days of forty candidates in six rooms.

The limit is a linear program (HiGHS) that fills every place with the smallest largest load, and nothing else:
no even loads below it, no ties, no reasons.
"""

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import maximum_flow

from selection.assignment import Problem, Seat, assign
from selection.dayplan import plan
from tests.benchmarks.results import Result, alternately
from tests.factories.dayplans import planned
from tests.factories.panels import panel_problem

PLENTY = 10**6


def measure() -> list[Result]:
    return [_assignment(), _days()]


def _assignment() -> Result:
    problem = panel_problem(200, 5, 60)
    ours, limit, flow = alternately(
        lambda: assign(problem), lambda: smallest_largest_load(problem), lambda: most_filled(problem)
    )
    aim = {"aim": "≤ 1.5 s", "met": ours <= 1.5}
    return Result("assignment_200", ours, "s", limit, ours / limit, **aim, extra={"flow alone, s": flow})


def _days() -> Result:
    task = planned(40, 5, 12)
    (ours,) = alternately(lambda: plan(task))
    return Result("assignment_days_40", ours, "s", aim="≤ 2 s", met=ours <= 2)


def most_filled(problem: Problem, largest: int = PLENTY) -> int:
    """The places that can be filled when each rating counts one, nothing is pinned and nobody has more than
    the largest load: a maximum flow."""
    sittings, seats = _seats(problem)
    people = {each.key: number for number, each in enumerate(problem.assessors)}
    first, sink = 1 + len(sittings), 1 + len(sittings) + len(people)
    most = [min(largest, PLENTY if each.most is None else each.most) for each in problem.assessors]
    arcs = [(0, 1 + number, need) for number, (_, _, need) in enumerate(sittings)]
    arcs += [(1 + number, first + people[seat.assessor], 1) for number, seat in seats]
    arcs += [(first + number, sink, max(0, most[number])) for number in range(len(people))]
    tail, head, capacity = np.array(arcs, np.int32).T
    return int(
        maximum_flow(csr_array((capacity, (tail, head)), shape=(sink + 1, sink + 1)), 0, sink).flow_value
    )


def smallest_largest_load(problem: Problem) -> float:
    """With every place filled."""
    sittings, seats = _seats(problem)
    people = {each.key: number for number, each in enumerate(problem.assessors)}
    columns = np.arange(len(seats))
    filled = coo_array(
        (np.ones(len(seats)), ([number for number, _ in seats], columns)), (len(sittings), len(seats) + 1)
    )
    rows = np.array([people[seat.assessor] for _, seat in seats])
    height = np.full(len(people), -1.0), (np.arange(len(people)), np.full(len(people), len(seats)))
    loads = coo_array((np.ones(len(seats)), (rows, columns)), (len(people), len(seats) + 1)) + coo_array(
        height, (len(people), len(seats) + 1)
    )
    found = linprog(
        np.append(np.zeros(len(seats)), 1.0),
        A_ub=loads.tocsr(),
        b_ub=np.zeros(len(people)),
        A_eq=filled.tocsr(),
        b_eq=[need for _, _, need in sittings],
        bounds=[(0, 1)] * len(seats) + [(0, None)],
        method="highs",
    )
    return float(found.fun)


def _seats(problem: Problem) -> tuple[list[tuple[int, int, int]], list[tuple[int, Seat]]]:
    sittings = [(one, each.key, each.assessors) for one in problem.candidates for each in problem.exercises]
    seats = [
        (number, Seat(candidate, exercise, each.key))
        for number, (candidate, exercise, _) in enumerate(sittings)
        for each in problem.assessors
        if problem.bar(Seat(candidate, exercise, each.key), each) is None
    ]
    return sittings, seats
