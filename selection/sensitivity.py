"""How far a ranking hangs on its weights. Pure: scores, weights and the rule for ties in, places and shares out.

Loads numpy: import it where it is called. Everything is reckoned in whole numbers (hundredths of scores, parts of
weights) that floats hold exactly, so at the unchanged weights the places are those of ``selection.ranking.rank``
to the last tie, and never depend on the machine.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, gcd, lcm

import numpy as np
from numpy.typing import ArrayLike, NDArray

from selection.chance import draws_from
from selection.ranking import NEEDED_PERCENT, Criterion, Entry, Score, TieBreak, tie_order
from selection.seating import Seats

Numbers = NDArray[np.float64]
Places = NDArray[np.int32]
Flags = NDArray[np.bool_]

SHIFT = 10
DRAWS = 1000
# A weight of 30 then has a standard deviation of 10 points, the same as a shift (ADR 14).
CONCENTRATION = 20.0
PARTS = 10_000
# More, and products with scores would no longer be whole numbers in floats.
MOST_PARTS = 10_000
AT_ONCE = 64
INTERVAL = (0.025, 0.975)


@dataclass(frozen=True, eq=False)
class Pool:
    """Candidates (rows) by criteria (columns), ready to be ranked under any weights. Made by ``pool``.

    ``scores`` in whole hundredths, not a number where missing; ``weights`` as whole parts; ``order`` lists the
    rows as the rule for ties puts them; ``groups`` numbers the row of ``quotas`` that holds for each candidate,
    −1 for none.
    """

    scores: Numbers
    weights: Numbers
    order: NDArray[np.intp]
    seats: int
    groups: NDArray[np.intp]
    quotas: tuple[Seats, ...] = ()
    # filled in once, as they are needed under each weighting
    known: Numbers = field(init=False, repr=False)
    filled: Numbers = field(init=False, repr=False)

    def __post_init__(self) -> None:
        missing = np.isnan(self.scores[self.order])
        object.__setattr__(self, "known", (~missing).T.astype(float, order="C"))
        object.__setattr__(
            self, "filled", np.ascontiguousarray(np.where(missing, 0.0, self.scores[self.order]).T)
        )


@dataclass(frozen=True, eq=False)
class Standing:
    """Per candidate: the place from 1 (0 where too little is known for one), and whether it is within the cut."""

    places: Places
    in_cut: Flags


@dataclass(frozen=True, eq=False)
class Shift:
    """What one criterion counting ``points`` more (or fewer) of 100 changes.

    ``criterion`` is its column, ``weights`` are the new ones in percent. ``entered`` and ``left`` the cut,
    ``moved`` to another place: rows.
    """

    criterion: int
    points: float
    weights: tuple[float, ...]
    standing: Standing
    entered: tuple[int, ...]
    left: tuple[int, ...]
    moved: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Steadiness:
    """Per candidate over ``draws`` random weightings: the share (0–1) of them within the cut, and in which places.

    95 % of the places lie from ``best`` to ``worst``; 0 is without a place, which counts as behind everybody.
    """

    share: Numbers
    best: Places
    worst: Places
    draws: int


def pool(
    scores: ArrayLike,
    weights: Sequence[Score],
    order: ArrayLike,
    seats: int,
    groups: Sequence[str | None] | None = None,
    quotas: Mapping[str, Seats] | None = None,
) -> Pool:
    """Check what is to be ranked and bring it into whole numbers.

    ``scores``: n × m on 0–100 in hundredths at most, not a number where missing. ``weights``: m, relative, none
    below zero. ``order``: n, who goes first (0) among equal composites. ``groups``: n, such as markets; a group
    without an entry in ``quotas`` is bound by nothing but the ``seats``. Raises ValueError for shapes that do not
    fit, scores off the scale or finer than hundredths, weights of more than four digits or adding up to zero, an
    order that is no order, or more seats kept than there are.
    """
    grid = np.asarray(scores, dtype=float).reshape(-1, len(weights))
    ranks = np.asarray(order, dtype=np.intp).reshape(-1)
    if sorted(ranks.tolist()) != list(range(len(grid))):
        raise ValueError("The order for ties has to name each candidate once.")
    names, bounds = list(quotas or {}), tuple((quotas or {}).values())
    numbers = [names.index(group) if group in names else -1 for group in groups or [None] * len(grid)]
    if len(numbers) != len(grid):
        raise ValueError("Each candidate needs a group, or None.")
    if seats < 0 or sum(each.at_least for each in bounds) > seats:
        raise ValueError("More seats are kept than there are.")
    return Pool(
        scores=_hundredths(grid),
        weights=_parts(weights),
        order=np.argsort(ranks),
        seats=seats,
        groups=np.array(numbers, dtype=np.intp),
        quotas=bounds,
    )


def pool_of(
    criteria: Sequence[Criterion],
    entries: Iterable[Entry],
    tie_break: TieBreak,
    seats: int,
    groups: Mapping[str, str] | None = None,
    quotas: Mapping[str, Seats] | None = None,
) -> Pool:
    """The pool of what ``selection.ranking.rank`` ranks; rows in the order of the entries, groups by their keys."""
    listed = list(entries)
    scores = [[_number(entry.scores.get(each.key)) for each in criteria] for entry in listed]
    place = {key: number for number, key in enumerate(tie_order(listed, tie_break))}
    return pool(
        scores,
        [each.weight for each in criteria],
        [place[entry.key] for entry in listed],
        seats,
        [(groups or {}).get(entry.key) for entry in listed],
        quotas,
    )


def standing(pool: Pool) -> Standing:
    """Places and cut at the pool's own weights."""
    places, in_cut = _ranked(pool, pool.weights[None])
    return Standing(places[0], in_cut[0])


