"""Who got how far in selection, by self-identified attribute: counts through suppression, never a single person's.

Pure. Each stage holds the people of the next one, so the counts of a group are a chain of sums, and those who got no
further than a stage are the complement between two of them: they may not be few either.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import TextChoices

from metrics.figures import ALL
from metrics.linked import Cell, N, Tree, protect, totals
from metrics.suppression import is_small

# Protected attributes are hidden sooner than other counts.
SMALLEST_PROTECTED_GROUP = 10


class Stage(TextChoices):
    NOMINATED = "nominated", "Nominated"
    ELIGIBLE = "eligible", "Eligible"
    ASSESSED = "assessed", "Assessed"
    SELECTED = "selected", "Selected"
    GRADUATED = "graduated", "Graduated"


class Gender(TextChoices):
    WOMEN = "women", "Women"
    MEN = "men", "Men"
    OTHERS = "others", "Another answer"
    UNKNOWN = "unknown", "Not said"


STAGES = tuple(Stage)
# How many of each group got to a stage and no further.
Furthest = Mapping[str, Mapping[str, int]]
# Group (or N for everybody) by stage; None where it is hidden.
Shown = dict[str, dict[str, int | None]]


@dataclass(frozen=True)
class StageShare:
    """One group at one stage: how many of all there, and the share; None where it is hidden."""

    stage: Stage
    group: Gender
    count: int | None
    n: int | None

    @property
    def share(self) -> float | None:
        return self.count / self.n if self.count is not None and self.n else None


def added(tables: Iterable[Furthest]) -> dict[str, dict[str, int]]:
    """The tables of several cohorts in one."""
    found: dict[str, dict[str, int]] = {stage: {} for stage in STAGES}
    for table in tables:
        for stage, groups in table.items():
            for group, count in groups.items():
                found[stage][group] = found[stage].get(group, 0) + count
    return found


def frozen(fresh: Furthest, earlier: Sequence[Furthest]) -> Furthest:
    """A cohort's counts with its selection as it was first counted; who has graduated since is counted anew."""
    if not earlier:
        return fresh
    first, graduated = earlier[0], fresh.get(Stage.GRADUATED, {})
    table: dict[str, dict[str, int]] = {stage: dict(first.get(stage, {})) for stage in STAGES}
    for group in Gender:
        taken = sum(first.get(stage, {}).get(group, 0) for stage in (Stage.SELECTED, Stage.GRADUATED))
        # whoever has changed their answer since cannot graduate out of a group they were not selected in
        table[Stage.GRADUATED][group] = min(graduated.get(group, 0), taken)
        table[Stage.SELECTED][group] = taken - table[Stage.GRADUATED][group]
    return table


def through_suppression(
    furthest: Furthest, earlier: Sequence[Shown] = (), k: int = SMALLEST_PROTECTED_GROUP
) -> Shown:
    """The counts at each stage as they may be shown, also beside those shown ``earlier``.

    Hidden are 1…k−1 people, complements of that few, changes of that few since any earlier table, and whatever these
    could be had from. How many got to a stage in all is no secret.
    """
    counts: dict[str, dict[str, int]] = {
        _only(stage): {group: furthest.get(stage, {}).get(group, 0) for group in Gender} for stage in STAGES
    }
    values = totals(counts, [TREE])
    told = [(_row(stage), str(group)) for stage in STAGES for group in Gender]
    changed = {cell for cell in told for before in earlier if _changed_a_little(cell, values, before, k)}
    untold = {(row, str(group)) for row in values for group in Gender} - set(told)
    hidden = protect(counts, [TREE], k, changed, untold)
    return {
        stage: {
            column: None if (_row(stage), column) in hidden else values[_row(stage)][column]
            for column in (*Gender, N)
        }
        for stage in STAGES
    }


def _changed_a_little(cell: Cell, values: Mapping[str, Mapping[str, int]], before: Shown, k: int) -> bool:
    row, column = cell
    was = before[Stage.NOMINATED if row == ALL else row][column]
    return was is not None and is_small(abs(values[row][column] - was), k)


def shares(shown: Shown) -> list[StageShare]:
    """Each group at each stage, without groups nobody belongs to."""
    return [
        StageShare(stage, group, shown[stage][group], shown[stage][N])
        for group in Gender
        if shown[Stage.NOMINATED][group] != 0
        for stage in STAGES
    ]


def _row(stage: Stage) -> str:
    return ALL if stage == Stage.NOMINATED else str(stage)


def _only(stage: Stage) -> str:
    """Those who got no further; after the last stage there is no further."""
    return str(stage) if stage == STAGES[-1] else f"only {stage}"


# Each stage is the sum of those who got no further and the next stage.
TREE: Tree = {_only(stage): _row(stage) for stage in STAGES[:-1]} | {
    str(after): _row(before) for before, after in pairwise(STAGES)
}
