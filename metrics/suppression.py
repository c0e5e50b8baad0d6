"""The one place that decides which small numbers stay hidden: for screen, CSV, XLSX and API alike.

Pure Python, quick enough for a page. k is the smallest group that may be shown. Hidden are counts of 1…k−1,
every cell of a group smaller than k (also its 0 % and 100 %), and as many other cells as it takes that somebody
who knows all totals and all shown cells cannot bound any hidden one closer than k − 1.

A table of counts with its totals is a network: each cell is an edge between the sum of its row and the sum of its
column, its count the flow. What the shown cells leave open about a hidden one is then exactly how far its flow
can be raised and lowered around cycles of hidden cells, and the cheapest cells to hide besides are a shortest path.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain

SMALLEST_GROUP = 5
UNLIMITED = 1 << 60

# what hiding one more cell costs: few cells first, then small ones; totals only when nothing else helps
CELL, TOTAL, GRAND_TOTAL = 10**6, 10**9, 10**12


@dataclass(frozen=True)
class Hidden:
    """Stands where a number would. In tables all look the same: which ones are small must not show.

    `small` is set only for a number that stands alone.
    """

    k: int
    small: bool = False

    def __str__(self) -> str:
        return f"fewer than {self.k}" if self.small else "hidden"


Shown = int | Hidden


@dataclass(frozen=True)
class Table:
    """Counts by two fixed dimensions, with their totals."""

    cells: tuple[tuple[Shown, ...], ...]
    row_totals: tuple[Shown, ...]
    column_totals: tuple[Shown, ...]
    total: Shown


@dataclass(frozen=True)
class Share:
    """`count` of `n` people. The value is 0–1, and hidden unless both may be seen."""

    count: Shown
    n: Shown

    @property
    def value(self) -> float | Hidden:
        if isinstance(self.count, Hidden):
            return self.count
        if isinstance(self.n, Hidden):
            return self.n
        return self.count / self.n if self.n else Hidden(SMALLEST_GROUP)


def suppress_count(count: int, k: int = SMALLEST_GROUP) -> Shown:
    """A count that stands alone: hidden when it is 1…k−1. Counts that add up to others belong in a table."""
    _check([count], k)
    return Hidden(k, small=True) if is_small(count, k) else count


def suppress_rate(count: int, n: int, k: int = SMALLEST_GROUP) -> float | Hidden:
    """`count` ÷ `n` that stands alone: hidden for fewer than k people, on either side too (but 0 and all show)."""
    _check([count, n - count], k)
    if n < k:
        return Hidden(k, small=True)
    return Hidden(k) if is_small(count, k) or is_small(n - count, k) else count / n


def suppress_mean(mean: float, n: int, k: int = SMALLEST_GROUP) -> float | Hidden:
    """A mean of at least k people, else hidden."""
    _check([n], k)
    return mean if n >= k else Hidden(k, small=True)


def may_follow(before: Set[str], after: Set[str], k: int = SMALLEST_GROUP) -> bool:
    """Whether figures on `after` may be released when those on `before` were.

    Whoever compares the two releases sees those who came and those who went: nobody, or at least k.
    """
    _check([], k)
    return not any(is_small(len(changed), k) for changed in (before - after, after - before))


def suppress_counts(counts: Sequence[int], k: int = SMALLEST_GROUP) -> tuple[tuple[Shown, ...], Shown]:
    """Counts of one dimension and their total, with everything hidden that needs to be."""
    _check(counts, k)
    total = sum(counts)
    values = [*counts, total]
    # every cell flows in from outside, the total flows out again
    edges = [(0, 1)] * len(counts) + [(1, 0)]
    small = {n for n, value in enumerate(values) if is_small(value, k) or is_small(total, k)}
    hidden = Network(edges, values, [CELL] * len(counts) + [TOTAL]).protect(small, k)
    shown = _shown(values, hidden, k)
    return tuple(shown[:-1]), shown[-1]


def suppress_table(counts: Sequence[Sequence[int]], k: int = SMALLEST_GROUP) -> Table:
    """Counts by two dimensions (rows of equal length) and all totals, with everything hidden that needs to be."""
    _check(chain.from_iterable(counts), k)
    if len({len(row) for row in counts}) > 1:
        raise ValueError("The rows of a table need the same number of columns.")
    if not counts or not counts[0]:
        return Table(tuple(() for _ in counts), (0,) * len(counts), (), 0)
    full = _with_totals(counts)
    height, width = len(full), len(full[0])
    values = list(chain.from_iterable(full))
    hidden = Network(list(_edges(height, width)), values, list(_prices(height, width))).protect(
        _small(full, k), k
    )
    shown = _shown(values, hidden, k)
    lines = [tuple(shown[start : start + width]) for start in range(0, len(shown), width)]
    return Table(
        cells=tuple(line[:-1] for line in lines[:-1]),
        row_totals=tuple(line[-1] for line in lines[:-1]),
        column_totals=lines[-1][:-1],
        total=lines[-1][-1],
    )


def suppress_shares(groups: Mapping[str, tuple[int, int]], k: int = SMALLEST_GROUP) -> dict[str, Share]:
    """(count, n) per group, shown side by side and possibly summed up: who did, who did not, and how many."""
    table = suppress_table([[count, n - count] for count, n in groups.values()], k)
    return {
        group: Share(cells[0], n)
        for group, cells, n in zip(groups, table.cells, table.row_totals, strict=True)
    }


class Network:
    """Cells as edges (tail, head) that carry their counts; at every node as much flows in as out."""

    def __init__(self, edges: list[tuple[int, int]], values: list[int], prices: list[int]) -> None:
        self.edges, self.values, self.prices = edges, values, prices
        self.touching: dict[int, list[int]] = {}
        for cell, (tail, head) in enumerate(edges):
            self.touching.setdefault(tail, []).append(cell)
            self.touching.setdefault(head, []).append(cell)

    def protect(
        self, small: set[int], k: int, untold: Set[int] = frozenset(), most: Mapping[int, int] | None = None
    ) -> set[int]:
        """The cells to hide: those given and what they need, besides those nobody is told of anyway.

        ``most`` is how far a cell can be open at all, where that is known. More hidden cells never expose another.
        """
        found, waiting = small | untold, sorted(small)
        while waiting:
            cell = waiting.pop(0)
            width = min(k - 1, (most or {}).get(cell, k))
            while more := self._missing(cell, found, width):
                found |= more
                waiting += sorted(more)
        return found

    def _missing(self, cell: int, hidden: set[int], width: int) -> set[int]:
        """Nothing if the cell is open by the width; else the cheapest cells that open it further."""
        tail, head = self.edges[cell]
        lowered, _ = self._push(tail, head, cell, hidden, min(width, self.values[cell]))
        raised, flow = self._push(head, tail, cell, hidden, width - lowered)
        if lowered + raised >= width:
            return set()
        everything = set(range(len(self.edges)))
        path = self._path(head, tail, cell, hidden, everything, flow)
        return {step for step, _ in path or ()} - hidden

    def _push(
        self, source: int, target: int, cell: int, hidden: set[int], wanted: int
    ) -> tuple[int, dict[int, int]]:
        """How much can flow from source to target over hidden cells other than this one, up to what is wanted.

        Also the flow in each cell afterwards, where it changed.
        """
        flow: dict[int, int] = {}
        done = 0
        while done < wanted:
            path = self._path(source, target, cell, hidden, hidden, flow)
            if path is None:
                break
            amount = min(wanted - done, *(self._room(step, up, flow) for step, up in path))
            for step, up in path:
                flow[step] = flow.get(step, self.values[step]) + (amount if up else -amount)
            done += amount
        return done, flow

    def _room(self, cell: int, up: bool, flow: Mapping[int, int]) -> int:
        """A count can be anything from zero up, as far as somebody outside knows."""
        return UNLIMITED if up else flow.get(cell, self.values[cell])

    def _path(
        self,
        source: int,
        target: int,
        without: int,
        hidden: set[int],
        usable: set[int],
        flow: Mapping[int, int],
    ) -> list[tuple[int, bool]] | None:
        """The cheapest way over usable cells with room left, as (cell, whether it is raised); hidden ones cost
        nothing."""
        best = {source: 0}
        came: dict[int, tuple[int, int, bool]] = {}
        queue = [(0, source)]
        while queue:
            cost, node = heapq.heappop(queue)
            if node == target:
                return list(_trace(came, source, target))
            if cost > best[node]:
                continue
            for cell in self.touching[node]:
                tail, head = self.edges[cell]
                up = tail == node
                if cell == without or cell not in usable or not self._room(cell, up, flow):
                    continue
                there = head if up else tail
                price = cost + (0 if cell in hidden else self.prices[cell] + self.values[cell])
                if price < best.get(there, price + 1):
                    best[there] = price
                    came[there] = (node, cell, up)
                    heapq.heappush(queue, (price, there))
        return None


def _trace(came: Mapping[int, tuple[int, int, bool]], source: int, node: int) -> Iterator[tuple[int, bool]]:
    while node != source:
        node, cell, up = came[node]
        yield cell, up


def _with_totals(counts: Sequence[Sequence[int]]) -> list[list[int]]:
    rows = [[*row, sum(row)] for row in counts]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def _edges(height: int, width: int) -> Iterator[tuple[int, int]]:
    """Row sums are nodes 0…, column sums follow; an edge turns round with each total it is."""
    for row in range(height):
        for column in range(width):
            ends = (row, height + column)
            is_total = (row == height - 1) != (column == width - 1)
            yield ends[::-1] if is_total else ends


def _prices(height: int, width: int) -> Iterator[int]:
    for row in range(height):
        for column in range(width):
            yield (CELL, TOTAL, GRAND_TOTAL)[(row == height - 1) + (column == width - 1)]


def _small(full: Sequence[Sequence[int]], k: int) -> set[int]:
    """Small cells and totals, and all cells of a small group, zeros too."""
    width = len(full[0])
    return {
        row * width + column
        for row, line in enumerate(full)
        for column, value in enumerate(line)
        if is_small(value, k) or is_small(line[-1], k) or is_small(full[-1][column], k)
    }


def is_small(count: int, k: int) -> bool:
    return 0 < count < k


def _shown(values: Sequence[int], hidden: Set[int], k: int) -> list[Shown]:
    return [Hidden(k) if cell in hidden else value for cell, value in enumerate(values)]


def _check(counts: Sequence[int] | Iterator[int], k: int) -> None:
    if k < SMALLEST_GROUP:
        raise ValueError(f"Groups smaller than {SMALLEST_GROUP} are always hidden; {k} is too low.")
    if any(count < 0 for count in counts):
        raise ValueError("A count of people cannot be below zero.")
