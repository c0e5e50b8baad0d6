"""The solver: people to seats, in whole numbers, level by level.

1. As many people as possible get a mentor. 2. The worst fit among them is as high as it can be (the floor).
3. The total cost (1,000 − fit, the load and the change points) is as low as it can be.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NOBODY = -1
LARGEST_EXACT = 2**53  # scipy's solver counts in floats: whole numbers are exact up to here
FINEST_TIE_BREAK = 1024
NEAR_PERSON = 8
NEAR_MENTOR = 16

Integers = NDArray[np.int64]
Eligible = NDArray[np.bool_]


@dataclass(frozen=True)
class Seating:
    """Mentor number per person (NOBODY if none) and the floor, None when nobody is seated."""

    mentor_of: Integers
    floor: int | None


@dataclass(frozen=True)
class Seats:
    """One entry per seat: whose it is, and how many mentees the mentor has before it is taken."""

    mentor: Integers
    load_before: Integers

    @classmethod
    def of(cls, seats: Integers, load: Integers, at_most: int) -> "Seats":
        usable = np.clip(seats, 0, at_most)
        mentor = np.repeat(np.arange(len(usable)), usable)
        number = np.arange(len(mentor)) - np.repeat(np.cumsum(usable) - usable, usable)
        return cls(mentor, load[mentor] + number)


def seat(
    fit: Integers,
    cost: Integers,
    eligible: Eligible,
    seats: Seats,
    load_points: int,
    lots: NDArray[np.uint64],
) -> Seating:
    """The best seating. `cost` is per pair without load; `lots` are drawn numbers that part equal totals."""
    from scipy.optimize import linear_sum_assignment

    if not len(seats.mentor) or not eligible.any():
        return Seating(np.full(len(fit), NOBODY), None)
    floor = highest_floor(fit, eligible, seats)
    allowed = eligible & (fit >= floor)
    costs, impossible = expanded_costs(cost, allowed, seats, load_points, lots)
    rows, columns = linear_sum_assignment(costs)
    real = costs[rows, columns] < impossible
    mentor_of = np.full(len(fit), NOBODY)
    mentor_of[rows[real]] = seats.mentor[columns[real]]
    return Seating(mentor_of, floor)


def highest_floor(fit: Integers, eligible: Eligible, seats: Seats) -> int:
    """The highest worst fit with which as many people are seated as without any floor.

    The search by halves runs on a thin graph of everybody's best pairs; what it finds can be had. All pairs are
    asked only whether one point more can be had, and searched if so. It costs no second full solve.
    """
    thin = _Graph.of(fit, _best_pairs(fit, eligible, seats), seats)
    most = thin.seated(0)
    if most < _at_most(eligible, seats):
        most = _Graph.of(fit, eligible, seats).seated(0)
    top = _upper_bound(fit, eligible, seats, most)
    floor = _last(0, top, lambda points: thin.seated(points) == most)
    if floor == top:
        return floor
    better = _Graph.of(fit, eligible & (fit > floor), seats)
    return _last(floor, top, lambda points: better.seated(points) == most, floor + 1)


def most_seated(eligible: Eligible, seats: Seats) -> int:
    """How many people can be seated at most."""
    if not len(seats.mentor) or not eligible.any():
        return 0
    return _Graph.of(np.zeros(eligible.shape, np.int64), eligible, seats).seated(0)


def expanded_costs(
    cost: Integers, allowed: Eligible, seats: Seats, load_points: int, lots: NDArray[np.uint64]
) -> tuple[NDArray[np.float64], float]:
    """People × seats in whole numbers (as floats), and the number that stands for "unmatched".

    That number is above any possible total, so fewer such cells always win and the model is never infeasible.
    One point of cost outweighs all lots together.
    """
    seated = min(len(cost), len(seats.mentor))
    worst = int(cost.max(initial=0)) + load_points * int(seats.load_before.max(initial=0)) + 1
    sides = FINEST_TIE_BREAK
    while sides > 1 and seated * (seated * sides * worst) * seated >= LARGEST_EXACT:
        sides //= 2
    point = seated * sides
    impossible = float(seated * point * worst)
    if seated * impossible >= LARGEST_EXACT:
        raise ValueError(f"{seated} people at once are too many. Match them by market or business unit.")
    pairs = np.multiply(cost, float(point), dtype=np.float64)
    pairs += lots % np.uint64(sides)
    pairs[~allowed] = impossible
    expanded = np.take(pairs, seats.mentor, axis=1)
    if load_points:
        expanded += seats.load_before * float(load_points * point)
        np.minimum(expanded, impossible, out=expanded)
    return expanded, impossible


@dataclass(frozen=True, eq=False)
class _Graph:
    """Which person could have which seat, and with what fit; sorted by person."""

    starts: Integers
    columns: NDArray[np.int32]
    fit: Integers
    seats: int

    @classmethod
    def of(cls, fit: Integers, allowed: Eligible, seats: Seats) -> "_Graph":
        expanded = np.take(allowed, seats.mentor, axis=1)
        starts = np.concatenate([[0], np.cumsum(np.count_nonzero(expanded, axis=1))])
        flat = np.flatnonzero(expanded)
        rows = np.repeat(np.arange(len(fit)), np.diff(starts))
        columns = flat - rows * len(seats.mentor)
        return cls(starts, columns.astype(np.int32), fit[rows, seats.mentor[columns]], len(seats.mentor))

    def seated(self, floor: int) -> int:
        """How many people can be seated at most when no fit is below the floor (Hopcroft–Karp)."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import maximum_bipartite_matching

        kept = self.fit >= floor
        starts = np.concatenate([[0], np.cumsum(kept)])[self.starts].astype(np.int32)
        columns = self.columns[kept]
        shape = (len(starts) - 1, self.seats)
        graph = csr_array((np.ones(len(columns), bool), columns, starts), shape=shape)
        return int(np.count_nonzero(maximum_bipartite_matching(graph, perm_type="column") >= 0))