def shifts(pool: Pool, points: int = SHIFT) -> list[Shift]:
    """What changes when each weight in turn moves by this many points of 100, down and up.

    The other weights share the difference in proportion to their size, so that all still add up to 100. A weight
    stops at 0 and at 100. A criterion that does not count (weight 0) or counts alone is left as it is.
    """
    now = standing(pool)
    counting = np.flatnonzero((pool.weights > 0) & (pool.weights < pool.weights.sum()))
    return [_shift(pool, now, int(each), by) for each in counting for by in (-points, points)]


def steadiness(pool: Pool, seed: str, draws: int = DRAWS, concentration: float = CONCENTRATION) -> Steadiness:
    """How often each candidate makes the cut, and in which places, when the weights are drawn at random.

    Weights come from a Dirichlet distribution with the pool's weights as its mean: each has the variance
    w(1 − w)/(concentration + 1), a weight of zero stays zero. The same seed draws the same weights. Uncertainty of
    weights in composite indicators: Saisana, Saltelli & Tarantola (2005), JRSS A 168:307–323; shares of ranks:
    Lahdelma & Salminen (2001), Operations Research 49:444–454. Raises ValueError for no draws.
    """
    if draws < 1:
        raise ValueError("At least one weighting has to be drawn.")
    places, in_cut = _ranked(pool, weightings(pool, seed, draws, concentration))
    behind = np.where(places == 0, len(pool.order) + 1, places).T
    ends = [max(0, ceil(part * draws) - 1) for part in INTERVAL]
    ordered = np.partition(behind, ends, axis=1)[:, ends]
    best, worst = np.where(ordered > len(pool.order), 0, ordered).astype(np.int32).T
    return Steadiness(in_cut.mean(axis=0), best, worst, draws)


def weightings(pool: Pool, seed: str, draws: int = DRAWS, concentration: float = CONCENTRATION) -> Numbers:
    """Random weights (draws × criteria) as whole parts, about 10,000 in all."""
    counts = pool.weights > 0
    shares = pool.weights[counts] / pool.weights.sum()
    found = np.zeros((draws, len(pool.weights)))
    found[:, counts] = np.rint(draws_from(seed).dirichlet(concentration * shares, size=draws) * PARTS)
    return found


def _shift(pool: Pool, now: Standing, criterion: int, by: int) -> Shift:
    # with all weights times 100, a point is a whole number; so is what the others keep, times what they had
    total = pool.weights.sum() * 100
    weights = pool.weights * 100
    old = weights[criterion]
    new = min(max(old + by * total / 100, 0), total)
    moved = weights * (total - new)
    moved[criterion] = new * (total - old)
    moved /= gcd(*(int(each) for each in moved))
    places, in_cut = _ranked(pool, moved[None])
    return Shift(
        criterion=criterion,
        points=float((new - old) / total * 100),
        weights=tuple((100 * moved / moved.sum()).tolist()),
        standing=Standing(places[0], in_cut[0]),
        entered=_rows(in_cut[0] & ~now.in_cut),
        left=_rows(now.in_cut & ~in_cut[0]),
        moved=_rows(places[0] != now.places),
    )


