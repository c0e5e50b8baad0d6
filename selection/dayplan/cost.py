"""How good a plan is. Lower is better, from left to right."""

from typing import NamedTuple

from .book import Book, Need, Side
from .timeline import first_of

WAITING_FOR_END = 4


class Cost(NamedTuple):
    """`open`: meetings without a slot. `split`: days more than one that candidates have to come for. `last`: the
    last day in use. `loose`: cells that candidates and assessors spend between their meetings, and those until
    the end, each of which outweighs a few of waiting."""

    open: int
    split: int
    last: int
    loose: int


def cost_of(book: Book) -> Cost:
    split = waiting = end = 0
    for need, meetings in book.busy.items():
        if need.side == Side.ROOM or not meetings:
            continue
        if need not in book.spread:
            book.spread[need] = _spread(book, need)
        days, gaps, last = book.spread[need]
        waiting += gaps
        if need.side == Side.CANDIDATE:
            split += days - 1
            end = max(end, last)
    last = book.line.day_of(end - 1).first if end else 0
    return Cost(len(book.requests) - len(book.places), split, last, waiting + WAITING_FOR_END * end)


def _spread(book: Book, need: Need) -> tuple[int, int, int]:
    """On how many days, with how many cells between, and the last cell."""
    cells = 0
    for each in book.busy[need].values():
        cells |= each
    days = gaps = 0
    for day in book.line.days:
        used = (cells & day.mask) >> day.first
        if used:
            days += 1
            gaps += used.bit_length() - first_of(used) - used.bit_count()
    return days, gaps, cells.bit_length()
