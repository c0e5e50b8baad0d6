"""Then: loads as even as they can be, without taking a place from anybody.

A chain from an assessor to one who carries less by more than the weight it moves lowers the sum of squared
loads (a negative cycle of the convex flow). When no such chain is left, the loads are the most even there are
in every sense at once: largest, smallest, spread and squares (Harvey, Ladner, Lovász, Tamir 2006; Frank, Murota
2019). That holds for ratings of one weight; with several, single exchanges of unequal ratings come on top.
"""

from .board import Board, Move
from .chains import reach


def even_out(board: Board) -> None:
    while _relieve_all(board) or _exchange_unequal(board):
        pass


def _relieve_all(board: Board) -> bool:
    changed = False
    for assessor in sorted(range(len(board.load)), key=lambda each: (-board.load[each], each)):
        for weight in board.weights:
            while _relieve(board, assessor, weight):
                changed = True
    return changed


def _relieve(board: Board, assessor: int, weight: int) -> bool:
    """Hand one rating on to whoever carries least among those who can be reached."""
    load = board.load
    found = reach(board, [assessor], weight)
    less = [
        each for each in found.order if load[assessor] - load[each] > weight and board.has_room(each, weight)
    ]
    if not less:
        return False
    found.hand_on_to(min(less, key=lambda each: load[each]))
    return True


def _exchange_unequal(board: Board) -> bool:
    """A heavier rating against a lighter one, where that brings two assessors nearer to each other."""
    if len(board.weights) < 2:
        return False
    by_load = sorted(range(len(board.load)), key=lambda each: (-board.load[each], each))
    for busy in by_load:
        for calm in reversed(by_load):
            moves = _exchange(board, busy, calm)
            if moves:
                board.apply(moves)
                return True
    return False


def _exchange(board: Board, busy: int, calm: int) -> list[Move]:
    gap = board.load[busy] - board.load[calm]
    for heavy in board.held[busy]:
        if not board.newcomers(heavy) >> calm & 1:
            continue
        for light in board.held[calm]:
            shift = board.sittings[heavy].weight - board.sittings[light].weight
            fits = 0 < shift < gap and board.has_room(calm, shift)
            if fits and board.newcomers(light) >> busy & 1:
                return [Move(heavy, busy, calm), Move(light, calm, busy)]
    return []
