"""Counts of groups that add up in two ways at once: cohorts to programs to all, and markets to all.

Pure. Like a table with its totals this is a network: every cell stands in exactly two sums, the one of its row and
the one of the group above it, and the cells of "all" tie the two ways together. So the engine that hides small
cells of a table (`metrics.suppression`) hides them here, and whatever could be worked out from other cuts. The size
of a group is no secret: who was nominated and selected is read by name.
"""

from collections.abc import Iterable, Mapping, Sequence, Set

from metrics.figures import ALL
from metrics.suppression import CELL, Network, is_small

# The column of the whole group.
N = "n"
Cell = tuple[str, str]
Counts = Mapping[str, Mapping[str, int]]
# From each group to the one it belongs to; groups to which none belongs are the leaves.
Tree = Mapping[str, str]
# What hiding costs grows by this much with every sum a cell is.
DEARER = 10**4


def protect(
    counts: Counts,
    trees: Sequence[Tree],
    k: int,
    sensitive: Set[Cell] = frozenset(),
    untold: Set[Cell] = frozenset(),
) -> set[Cell]:
    """The cells to hide, so that nobody bounds any of them closer than k − 1 (or than the whole group is large).

    ``counts`` are the leaves' (of at most two trees that hold the same people). Hidden are counts of 1…k−1, all cells
    of a group that small, those that are ``sensitive`` for another reason, and what all these could be had from.
    ``untold`` cells are nowhere shown, so hiding them is free. How large each group is, is taken to be known.
    """
    columns = list(dict.fromkeys(column for cells in counts.values() for column in cells))
    values = totals(counts, trees)
    cells = [(row, column) for row in values for column in columns]
    nodes: dict[tuple[str, ...], int] = {}
    edges = [
        (nodes.setdefault(tail, len(nodes)), nodes.setdefault(head, len(nodes)))
        for tail, head in (_ends(row, column, trees) for row, column in cells)
    ]
    prices = [CELL * DEARER ** _height(row, trees) for row, _ in cells]
    network = Network(edges, [values[row].get(column, 0) for row, column in cells], prices)
    chosen = {
        number
        for number, (row, column) in enumerate(cells)
        if (row, column) in sensitive or _is_sensitive(values, trees, row, column, k)
    }
    anyway = {number for number, cell in enumerate(cells) if cell in untold}
    most = {number: values[row][N] for number, (row, _) in enumerate(cells)}
    return {cells[number] for number in network.protect(chosen, k, anyway, most)}


def totals(counts: Counts, trees: Sequence[Tree]) -> dict[str, dict[str, int]]:
    """The counts of the leaves and of every group above them, with the whole group under ``N``."""
    found: dict[str, dict[str, int]] = {
        row: {**cells, N: sum(cells.values())} for row, cells in counts.items()
    }
    for number, tree in enumerate(trees):
        for leaf in [row for row in counts if row in tree]:
            for above in _above(leaf, tree):
                if above == ALL and number:
                    continue
                sums = found.setdefault(above, {})
                for column, count in found[leaf].items():
                    sums[column] = sums.get(column, 0) + count
    return found


def _above(row: str, tree: Tree) -> Iterable[str]:
    while row in tree:
        row = tree[row]
        yield row


def _ends(row: str, column: str, trees: Sequence[Tree]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The two sums a cell stands in; counts flow upwards in the first tree and downwards in the second."""
    own: tuple[str, ...] = ("row", row)
    for number, tree in enumerate(trees):
        if row in tree:
            inner = ("sum", str(number), row, column) if row in tree.values() else own
            outer = ("sum", str(number), tree[row], column)
            return (inner, outer) if number == 0 else (outer, inner)
    # all: between the two trees; with one tree between its groups and its own row
    sums: list[tuple[str, ...]] = [("sum", str(number), row, column) for number, _ in enumerate(trees)]
    tail, head = (*sums, own, ("outside",))[:2]
    return tail, head


def _height(row: str, trees: Sequence[Tree]) -> int:
    """How many sums stand below: 0 for a leaf, most for all."""
    if row == ALL:
        return max((len(list(_above(leaf, tree))) for tree in trees for leaf in tree), default=0)
    return int(any(row in tree.values() for tree in trees))


def _is_sensitive(
    values: Mapping[str, Mapping[str, int]], trees: Sequence[Tree], row: str, column: str, k: int
) -> bool:
    if is_small(values[row].get(column, 0), k) or is_small(values[row][N], k):
        return True
    above = (group for tree in trees for group in _above(row, tree))
    return any(is_small(values[group].get(column, 0), k) for group in above)
