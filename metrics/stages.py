"""Who got how far in selection, by self-identified attribute: counts through suppression, never a single person's.

Pure. Each stage holds the people of the next one, so the counts of a group are a chain of sums, and those who got no
further than a stage are the complement between two of them: they may not be few either.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
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
    furthest: Furthest,
    earlier: Sequence[Shown] = (),
    k: int = SMALLEST_PROTECTED_GROUP,
    *,
    stages: Sequence[str] = STAGES,
    sensitive: Set[Cell] = frozenset(),
) -> Shown:
    """The counts at each stage as they may be shown, also beside those shown ``earlier``.

    Hidden are 1…k−1 people, complements of that few, changes of that few since any earlier table, cells (of stage
    and group) that are ``sensitive`` for another reason, and whatever these could be had from. How many got to a
    stage in all is no secret. ``stages`` go from the first to the last, each holding the people of the next.
    """
    last, tree = stages[-1], tree_of(stages)
    rows = {stage: _row(stage, stages) for stage in stages}
    counts: dict[str, dict[str, int]] = {
        _only(stage, last): {group: furthest.get(stage, {}).get(group, 0) for group in Gender}
        for stage in stages
    }
    values = totals(counts, [tree])
    told = [(stage, str(group)) for stage in stages for group in Gender]
    chosen = {
        (rows[stage], group)
        for stage, group in told
        if (stage, group) in sensitive
        or any(_changed_a_little(values[rows[stage]][group], before[stage][group], k) for before in earlier)
    }
    untold = {(row, str(group)) for row in values for group in Gender} - {(rows[s], g) for s, g in told}
    hidden = protect(counts, [tree], k, chosen, untold)
    return {
        stage: {
            column: None if (rows[stage], column) in hidden else values[rows[stage]][column]
            for column in (*Gender, N)
        }
        for stage in stages
    }


# By the words of a single selection (metrics.impact.Level); what stands in no published table is not named.
LEVEL_OF = {
    Stage.NOMINATED: "nominated",
    Stage.ELIGIBLE: "eligible",
    Stage.ASSESSED: "assessed",
    Stage.SELECTED: "slated",
}


def beside_cohorts(
    counts: Mapping[str, Furthest], published: Mapping[str, Shown], k: int = SMALLEST_PROTECTED_GROUP
) -> set[Cell]:
    """Cells of the table of all that would tell of few beside the tables published of single cohorts.

    Somebody subtracts what was published: neither what is left, nor its complement, nor what that leaves open about a
    cohort that is hidden, may be a few people.
    """
    found = set()
    for stage, level in LEVEL_OF.items():
        here = {cohort: _at(table, stage) for cohort, table in counts.items()}
        for group in Gender:
            told = {
                cohort: shown[level]
                for cohort, shown in published.items()
                if cohort in here and shown[level][group] is not None
            }
            if told and _leaves_few(here, told, group, k):
                found.add((str(stage), str(group)))
    return found


def _at(furthest: Furthest, stage: Stage) -> dict[str, int]:
    """How many of each group got to a stage, and everybody."""
    reached = STAGES[STAGES.index(stage) :]
    groups: dict[str, int] = {
        group: sum(furthest.get(one, {}).get(group, 0) for one in reached) for group in Gender
    }
    return {**groups, N: sum(groups.values())}


def _leaves_few(
    here: Mapping[str, Mapping[str, int]], told: Mapping[str, Mapping[str, int | None]], group: str, k: int
) -> bool:
    left, people = (
        sum(row[column] for row in here.values()) - sum(row[column] or 0 for row in told.values())
        for column in (group, N)
    )
    if is_small(abs(left), k) or is_small(abs(people - left), k):
        return True
    hidden = [row[N] for cohort, row in here.items() if cohort not in told]
    return any(min(n, left) - max(0, left - (people - n)) < min(k - 1, n) for n in hidden)


def _changed_a_little(now: int, was: int | None, k: int) -> bool:
    return was is not None and is_small(abs(now - was), k)


def shares(shown: Shown) -> list[StageShare]:
    """Each group at each stage, without groups nobody belongs to."""
    return [
        StageShare(stage, group, shown[stage][group], shown[stage][N])
        for group in Gender
        if shown[Stage.NOMINATED][group] != 0
        for stage in STAGES
    ]


def tree_of(stages: Sequence[str]) -> Tree:
    """Each stage is the sum of those who got no further and the next stage."""
    last = stages[-1]
    no_further = {_only(stage, last): _row(stage, stages) for stage in stages[:-1]}
    return no_further | {str(after): _row(before, stages) for before, after in pairwise(stages)}


def _row(stage: str, stages: Sequence[str]) -> str:
    return ALL if stage == stages[0] else str(stage)


def _only(stage: str, last: str) -> str:
    """Those who got no further; after the last stage there is no further."""
    return str(stage) if stage == last else f"only {stage}"
