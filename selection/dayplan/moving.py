"""Better plans from a plan. Meetings without a slot, and of candidates who have to come twice, push others aside;
candidates are taken out and put back in a row; single meetings go where they cost least. A change stays when the
plan is better by it; it ends when none is, or after so many plans that were weighed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from .book import Book, Place, Request
from .building import requests_of
from .cost import cost_of
from .ejecting import Ejection, ejections
from .rows import rows
from .timeline import cells_in, first_of

LOOKING_AROUND = 25  # what asking who is in the way takes, in plans weighed
DEPTH = 3


class Moving:
    def __init__(self, book: Book, tries: int) -> None:
        self.book = book
        self.tries = tries
        self.best = cost_of(book)

    def run(self) -> None:
        self._while_better(self._rearrange)

    def _rearrange(self) -> None:
        self._while_better(self._push_aside)
        for requests in requests_of(self.book).values():
            self._put_in_a_row(requests)
        for request in self.book.requests:
            self._put_best(request)

    def _while_better(self, change: Callable[[], None]) -> None:
        better = True
        while better and self.tries > 0:
            before = self.best
            change()
            better = self.best < before

    # --- kinds of changes --------------------------------------------------------------------------------

    def _push_aside(self) -> None:
        for request in [*self.book.open_requests(), *_strays(self.book)]:
            if self.tries <= 0:
                break
            was = self._taken_out([request])
            if not self._pushed_in(request, DEPTH, frozenset()):
                self._put_back(was)

    def _put_in_a_row(self, requests: list[Request]) -> None:
        was = self._taken_out(requests)
        options = (dict(row.cells) for row in rows(self.book, requests))
        self._put_back(self._best_of(options) or was)

    def _put_best(self, request: Request) -> None:
        was = self._taken_out([request])
        options = ({request: cell} for cell in cells_in(self.book.starts(request)))
        self._put_back(self._best_of(options) or was)

    # --- weighing ----------------------------------------------------------------------------------------

    def _best_of(self, options: Iterator[dict[Request, int]]) -> dict[Request, Place]:
        """The places of the best option that makes the plan better; nothing is placed afterwards."""
        found: dict[Request, Place] = {}
        for option in options:
            if self.tries <= 0:
                break
            for request, cell in option.items():
                self.book.place(request, cell)
            if self._is_better():
                found = {request: self.book.places[request] for request in option}
            self._taken_out(option)
        return found

    def _pushed_in(self, request: Request, depth: int, before: frozenset[Request]) -> bool:
        """Place it where the fewest are in the way; these go near to where they were, or push others aside in
        turn. Undone unless the plan is better in the end."""
        self.tries -= LOOKING_AROUND
        was = dict(self.book.places)
        for ejection in ejections(self.book, request):
            if self.tries <= 0 or before & {*ejection.others}:
                continue
            homeless = self._ejected(ejection, request, last=depth == 1)
            if self._is_better():
                return True
            if depth > 1 and len(homeless) == 1:
                if self._pushed_in(homeless[0], depth - 1, before | {request}):
                    return True
            self.book.restore(was)
        return False

    def _ejected(self, ejection: Ejection, request: Request, *, last: bool) -> list[Request]:
        """Place it all the same; who has found no other place."""
        book = self.book
        was = self._taken_out(ejection.others)
        if book.starts(request) >> ejection.cell & 1:
            book.place(request, ejection.cell)
        for other in ejection.others:
            self._settle(other, was[other].cell, any_day=last)
        return [each for each in ejection.others if each not in book.places]

    def _settle(self, request: Request, near: int, *, any_day: bool) -> None:
        cells = self.book.starts(request)
        same_day = cells & self.book.line.day_of(near).mask
        if same_day:
            self.book.place(request, min(cells_in(same_day), key=lambda cell: (abs(cell - near), cell)))
        elif cells and any_day:
            self.book.place(request, first_of(cells))

    def _is_better(self) -> bool:
        self.tries -= 1
        cost = cost_of(self.book)
        if cost >= self.best:
            return False
        self.best = cost
        return True

    def _taken_out(self, requests: Iterable[Request]) -> dict[Request, Place]:
        return {each: self.book.remove(each) for each in requests if each in self.book.places}

    def _put_back(self, places: dict[Request, Place]) -> None:
        for request, place in places.items():
            self.book.put(request, place)


def _strays(book: Book) -> list[Request]:
    """The meetings of candidates on other days than the one on which they have most."""
    found = []
    for requests in requests_of(book).values():
        days: dict[int, list[Request]] = defaultdict(list)
        for each in requests:
            if each in book.places:
                days[book.line.day_of(book.places[each].cell).first].append(each)
        few_first = sorted(days.items(), key=lambda day: (len(day[1]), -day[0]))
        found += [each for _, some in few_first[:-1] for each in some]
    return found
