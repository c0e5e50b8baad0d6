"""Who assesses whom, spread evenly. Pure: candidates, assessors and conflicts in, pairs with reasons out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    candidate: int
    assessor: int
    why: str


@dataclass(frozen=True)
class Spread:
    """New pairs, and by candidate how many assessors are still missing."""

    pairs: tuple[Pair, ...]
    short: Mapping[int, int]


def spread(
    candidates: Sequence[int],
    assessors: Sequence[int],
    *,
    conflicts: Mapping[int, set[int]],
    existing: Iterable[tuple[int, int]] = (),
    per_candidate: int = 2,
) -> Spread:
    """Give each candidate assessors up to ``per_candidate``, each time the one with the fewest candidates.

    Whoever has the smallest choice of assessors comes first. What exists already stays and counts.
    ``conflicts`` holds by candidate the assessors who may not score them.
    """
    has: dict[int, set[int]] = {candidate: set() for candidate in candidates}
    load = dict.fromkeys(assessors, 0)
    for candidate, assessor in existing:
        has.setdefault(candidate, set()).add(assessor)
        if assessor in load:
            load[assessor] += 1
    free = {each: [a for a in assessors if a not in conflicts.get(each, set())] for each in candidates}
    pairs: list[Pair] = []
    for turn in range(per_candidate):
        for candidate in sorted(candidates, key=lambda each: (len(free[each]), each)):
            if len(has[candidate]) > turn:
                continue
            choice = [assessor for assessor in free[candidate] if assessor not in has[candidate]]
            if not choice:
                continue
            chosen = min(choice, key=lambda assessor: (load[assessor], assessor))
            pairs.append(Pair(candidate, chosen, _why(load[chosen], len(choice), len(assessors))))
            has[candidate].add(chosen)
            load[chosen] += 1
    _even_out(pairs, has, load, free)
    short = {each: per_candidate - len(has[each]) for each in candidates if len(has[each]) < per_candidate}
    return Spread(tuple(pairs), short)


def _even_out(
    pairs: list[Pair], has: dict[int, set[int]], load: dict[int, int], free: Mapping[int, list[int]]
) -> None:
    """Hand candidates on from the busiest to those with at least two fewer, as far as conflicts allow.

    Each step lowers the sum of squared loads, so it ends.
    """
    moved = True
    while moved:
        moved = False
        for place, pair in enumerate(pairs):
            able = [each for each in free[pair.candidate] if each not in has[pair.candidate]]
            least = min(able, key=lambda each: (load[each], each), default=None)
            if least is None or load[pair.assessor] - load[least] < 2:
                continue
            has[pair.candidate] ^= {pair.assessor, least}
            load[pair.assessor], load[least] = load[pair.assessor] - 1, load[least] + 1
            pairs[place] = Pair(pair.candidate, least, "Handed on so that the candidates are spread evenly.")
            moved = True


def _why(load: int, choice: int, panel: int) -> str:
    so_far = "no candidate" if load == 0 else "1 candidate" if load == 1 else f"{load} candidates"
    return f"Had {so_far} so far, the fewest among the {choice} (of {panel}) who may score this person."
