"""A first plan: each day admits as many candidates as its assessors and rooms have time for, and their meetings
are listed by when they could begin (list scheduling, Graham 1969). Such a plan leaves nobody idle who could be
met, and in an open shop is at most twice as long as the best (Racsmány, in Bárány and Fiala 1982). The busiest
people's meetings go first."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import heappop, heappush
from itertools import islice
from typing import NamedTuple

from .book import Book, Need, Request
from .timeline import Stretch, first_of

ROOMS = None  # all rooms together, as if they were one need

Work = Counter[Need | None]
Turn = tuple[int, int, int, int, Request]


class Style(NamedTuple):
    """`share`: how much of everybody's day may be filled before the next day begins. `at_once`: how many
    candidates are on their way on one day before the next is let in; few wait little, many fill every hole."""

    share: float
    at_once: int


def build(book: Book, order: Sequence[int], style: Style) -> None:
    """Place all that goes. `order`: candidates, whom to admit first."""
    book.clear()
    of_candidate = requests_of(book)
    work = {candidate: _work(book, requests) for candidate, requests in of_candidate.items()}
    priority = _total(book.requests)
    waiting = [candidate for candidate in order if candidate in of_candidate]
    for day in book.line.days:
        admitted = _admitted(book, day, waiting, work, style.share)
        waiting = [candidate for candidate in waiting if candidate not in admitted]
        groups = [of_candidate[candidate] for candidate in admitted]
        dispatch(book, groups, day.mask, priority, style.at_once)
    dispatch(book, [book.open_requests()], book.line.open, priority)


def dispatch(
    book: Book,
    groups: Sequence[Sequence[Request]],
    within: int,
    priority: Mapping[Request, int],
    at_once: int = 1,
) -> None:
    """One meeting after the other into the earliest cell; among equals the most work goes first. What was
    possible when it was listed may be gone by the time it is its turn: then it is listed anew. A group is let in
    when one of those before it is through."""
    turns: list[Turn] = []
    later = iter(enumerate(groups))
    left = [len(group) for group in groups]
    for number, group in islice(later, at_once):
        _let_in(turns, number, group, priority)
    while turns:
        listed, weight, number, place, request = heappop(turns)
        cell = first_of(book.starts(request) & within)
        if cell > listed:
            heappush(turns, (cell, weight, number, place, request))
            continue
        if cell >= 0:
            book.place(request, cell)
        left[number] -= 1
        if not left[number]:
            for number, group in islice(later, 1):
                _let_in(turns, number, group, priority)


def _let_in(
    turns: list[Turn], number: int, group: Iterable[Request], priority: Mapping[Request, int]
) -> None:
    for place, request in enumerate(group):
        heappush(turns, (-1, -priority[request], number, place, request))


def requests_of(book: Book) -> dict[int, list[Request]]:
    found = defaultdict(list)
    for each in book.requests:
        found[each.meeting.candidate].append(each)
    return dict(found)


def _total(requests: Iterable[Request]) -> dict[Request, int]:
    """By meeting, the work of the busiest of those who take part."""
    listed = list(requests)
    work: Counter[Need] = Counter()
    for each in listed:
        for need in (each.candidate, *each.assessors):
            work[need] += each.length
    return {each: max(work[need] for need in (each.candidate, *each.assessors)) for each in listed}


def _work(book: Book, requests: Iterable[Request]) -> Work:
    """The cells a candidate's meetings take from everybody."""
    work: Work = Counter()
    rest, over = book.line.cells(book.center.rest), book.line.cells(book.center.changeover)
    for each in requests:
        work[each.candidate] += each.lead + each.length + rest
        for assessor in each.assessors:
            work[assessor] += each.length + over
        if not each.virtual:
            work[ROOMS] += each.length + over
    return work


def _admitted(
    book: Book, day: Stretch, waiting: Iterable[int], work: Mapping[int, Work], share: float
) -> list[int]:
    """Those whom everybody they need has time for on that day. The candidate's own last rest may lie outside."""
    room = {need: share * (free & day.mask).bit_count() for need, free in book.free.items()}
    rooms = share * len(book.center.rooms) * (book.line.open & day.mask).bit_count()
    used: Work = Counter()
    admitted: list[int] = []
    left = dict.fromkeys(waiting)
    while left:
        fullest = {each: _fullest(work[each], used, room, rooms) for each in left}
        left = {each: None for each in left if fullest[each] <= 1}
        if left:
            chosen = min(left, key=lambda each: fullest[each])
            used.update(work[chosen])
            admitted.append(chosen)
            del left[chosen]
    return admitted


def _fullest(wanted: Work, used: Work, room: Mapping[Need, float], rooms: float) -> float:
    """How full the day would be for whom it would be fullest."""
    return max(
        (used[need] + cells) / max(rooms if need is None else room[need], 0.5)
        for need, cells in wanted.items()
    )
