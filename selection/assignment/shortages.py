"""Who lacks assessors, what keeps the others out, and which single change would help."""

from collections.abc import Iterator

from .bits import members
from .board import Board
from .chains import reach
from .problem import Bar
from .result import Change, Remedy, Shortage


def shortages_of(board: Board) -> Iterator[Shortage]:
    for sitting, about in enumerate(board.sittings):
        missing = board.missing(sitting)
        if missing:
            bars = {**dict.fromkeys(members(board.newcomers(sitting)), Bar.FULL), **board.bars(sitting)}
            out = {
                bar: _keys(board, (each for each, own in sorted(bars.items()) if own == bar)) for bar in Bar
            }
            yield Shortage(
                about.candidate,
                about.exercise,
                missing,
                {bar: keys for bar, keys in out.items() if keys},
                tuple(_remedies(board, sitting, bars)),
            )


def _remedies(board: Board, sitting: int, bars: dict[int, Bar]) -> Iterator[Remedy]:
    weight = board.sittings[sitting].weight
    full = reach(board, members(board.newcomers(sitting)), weight).order
    for change, helpful in (
        (Change.RAISE, iter(full)),
        (Change.ALLOW, _could_take(board, sitting, bars, Bar.PROHIBITED)),
        (Change.TRAIN, _could_take(board, sitting, bars, Bar.UNTRAINED)),
    ):
        keys = _keys(board, helpful)
        if keys:
            yield Remedy(change, keys)
    yield Remedy(Change.RECRUIT)


def _could_take(board: Board, sitting: int, bars: dict[int, Bar], only: Bar) -> Iterator[int]:
    """Whom only this keeps out and who has room, or can make some by handing on. Somebody untrained may be
    prohibited as well: then training alone does not help."""
    weight, about = board.sittings[sitting].weight, board.sittings[sitting]
    for each, bar in sorted(bars.items()):
        seat = board.seat(sitting, each)
        if bar != only or (only == Bar.UNTRAINED and seat in board.problem.prohibited):
            continue
        if any(board.has_room(end, about.weight) for end in reach(board, [each], weight).order):
            yield each


def _keys(board: Board, numbers: Iterator[int]) -> tuple[int, ...]:
    return tuple(board.assessors[each].key for each in numbers)
