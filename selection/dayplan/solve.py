"""The day plan: pure, deterministic, never with a clash."""

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from math import ceil

from .book import Book, Request
from .building import Style, build
from .cost import Cost, cost_of
from .moving import Moving
from .problem import Slot, Task
from .result import DayPlan, Reason, Unplaced

Progress = Callable[[int, int], None]
SHARES = (1.0, 0.9, 0.8, 0.7)
CROWDS = (1.0, 1.5, 2.0)  # candidates on their way, for each that can be met at once
TRIES = 8_000


def plan(task: Task, *, progress: Progress | None = None) -> DayPlan:
    """Who meets whom when and where: most meetings placed, then candidates who come for one day only, then the
    earliest end, then little waiting.

    Nothing clashes but what is kept, whatever that clashes with. The same input gives the same answer in any
    order. `progress` is told how many steps of how many are done.
    """
    tell = progress or _silent
    book = Book(task)
    styles = _styles(task)
    tell(0, len(styles) + 1)
    order = sorted({each.meeting.candidate for each in book.requests})
    found: list[tuple[Cost, int, dict]] = []
    for number, style in enumerate(styles):
        build(book, order, style)
        found.append((cost_of(book), number, dict(book.places)))
        order = _troubled_first(book, order)
        tell(number + 1, len(styles) + 1)
    book.restore(min(found, key=lambda each: each[:2])[2])
    Moving(book, TRIES).run()
    tell(len(styles) + 1, len(styles) + 1)
    return _read(book, task)


def _styles(task: Task) -> list[Style]:
    """By how many meetings can take place at once: the largest share of a crowd first."""
    assessors = {assessor for each in task.meetings for assessor in each.assessors}
    each_takes = max((len(each.assessors) for each in task.meetings), default=1)
    at_once = max(1, len(assessors) // max(1, each_takes))
    crowds = sorted({ceil(crowd * at_once) for crowd in CROWDS})
    return [Style(share, crowd) for share in SHARES for crowd in crowds]


def _silent(done: int, total: int) -> None:
    pass


def _troubled_first(book: Book, order: list[int]) -> list[int]:
    """Who got no slot, or has to come again, is admitted first the next time (squeaky wheel, Joslin and Clements
    1999)."""
    days: dict[int, set[int]] = defaultdict(set)
    for request, place in book.places.items():
        days[request.meeting.candidate].add(book.line.day_of(place.cell).first)
    troubled = {each.meeting.candidate for each in book.open_requests()}
    troubled |= {candidate for candidate, on in days.items() if len(on) > 1}
    return [*(each for each in order if each in troubled), *(each for each in order if each not in troubled)]


def _read(book: Book, task: Task) -> DayPlan:
    slots = sorted([*book.slots(), *task.kept], key=lambda each: (each.start, each.meeting))
    of_candidate: dict[int, list[Slot]] = defaultdict(list)
    for slot in slots:
        of_candidate[slot.meeting.candidate].append(slot)
    by_day = {key: _by_day(book, own) for key, own in sorted(of_candidate.items())}
    return DayPlan(
        slots=tuple(slots),
        unplaced=tuple(_unplaced(book, each) for each in book.open_requests()),
        ends=max((slot.end for slot in slots), default=None),
        waiting={key: sum(_waiting(book, own) for own in days) for key, days in by_day.items()},
        days={key: len(days) for key, days in by_day.items()},
    )


def _by_day(book: Book, slots: list[Slot]) -> list[list[Slot]]:
    found: dict[int, list[Slot]] = defaultdict(list)
    for slot in slots:
        found[sum(day.start <= slot.start for day in book.line.days)].append(slot)
    return list(found.values())


def _waiting(book: Book, slots: list[Slot]) -> int:
    starts = [slot.prepares_from(book.center) for slot in slots]
    there = max(slot.end for slot in slots) - min(starts)
    busy = sum((slot.end - start for slot, start in zip(slots, starts, strict=True)), timedelta())
    return max(0, (there - busy) // timedelta(minutes=1))


def _unplaced(book: Book, request: Request) -> Unplaced:
    meeting = request.meeting
    if not book.whenever(request):
        return Unplaced(meeting, Reason.NO_DAY)
    if not request.virtual and not request.rooms:
        return Unplaced(meeting, Reason.NO_ROOM, rooms=True)
    at_first = book.emptied()
    reason, asked = Reason.FULL, book
    if not at_first.starts(request):
        asked = at_first
        reason = Reason.APART
    out = tuple(need.key for need in request.assessors if not asked.alone(request, need))
    candidate, rooms = not asked.alone(request, request.candidate), not asked.in_a_room(request)
    if reason == Reason.APART and (out or candidate or rooms):
        reason = Reason.AWAY
    return Unplaced(meeting, reason, candidate, out, rooms)
