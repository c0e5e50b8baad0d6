"""Reads the finished board into a result."""

from collections import Counter

from .bits import members
from .board import Board
from .chains import reach
from .linking import Aim, Linking, bridges
from .problem import Bar
from .result import Assignment, Bridge, Comparability, Kind, Loads, Pair, Why
from .shortages import shortages_of

KINDS = {Aim.LINK: Kind.LINK, Aim.VARIETY: Kind.VARIETY, Aim.RETURN: Kind.PLANNED}


def read(board: Board, linking: Linking) -> Assignment:
    pairs = tuple(_pairs(board, linking))
    now, before = {pair.seat for pair in pairs}, set(board.problem.current)
    return Assignment(
        pairs=pairs,
        loads=_loads(board),
        comparability=_comparability(board, linking),
        shortages=tuple(shortages_of(board)),
        repeats=_repeats(board),
        added=tuple(sorted(now - before)),
        dropped=tuple(sorted(before - now)),
        needed=sum(each.need for each in board.sittings),
        filled=sum(
            min(each.need, sits.bit_count()) for each, sits in zip(board.sittings, board.sits, strict=True)
        ),
    )


def _pairs(board: Board, linking: Linking) -> list[Pair]:
    ratings = Counter(assessor for sits in board.sits for assessor in members(sits))
    found = []
    for sitting, sits in enumerate(board.sits):
        out = Counter(board.bars(sitting).values())
        for assessor in members(sits):
            why = _why(board, linking, sitting, assessor, ratings, out)
            found.append(Pair(board.seat(sitting, assessor), why))
    return found


def _why(
    board: Board, linking: Linking, sitting: int, assessor: int, ratings: Counter[int], out: Counter[Bar]
) -> Why:
    about = board.sittings[sitting]
    able = about.able | about.fixed
    others = [ratings[each] for each in members(able & ~board.sits[sitting])]
    return Why(
        kind=_kind(board, linking, sitting, assessor),
        ratings=ratings[assessor],
        able=able.bit_count(),
        panel=len(board.assessors),
        fewest=min(others, default=None),
        most=max(others, default=None),
        out=dict(sorted(out.items())),
    )


def _kind(board: Board, linking: Linking, sitting: int, assessor: int) -> Kind:
    about = board.sittings[sitting]
    if about.fixed >> assessor & 1:
        return Kind.PINNED
    if (about.able | about.fixed).bit_count() <= about.need:
        return Kind.ONLY
    if about.planned >> assessor & 1:
        return Kind.PLANNED
    aim = linking.touched.get((sitting, assessor))
    return KINDS[aim] if aim else Kind.EVEN


def _loads(board: Board) -> Loads:
    loads = board.load
    total = sum(loads)
    return Loads(
        by_assessor={each.key: load for each, load in zip(board.assessors, loads, strict=True)},
        most=max(loads, default=0),
        least=min(loads, default=0),
        bound=_bound(board),
        level=-(-total // len(loads)) if loads else 0,
    )


def _bound(board: Board) -> int:
    """The proof that the largest load is needed: whoever carries it and all whom chains lead to cannot hand
    anything to others, so between them they carry at least what they carry now."""
    if not any(board.load):
        return 0
    together = {board.load.index(max(board.load))}
    while True:
        reached = {each for weight in board.weights for each in reach(board, sorted(together), weight).before}
        if reached == together:
            break
        together = reached
    total = sum(board.load[each] for each in together)
    low, high = max(_pinned_load(board, each) for each in range(len(board.load))), max(board.load)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _can_carry(board, together, middle) >= total else (middle + 1, high)
    return low


def _can_carry(board: Board, together: set[int], level: int) -> int:
    return sum(max(_pinned_load(board, each), min(board.most[each], level)) for each in together)


def _pinned_load(board: Board, assessor: int) -> int:
    return board.load[assessor] - sum(board.sittings[each].weight for each in board.held[assessor])


def _comparability(board: Board, linking: Linking) -> Comparability:
    def keys(group: int) -> tuple[int, ...]:
        return tuple(board.assessors[each].key for each in members(group))

    partners = [each.bit_count() for each in board.ties.partners]
    thin = {
        board.assessors[each].key: linking.possible[each].bit_count()
        for each in members(board.active())
        if partners[each] < board.problem.partners
    }
    return Comparability(
        groups=tuple(keys(group) for group in board.ties.parts(board.active())),
        partners={assessor.key: partners[each] for each, assessor in enumerate(board.assessors)},
        thin=thin,
        bridges=tuple(
            Bridge(board.seat(move.sitting, move.giver), board.assessors[move.taker].key)
            for move in bridges(board)
        ),
    )


def _repeats(board: Board) -> dict[int, int]:
    again: Counter[int] = Counter()
    for (candidate, _, _), times in board.ties.met_pair.items():
        again[candidate] += max(0, times - 1)
    return {candidate: times for candidate, times in sorted(again.items()) if times}
