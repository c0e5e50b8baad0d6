"""All days as one row of cells of a few minutes each, with a gap between days; sets of cells are the bits of a
whole number, so that "free for half an hour" is a handful of shifts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from .hours import breaks_of, days_of, own_hours, span_of
from .problem import Center, Person, Span


@dataclass(frozen=True)
class Stretch:
    """The cells of a day."""

    first: int
    count: int
    start: datetime

    @property
    def mask(self) -> int:
        return ((1 << self.count) - 1) << self.first


class Timeline:
    def __init__(self, center: Center) -> None:
        self.step = timedelta(minutes=center.step)
        self.days: list[Stretch] = []
        self.open = 0
        first = 0
        for day in days_of(center):
            start, end = span_of(day)
            stretch = Stretch(first, (end - start) // self.step, start)
            self.days.append(stretch)
            first += stretch.count + 1
            self.open |= stretch.mask
            self.open &= ~self.touched(breaks_of(day))

    def cells(self, minutes: int) -> int:
        """How many cells so many minutes take."""
        return -(-timedelta(minutes=minutes) // self.step)

    def touched(self, spans: Iterable[Span], pad: int = 0) -> int:
        """The cells of which any part lies in a span, and `pad` more on each side within the day."""
        found = 0
        for start, end in spans:
            for day in self.days:
                low = (start - day.start) // self.step - pad
                high = -((day.start - end) // self.step) + pad
                found |= self._between(day, low, high)
        return found

    def inside(self, spans: Iterable[Span]) -> int:
        """The cells that lie in a span as a whole."""
        found = 0
        for start, end in spans:
            for day in self.days:
                low = -((day.start - start) // self.step)
                high = (end - day.start) // self.step
                found |= self._between(day, low, high)
        return found

    def block(self, first: int, count: int, pad: int = 0) -> int:
        """These cells, and `pad` more on each side within the day."""
        day = self.day_of(first)
        return self._between(day, first - day.first - pad, first - day.first + count + pad)

    def near(self, cell: int, low: int, high: int) -> int:
        """The cells from `low` up to before `high`, as far as they are on the day of this cell."""
        day = self.day_of(cell)
        return self._between(day, low - day.first, high - day.first)

    def day_of(self, cell: int) -> Stretch:
        return next(day for day in reversed(self.days) if day.first <= cell)

    def moment(self, cell: int) -> datetime:
        """When the cell begins, in UTC."""
        day = self.day_of(cell)
        return day.start + (cell - day.first) * self.step

    def when_there(self, person: Person) -> int:
        return self.open & ~self.touched(person.absences)

    def on_video(self, person: Person) -> int:
        """The cells in which the person's own hours let them be met on video."""
        if person.hours is None or not self.days:
            return self.open
        around = (self.days[0].start, self.days[-1].start + self.days[-1].count * self.step)
        return self.open & self.inside(own_hours(person, around))

    @staticmethod
    def _between(day: Stretch, low: int, high: int) -> int:
        low, high = max(0, low), min(day.count, high)
        return ((1 << high - low) - 1) << day.first + low if high > low else 0


def runs(cells: int, length: int) -> int:
    """Where so many cells in a row begin."""
    have = 1
    while have < length:
        shift = min(have, length - have)
        cells &= cells >> shift
        have += shift
    return cells


def cells_in(cells: int) -> Iterator[int]:
    """The cells, ascending."""
    while cells:
        yield first_of(cells)
        cells &= cells - 1


def first_of(cells: int) -> int:
    """The lowest cell, -1 when there is none."""
    return (cells & -cells).bit_length() - 1
