"""All meetings of a candidate in a row, where everybody they meet has time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .book import Book, Request
from .timeline import Stretch, first_of

ANCHOR_MINUTES = 30
CLOSEST = 3  # per day, how many of the tightest rows are weighed


@dataclass(frozen=True)
class Row:
    """All meetings of a candidate one after the other, and the cells between them."""

    gaps: int
    cells: tuple[tuple[Request, int], ...]


def rows(book: Book, requests: Sequence[Request]) -> Iterator[Row]:
    """The tightest of each day in which the candidate has time for all."""
    starts = {each: book.starts(each) for each in requests}
    for day in book.line.days:
        here = {each: cells & day.mask for each, cells in starts.items()}
        if all(here.values()):
            found = {row.cells: row for row in _anchored(book, day, here)}
            yield from sorted(found.values(), key=lambda row: (row.gaps, row.cells[-1][1]))[:CLOSEST]


def _anchored(book: Book, day: Stretch, starts: dict[Request, int]) -> Iterable[Row]:
    for cell in range(day.first, day.first + day.count, book.line.cells(ANCHOR_MINUTES)):
        row = _row(book, starts, cell)
        if row:
            yield row


def _row(book: Book, starts: dict[Request, int], cell: int) -> Row | None:
    """From this cell on, always what can begin first."""
    rest = max(book.line.cells(book.center.rest), book.line.cells(book.center.changeover))
    left, gaps = dict(starts), 0
    cells: list[tuple[Request, int]] = []
    while left:
        possible = [
            (first_of(some >> cell + each.lead) + cell, number, each)
            for number, (each, some) in enumerate(left.items())
            if some >> cell + each.lead
        ]
        if len(possible) < len(left):
            return None
        begins, _, chosen = min(possible, key=lambda option: option[:2])
        gaps += begins - cell if cells else 0
        cells.append((chosen, begins + chosen.lead))
        cell = begins + chosen.lead + chosen.length + rest
        del left[chosen]
    return Row(gaps, tuple(cells))