def _rows(flags: Flags) -> tuple[int, ...]:
    return tuple(np.flatnonzero(flags).tolist())


def _ranked(pool: Pool, weightings: Numbers) -> tuple[Places, Flags]:
    """Places and cut (weightings × candidates), a few weightings at a time so that they stay in the cache."""
    shape = (len(weightings), len(pool.order))
    places, in_cut = np.empty(shape, np.int32), np.empty(shape, bool)
    for start in range(0, len(weightings), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        places[part], in_cut[part] = _ranked_at_once(pool, weightings[part])
    return places, in_cut


def _ranked_at_once(pool: Pool, weightings: Numbers) -> tuple[Places, Flags]:
    composites = _composites(pool, weightings)
    # candidates stand in the order of ties, and a stable sort keeps it
    best_first = np.argsort(-composites, axis=1, kind="stable")
    rows = pool.order[best_first]
    ranked = np.take_along_axis(composites, best_first, axis=1) >= 0
    counted = np.broadcast_to(np.arange(1, rows.shape[1] + 1, dtype=np.int32), rows.shape)
    taken = _taken(pool, rows, ranked) if pool.quotas else ranked & (counted <= pool.seats)
    places, in_cut = np.empty(rows.shape, np.int32), np.empty(rows.shape, bool)
    np.put_along_axis(places, rows, np.where(ranked, counted, 0), axis=1)
    np.put_along_axis(in_cut, rows, taken, axis=1)
    return places, in_cut


def _composites(pool: Pool, weightings: Numbers) -> NDArray[np.int16]:
    """In hundredths, halves to even, −1 where less than 80 % of the weight is known.

    Sums are whole numbers below 2⁵³ and so exact; quotients are below 10,000 with divisors below 10¹¹, where no
    float lies between a half and its neighbour, so they round as fractions would.
    """
    total = weightings.sum(axis=1)[:, None]
    known = _weighted(weightings, pool.known)
    enough = 100 * known >= NEEDED_PERCENT * total
    points = _weighted(weightings, pool.filled)
    points /= np.where(enough, known, 1)
    np.rint(points, out=points)
    points[~enough] = -1
    return points.astype(np.int16)


def _weighted(weightings: Numbers, values: Numbers) -> Numbers:
    # on one thread: those of a matrix product wait for each other on a busy machine, a hundred times as long
    return np.asarray(np.einsum("wc,cn->wn", weightings, values))


def _taken(pool: Pool, rows: NDArray[np.intp], ranked: Flags) -> Flags:
    """Best first: whoever is among those a group has seats kept for, then the others until the seats are taken."""
    groups = pool.groups[rows]
    kept, open_to = np.zeros(rows.shape, bool), ranked.copy()
    for number, quota in enumerate(pool.quotas):
        mine = (groups == number) & ranked
        within = np.cumsum(mine, axis=1, dtype=np.int32)
        kept |= mine & (within <= quota.at_least)
        if quota.at_most is not None:
            open_to &= ~mine | (within <= quota.at_most)
    open_to &= ~kept
    left = pool.seats - kept.sum(axis=1)[:, None]
    return np.asarray(kept | (open_to & (np.cumsum(open_to, axis=1, dtype=np.int32) <= left)))


def _hundredths(scores: Numbers) -> Numbers:
    hundredths = np.rint(scores * 100)
    known = ~np.isnan(scores)
    if (np.abs(scores * 100 - hundredths)[known] > 1e-6).any():
        raise ValueError("A score is finer than a hundredth.")
    if ((hundredths < 0) | (hundredths > 100 * 100))[known].any():
        raise ValueError("Scores run from 0 to 100.")
    return hundredths


def _parts(weights: Sequence[Score]) -> Numbers:
    exact = [Fraction(str(weight)) for weight in weights]
    if any(weight < 0 for weight in exact):
        raise ValueError("A weight is below zero. Use zero to leave a criterion out.")
    if sum(exact) == 0:
        raise ValueError("The weights add up to zero. Give at least one criterion a weight.")
    whole = [int(weight * lcm(*(each.denominator for each in exact))) for weight in exact]
    parts = [each // gcd(*whole) for each in whole]
    if sum(parts) > MOST_PARTS:
        raise ValueError("A weight is too fine. Use hundredths of a percent at most.")
    return np.array(parts, dtype=float)


def _number(score: Score | None) -> float:
    return float("nan") if score is None else float(score)
