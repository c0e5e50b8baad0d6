"""Which figures of a cut may be seen: in itself, and beside every cut that was shown before.

Somebody who keeps old pages sees the same group on two days, and so how many came to it or went. Where these are a
few, the group's new figure is as sensitive as a small one: it is hidden, and so is what it could be worked out from.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import IntEnum

from metrics.arms import Measure
from metrics.cuts import AGAIN, NO, YES, Cells, Cut, Token
from metrics.figures import ALL
from metrics.linked import Cell, N, Tree, protect
from metrics.suppression import is_small

NOBODY: frozenset[Token] = frozenset()


class Seen(IntEnum):
    """How much of a group's figure is shown."""

    ALL_OF_IT = 0
    ONLY_N = 1
    NOTHING = 2


@dataclass(frozen=True)
class Earlier:
    """A cut that was shown: its groups' people, and how much of each was seen; ``steps`` those of its curve."""

    groups: Mapping[str, Cells]
    seen: Mapping[str, Seen]
    steps: tuple[int, ...] = ()


def judge(cut: Cut, earlier: Iterable[Earlier], k: int, steps: tuple[int, ...] = ()) -> dict[str, Seen]:
    """How much of each group's figure may be shown. ``steps`` are the months at which the curve would be drawn.

    Nothing hidden can be bounded closer than k − 1 from what is shown of the same day. And no change of 1…k−1 people
    between two days can be worked out: sums tie only numbers of one day together, so it would take the group's
    number on both days, and one of them is hidden.
    """
    if cut.measure == Measure.CURVE:
        return {ALL: _judge_curve(cut.groups[ALL].cells, earlier, k, steps)}
    groups = {scope: group.cells for scope, group in cut.groups.items()}
    changed = {cell for one in earlier for cell in _changed_a_little(groups, one, k)}
    counts = {
        leaf: {column: len(groups[leaf].get(column, ())) for column in (YES, NO)}
        for leaf in _leaves(cut.trees)
    }
    return _seen(groups, protect(counts, cut.trees, k, changed))


def _changed_a_little(groups: Mapping[str, Cells], one: Earlier, k: int) -> Iterator[Cell]:
    """The cells of which an earlier cut shows a number that differs by a few people."""
    for scope, after in groups.items():
        seen, before = one.seen.get(scope, Seen.ALL_OF_IT), one.groups.get(scope, {})
        if seen <= Seen.ONLY_N and _differ_by_few(_people(before), _people(after), k):
            yield scope, N
        if seen == Seen.ALL_OF_IT and any(
            _differ_by_few(before.get(column, NOBODY), after.get(column, NOBODY), k)
            for column in (YES, NO, AGAIN)
        ):
            yield from ((scope, YES), (scope, NO))


def _differ_by_few(before: Set[Token], after: Set[Token], k: int) -> bool:
    return is_small(len(after - before), k) or is_small(len(before - after), k)


def _people(cells: Cells) -> frozenset[Token]:
    return NOBODY.union(*(people for column, people in cells.items() if column != AGAIN))


def _seen(groups: Iterable[str], hidden: Set[Cell]) -> dict[str, Seen]:
    found = dict.fromkeys(groups, Seen.ALL_OF_IT)
    for row, column in hidden:
        found[row] = max(found[row], Seen.NOTHING if column == N else Seen.ONLY_N)
    return found


def _leaves(trees: Sequence[Tree]) -> list[str]:
    """The groups that are made of people, not of groups."""
    found = [row for tree in trees for row in tree if row not in set(tree.values())]
    return found if trees else [ALL]


# --- retention over time, of all together --------------------------------------------------------------


def _judge_curve(cells: Cells, earlier: Iterable[Earlier], k: int, steps: tuple[int, ...]) -> Seen:
    n, there = len(_people(cells)), len(cells.get(NO, ()))
    if is_small(n, k):
        return Seen.NOTHING
    if is_small(there, k) or is_small(n - there, k):
        return Seen.ONLY_N
    return max((_beside(cells, one, k, steps) for one in earlier), default=Seen.ALL_OF_IT)


def _beside(cells: Cells, one: Earlier, k: int, steps: tuple[int, ...]) -> Seen:
    """How much of the curve may stand beside an earlier one."""
    was, before = one.seen.get(ALL, Seen.NOTHING), one.groups.get(ALL, {})
    if was == Seen.NOTHING:
        return Seen.ALL_OF_IT
    if _differ_by_few(_people(before), _people(cells), k):
        return Seen.NOTHING
    joint = sorted({*steps} & {*one.steps}) if was == Seen.ALL_OF_IT else []
    old, new = _left_by(before, joint), _left_by(cells, joint)
    few = any(_differ_by_few(old[column], new[column], k) for column in new)
    return Seen.ONLY_N if few else Seen.ALL_OF_IT


def _left_by(cells: Cells, months: Sequence[int]) -> dict[str, set[Token]]:
    """The people by the first of these months they had left by, and all others."""
    found: dict[str, set[Token]] = {column: set() for column in (*map(str, months), NO)}
    for column, people in cells.items():
        left_by = next((str(month) for month in months if column.isdigit() and int(column) <= month), NO)
        found[left_by] |= people
    return found
