"""Which figures of a cut may be seen: in itself, and beside every cut that was shown before.

Somebody who keeps old pages sees the same group on two days, and so how many came to it or went. Where these are a
few, the group's new figure is as sensitive as a small one: it is hidden, and so is what it could be worked out from.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import IntEnum

from metrics.arms import Measure
from metrics.cuts import AGAIN, NO, YES, Cells, Cut, Token
from metrics.figures import ALL
from metrics.linked import Tree, protect
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
    earlier = list(earlier)
    few = {
        scope
        for scope, cells in groups.items()
        if is_small(len(_people(cells)), k) or any(_moved_a_little(scope, cells, one, k) for one in earlier)
    }
    changed = few | {
        scope
        for scope, cells in groups.items()
        if any(_changed_a_little(scope, cells, one, k) for one in earlier)
    }
    leaves = _leaves(cut.trees) or groups
    counts = {leaf: {column: len(groups[leaf].get(column, ())) for column in (YES, NO)} for leaf in leaves}
    hidden = protect(counts, cut.trees, k, {(scope, column) for scope in changed for column in (YES, NO)})
    rows = {row for row, _ in hidden}
    return {
        scope: Seen.NOTHING if scope in few else Seen.ONLY_N if scope in rows else Seen.ALL_OF_IT
        for scope in groups
    }


def _moved_a_little(scope: str, after: Cells, one: Earlier, k: int) -> bool:
    """Whether a few people came to or left a group whose size was shown."""
    seen = one.seen.get(scope, Seen.ALL_OF_IT)
    return seen <= Seen.ONLY_N and _differ_by_few(_people(one.groups.get(scope, {})), _people(after), k)


def _changed_a_little(scope: str, after: Cells, one: Earlier, k: int) -> bool:
    """Whether what was shown to have happened to a group differs by a few people."""
    before = one.groups.get(scope, {})
    return one.seen.get(scope, Seen.ALL_OF_IT) == Seen.ALL_OF_IT and any(
        _differ_by_few(before.get(column, NOBODY), after.get(column, NOBODY), k)
        for column in (YES, NO, AGAIN)
    )


def _differ_by_few(before: Set[Token], after: Set[Token], k: int) -> bool:
    return is_small(len(after - before), k) or is_small(len(before - after), k)


def _people(cells: Cells) -> frozenset[Token]:
    return NOBODY.union(*(people for column, people in cells.items() if column != AGAIN))


def _leaves(trees: Sequence[Tree]) -> list[str]:
    """The groups that are made of people, not of groups."""
    return [row for tree in trees for row in tree if row not in set(tree.values())]


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
