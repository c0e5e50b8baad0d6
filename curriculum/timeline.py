"""The months at a glance: where bars, dots and the today line stand on a grid of quarter months. Pure.

The strict security policy allows no style attributes, so every position is a class of ``timeline.css``.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

PER_MONTH = 4
FEWEST, MOST = 6, 24
FIRST_ROW = 2
NARROW = 4
MONTHS_A_FINGER = 6  # so many months more, and a dot that can be hit covers a column more of a narrow screen
LAST_LINE = 20  # of the rows that the line of today has a class for
T = TypeVar("T")


@dataclass(frozen=True)
class Mark:
    """Something on the timeline; ``css`` holds its place and looks. A dot's label is the look of its circle."""

    label: str
    css: str
    hint: str = ""
    url: str = ""


@dataclass(frozen=True)
class Bar:
    """A module to be placed."""

    track: str
    label: str
    first: date
    last: date
    looks: str
    hint: str
    url: str = ""


@dataclass(frozen=True)
class Dot:
    """A session to be placed."""

    day: date
    looks: str
    hint: str
    url: str = ""


@dataclass(frozen=True)
class Timeline:
    """Everything placed, ready to be drawn."""

    css: str
    months: list[Mark]
    tracks: list[Mark]
    bars: list[Mark]
    dots: list[Mark]
    today: str


class Grid:
    """Months from the first on, four columns each."""

    def __init__(self, first: date, last: date) -> None:
        self._first = first.year * 12 + first.month - 1
        count = (last.year - first.year) * 12 + last.month - first.month + 1
        self.months = min(max(count, FEWEST), MOST)
        self.columns = self.months * PER_MONTH
        self.dot_span = -(-self.months // MONTHS_A_FINGER)

    def column(self, day: date) -> int:
        """1-based, kept inside the grid."""
        months = day.year * 12 + day.month - 1 - self._first
        quarter = (day.day - 1) * PER_MONTH // monthrange(day.year, day.month)[1]
        return min(max(months * PER_MONTH + quarter + 1, 1), self.columns)

    def month(self, place: int) -> date:
        year, month = divmod(self._first + place, 12)
        return date(year, month + 1, 1)


def timeline(
    first: date,
    last: date,
    bars: Sequence[Bar],
    dots: Iterable[Dot],
    tracks: Sequence[tuple[str, str]],
    today: date,
) -> Timeline:
    """Place bars in their tracks and sessions below them, a row more where two overlap."""
    grid = Grid(first, last)
    row = FIRST_ROW
    names, placed = [], []
    for key, name in tracks:
        lanes = _lanes((_span(bar, grid), bar) for bar in bars if bar.track == key)
        if not lanes:
            continue
        names.append(Mark(name, f"r{row}"))
        for offset, lane in enumerate(lanes):
            placed += [_bar(bar, grid, row + offset) for bar in lane]
        row += len(lanes)
    lanes_of_dots = _lanes(((grid.column(dot.day), grid.dot_span), dot) for dot in dots)
    marks = [
        Mark(dot.looks, f"dot-cell a{grid.column(dot.day)} r{row + offset}", dot.hint, dot.url)
        for offset, lane in enumerate(lanes_of_dots)
        for dot in lane
    ]
    if marks:
        names.append(Mark("Sessions", f"r{row}"))
        row += len(lanes_of_dots)
    here = grid.month(0) <= today <= last
    return Timeline(
        css=f"tl tl-m{grid.months}",
        months=[_month(grid, place, today) for place in range(grid.months)],
        tracks=names,
        bars=placed,
        dots=marks,
        today=f"a{grid.column(today)} s1 tl-to-{min(row, LAST_LINE)}" if here else "",
    )


def _month(grid: Grid, place: int, today: date) -> Mark:
    day = grid.month(place)
    name = f"{day:%b ’%y}" if place == 0 or day.month == 1 else f"{day:%b}"
    looks = " is-now" if (day.year, day.month) == (today.year, today.month) else ""
    return Mark(name, f"a{place * PER_MONTH + 1} s{PER_MONTH}{looks}")


def _lanes(things: Iterable[tuple[tuple[int, int], T]]) -> list[list[T]]:
    """As few rows as hold things of (start, span) without overlap, first come first placed."""
    lanes: list[tuple[int, list[T]]] = []
    for (start, span), thing in sorted(things, key=lambda one: one[0]):
        for place, (end, lane) in enumerate(lanes):
            if end <= start:
                lanes[place] = start + span, [*lane, thing]
                break
        else:
            lanes.append((start + span, [thing]))
    return [lane for _, lane in lanes]


def _span(bar: Bar, grid: Grid) -> tuple[int, int]:
    start = min(grid.column(bar.first), grid.columns - 1)
    return start, max(grid.column(bar.last) - start + 1, min(NARROW, grid.columns - start + 1))


def _bar(bar: Bar, grid: Grid, row: int) -> Mark:
    start, span = _span(bar, grid)
    return Mark(bar.label, f"bar-m a{start} s{span} r{row} {bar.looks}".strip(), bar.hint, bar.url)
