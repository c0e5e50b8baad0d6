"""First of all: as many places filled as there can be, and nobody has two assessors where another has none.

Places are filled in rounds, the first assessor of everybody before the second of anybody. Where everybody who
may is full, a chain of assessors makes room (an augmenting path); without such a chain there is no way, now or
later. Which places can be filled together is a matroid, so the rounds lose nothing in total.
"""

from collections.abc import Callable

from .bits import members
from .board import Board
from .chains import Reach, reach

Step = Callable[[], None]


def fill(board: Board, step: Step) -> None:
    """`step` is called for each place that was looked at."""
    order = sorted(range(len(board.sittings)), key=lambda each: (board.sittings[each].able.bit_count(), each))
    for count in range(max((each.need for each in board.sittings), default=0)):
        wanting = [each for each in order if board.sits[each].bit_count() == count and board.missing(each)]
        rest = [each for each in wanting if not _as_planned(board, each)]
        for sitting in rest:
            _seat_somebody(board, sitting)
        for _ in wanting:
            step()


def _as_planned(board: Board, sitting: int) -> bool:
    return _seat_directly(board, sitting, board.sittings[sitting].planned & board.newcomers(sitting))


def _seat_somebody(board: Board, sitting: int) -> None:
    if _seat_directly(board, sitting, board.newcomers(sitting)) or _seat_by_chain(board, sitting):
        return
    if len(board.weights) > 1 and _make_room(board, sitting):
        _seat_by_chain(board, sitting)


def _seat_directly(board: Board, sitting: int, choice: int) -> bool:
    """Give the sitting to whoever of the choice carries least; of several, who repeats least."""
    about = board.sittings[sitting]
    able = [each for each in members(choice) if board.has_room(each, about.weight)]
    if not able:
        return False
    least = min(board.load[each] for each in able)
    others = board.sits[sitting]
    chosen = min(
        (each for each in able if board.load[each] == least),
        key=lambda each: (board.ties.familiarity(about.candidate, others, each), each),
    )
    board.put(sitting, chosen)
    return True


def _seat_by_chain(board: Board, sitting: int) -> bool:
    weight = board.sittings[sitting].weight
    found = reach(board, members(board.newcomers(sitting)), weight)
    end = _with_most_room(board, found)
    if end is None:
        return False
    board.put(sitting, found.hand_on_to(end))
    return True


def _with_most_room(board: Board, found: Reach) -> int | None:
    able = [each for each in found.order if board.has_room(each, found.weight)]
    return min(able, key=lambda each: board.load[each], default=None)


def _make_room(board: Board, sitting: int) -> bool:
    """Free somebody of ratings of another weight until this one fits. Only with several weights, where the
    problem is a knapsack and this a rule of thumb."""
    weight = board.sittings[sitting].weight
    for full in reach(board, members(board.newcomers(sitting)), weight).order:
        for other in board.weights:
            while other != weight and not board.has_room(full, weight):
                found = reach(board, [full], other)
                end = _with_most_room(board, found)
                if end is None or end == full:
                    break
                found.hand_on_to(end)
        if board.has_room(full, weight):
            return True
    return False