def _last(low: int, high: int, holds: Callable[[int], bool], first: int | None = None) -> int:
    """The last number up to `high` that holds, when `low` does; by halves, beginning with `first`."""
    middle = (low + high + 1) // 2 if first is None else first
    while low < high:
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
        middle = (low + high + 1) // 2
    return low


def _best_pairs(fit: Integers, eligible: Eligible, seats: Seats) -> Eligible:
    """Each person's and each mentor's best pairs: few, but nearly always enough."""
    open_fit = np.where(eligible, fit, -1).astype(np.int16)
    people, mentors = fit.shape
    for_person, for_mentor = min(mentors, NEAR_PERSON), min(people, NEAR_MENTOR)
    of_person = np.partition(open_fit, mentors - for_person, axis=1)[:, mentors - for_person]
    turned = np.ascontiguousarray(open_fit.T)
    of_mentor = np.partition(turned, people - for_mentor, axis=1)[:, people - for_mentor]
    near: Eligible = (open_fit >= of_person[:, None]) | (open_fit >= of_mentor)
    return near & eligible


def _at_most(eligible: Eligible, seats: Seats) -> int:
    """No more than the people who have someone and the seats that somebody could take."""
    takers = np.count_nonzero(eligible, axis=0)
    return int(min(np.count_nonzero(eligible.any(axis=1)), np.count_nonzero(takers[seats.mentor])))


def _upper_bound(fit: Integers, eligible: Eligible, seats: Seats, most: int) -> int:
    """No floor can be above the `most`-th best of the people's best fits, nor of the seats'."""
    open_fit = np.where(eligible, fit, -1)
    best_of_people = np.sort(open_fit.max(axis=1))[::-1]
    best_of_seats = np.sort(open_fit.max(axis=0)[seats.mentor])[::-1]
    return int(min(best_of_people[most - 1], best_of_seats[most - 1]))
