"""Who would have to make way for a meeting, and where they go instead (one link of an ejection chain)."""

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from .book import Book, Request
from .timeline import cells_in

MAKE_WAY = 2
PLACES = 4


class Ejection(NamedTuple):
    """At this cell these others are in the way."""

    in_the_way: int
    cell: int
    others: tuple[Request, ...]


def ejections(book: Book, request: Request) -> list[Ejection]:
    """Where the fewest have to make way, the meeting itself not being placed."""
    people = _around(book, request)
    rooms = _in_rooms(book, request)
    free = book.in_a_room(request)
    found = []
    for cell in cells_in(book.emptied().starts(request)):
        others = tuple(other for other, barred in people if barred >> cell & 1)
        if not free >> cell & 1:
            others = _with_a_room(cell, others, rooms)
        if len(others) <= MAKE_WAY:
            found.append(Ejection(len(others), cell, others))
    return sorted(found, key=lambda each: each[:2])[:PLACES]


Around = Sequence[tuple[Request, int]]


def _around(book: Book, request: Request) -> Around:
    """The meetings of the same people, each with the cells in which this one could not begin for them."""
    needs = (request.candidate, *request.assessors)
    meetings = dict.fromkeys(chain.from_iterable(book.placed_with(need) for need in needs))
    return [(other, _barred(book, request, other)) for other in meetings]


def _barred(book: Book, request: Request, other: Request) -> int:
    found = 0
    for need in {request.candidate, *request.assessors} & {other.candidate, *other.assessors}:
        found |= book.barred_by(request, need, other)
    return found


def _in_rooms(book: Book, request: Request) -> list[Around]:
    """The same for each room."""
    return [
        [(other, book.barred_by(request, room, other)) for other in book.placed_with(room)]
        for room in request.rooms
    ]


def _with_a_room(cell: int, others: tuple[Request, ...], rooms: Sequence[Around]) -> tuple[Request, ...]:
    """Those and who has to leave the room that the fewest more have to leave."""
    more = ([other for other, barred in room if barred >> cell & 1 and other not in others] for room in rooms)
    return (*others, *min(more, key=len))
