"""What a change to a finished seating costs: shortest chains of moves between mentors.

Mentors are nodes; an edge a → b is the cheapest mentee of a who could move to b. One more node stands for
"without a mentor". The seating is optimal, so no chain that comes back to its start is ever below zero, and
the price of one forced pair is one shortest chain: from the wanted mentor to the seat the person leaves, or
to any free seat.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .seating import NOBODY, Eligible, Integers

# one pair below the floor, one person fewer with a mentor: each above any sum of what comes before, so that
# the levels of the solver stay levels; whole numbers and exact in floats
BELOW_FLOOR = 10**10
UNMATCHED = 1e14


@dataclass(frozen=True)
class Price:
    """What is lost, level by level, and the (person, mentor or NOBODY) moves in order."""

    points: int
    below_floor: int
    fewer_matched: int
    moves: tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class Exchange:
    cost: NDArray[np.float64]  # people × (mentors and nobody)
    place_of: Integers
    distance: NDArray[np.float64]
    before: NDArray[np.int32]
    mover: NDArray[np.int64]
    refund: NDArray[np.float64]  # what leaving a mentor saves in load
    seat_price: NDArray[np.float64]  # what the next seat costs in load, infinite when full

    @classmethod
    def of(
        cls,
        cost: Integers,
        movable: Eligible,
        mentor_of: Integers,
        moving: NDArray[np.bool_],
        free: Integers,
        load: Integers,
        load_points: int,
    ) -> "Exchange":
        """`movable`: pairs others may move into; `moving`: people who may move; the rest as seated."""
        from scipy.sparse.csgraph import csgraph_from_dense, floyd_warshall

        people, mentors = cost.shape
        nobody = mentors
        full_cost = np.column_stack([cost.astype(float), np.full(people, UNMATCHED)])
        reach = np.where(np.column_stack([movable, moving]), full_cost, np.inf)
        place_of = np.where(mentor_of == NOBODY, nobody, mentor_of)
        edges, mover = _edges(full_cost, reach, place_of, moving)
        distance, before = floyd_warshall(
            csgraph_from_dense(edges, null_value=np.inf), directed=True, return_predecessors=True
        )
        used = np.bincount(place_of[moving], minlength=mentors + 1)
        holds = np.append(load, 0) + used
        points = np.append(np.full(mentors, load_points), 0)
        has_seat = used < np.append(free, people + 1)
        return cls(
            cost=full_cost,
            place_of=place_of,
            distance=distance,
            before=before,
            mover=mover,
            refund=(points * (holds - 1)).astype(float),
            seat_price=np.where(has_seat, points * holds, np.inf),
        )

    def price(self, person: int, mentor: int) -> Price:
        """The cheapest way to give the person this mentor, everyone else free to move."""
        here = int(self.place_of[person])
        if here == mentor:
            return Price(0, 0, 0, ())
        ends = self.distance[mentor] + self.seat_price - self.refund[here]
        ends[here] = self.distance[mentor, here]  # the seat left behind: that mentor's load stays as it was
        end = int(np.argmin(ends))
        total = self.cost[person, mentor] - self.cost[person, here] + ends[end]
        fewer = round(total / UNMATCHED)
        rest = int(total - fewer * UNMATCHED)
        below = round(rest / BELOW_FLOOR)
        return Price(rest - below * BELOW_FLOOR, below, fewer, self._moves(mentor, end))

    def _moves(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        nobody = self.cost.shape[1] - 1
        moves: list[tuple[int, int]] = []
        while end != start:
            previous = int(self.before[start, end])
            moves.append((int(self.mover[previous, end]), NOBODY if end == nobody else end))
            end = previous
        return tuple(reversed(moves))


def _edges(
    cost: NDArray[np.float64], reach: NDArray[np.float64], place_of: Integers, moving: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], Integers]:
    """Cheapest mover and price for each ordered pair of places; infinite where nobody could move."""
    places = cost.shape[1]
    edges = np.full((places, places), np.inf)
    mover = np.full((places, places), NOBODY)
    for place in np.unique(place_of[moving]):
        here = np.flatnonzero((place_of == place) & moving)
        prices = reach[here] - cost[here, place][:, None]
        cheapest = prices.argmin(axis=0)
        edges[place] = prices[cheapest, np.arange(places)]
        mover[place] = here[cheapest]
    np.fill_diagonal(edges, np.inf)
    return edges, mover
