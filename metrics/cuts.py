"""Who is in which figure: the people of a measure, sorted by what happened to them, for every group there is."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date

from metrics.arms import OF_BOTH, Arm, Measure, Spell
from metrics.figures import ALL
from metrics.linked import Tree
from metrics.statistics import months_later
from metrics.statistics.rates import DAYS_IN_A_YEAR

MONTHS = 12
STEP_MONTHS = 3
LONGEST = 60
DAYS_IN_A_MONTH = DAYS_IN_A_YEAR / 12

# What happened to a person: it did, it did not; or when they left (below), or not.
YES, NO, AGAIN = "yes", "no", "again"
# A person's id, or for a further promotion the id with its number.
Token = int | str
Cells = Mapping[str, Set[Token]]


@dataclass(frozen=True)
class Group:
    """The people of one group a measure can be taken of, by what happened to them."""

    spells: tuple[Spell, ...] = ()
    cells: Cells = field(default_factory=dict)

    def count(self, column: str) -> int:
        return len(self.cells.get(column, ()))


@dataclass(frozen=True)
class Cut:
    """One measure of one arm on one day: all its groups, and how they add up."""

    measure: Measure
    arm: Arm
    as_of: date
    groups: Mapping[str, Group]
    trees: tuple[Tree, ...]


def program_scope(program: int) -> str:
    """The key of a program's figures."""
    return f"program:{program}"


def cohort_scope(cohort: int) -> str:
    """The key of a cohort's figures."""
    return f"cohort:{cohort}"


def market_scope(market: str) -> str:
    """The key of a market's figures."""
    return f"market:{market}"


def cuts(spells: Iterable[Spell], as_of: date, *, grouped: bool = True) -> list[Cut]:
    """Every measure for both arms. Retention over time is measured of all together only."""
    by_arm: dict[Arm, list[Spell]] = {arm: [] for arm in Arm}
    for spell in spells:
        by_arm[spell.arm].append(spell)
    return [
        _cut(measure, arm, members, as_of, grouped and measure != Measure.CURVE)
        for arm, members in by_arm.items()
        for measure in OF_BOTH
    ]


def _cut(measure: Measure, arm: Arm, members: Sequence[Spell], as_of: date, grouped: bool) -> Cut:
    sort = SORTED_BY[measure]
    chosen = [(spell, columns) for spell in members if (columns := sort(spell))]
    found: dict[str, list[tuple[Spell, Sorted]]] = defaultdict(list, {ALL: chosen})
    cohorts: dict[str, str] = {}
    markets: dict[str, str] = {}
    for spell, columns in chosen if grouped else ():
        program, cohort = program_scope(spell.program), cohort_scope(spell.cohort)
        market = market_scope(spell.market)
        cohorts |= {cohort: program, program: ALL}
        markets[market] = ALL
        for scope in (program, cohort, market):
            found[scope].append((spell, columns))
    groups = {scope: _group(people) for scope, people in found.items()}
    return Cut(measure, arm, as_of, groups, (cohorts, markets) if cohorts else ())


Sorted = Sequence[tuple[str, Token]]


def _group(people: Iterable[tuple[Spell, Sorted]]) -> Group:
    cells: dict[str, set[Token]] = defaultdict(set)
    spells: list[Spell] = []
    for spell, columns in people:
        spells.append(spell)
        for column, token in columns:
            cells[column].add(token)
    return Group(tuple(spells), {column: frozenset(tokens) for column, tokens in cells.items()})


def _followed(spell: Spell) -> Sorted:
    """Those who could be watched for twelve months; whoever left on the very day they were full has left."""
    full = months_later(spell.start, MONTHS)
    if full > spell.stop or spell.last <= spell.start:
        return ()
    return [(YES if spell.end is None or spell.end > full else NO, spell.person)]


def _observed(spell: Spell) -> Sorted:
    """Those observed at all, by the step of the curve at which their leaving shows."""
    if spell.last <= spell.start:
        return ()
    return [(NO if spell.end is None else step_of((spell.last - spell.start).days), spell.person)]


def step_of(days: int) -> str:
    """The month of the first step at or after this day."""
    months = (STEP_MONTHS * step for step in range(1, LONGEST // STEP_MONTHS + 1))
    return next((str(month) for month in months if days <= month * DAYS_IN_A_MONTH), "later")


def _promotable(spell: Spell) -> Sorted:
    """Those with time at risk: employed, and not in the top grade already."""
    if spell.promotable_until <= spell.start:
        return ()
    again = [(AGAIN, f"{spell.person}#{number}") for number in range(2, len(spell.promotions) + 1)]
    return [(YES if spell.promotions else NO, spell.person), *again]


SORTED_BY: dict[Measure, Callable[[Spell], Sorted]] = {
    Measure.RETENTION: _followed,
    Measure.CURVE: _observed,
    Measure.PROMOTIONS: _promotable,
}
