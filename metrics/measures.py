"""From spells to figures: estimate, then let the one suppression engine decide what may be seen.

Pure: no database. Figures of single programs and of all of them are suppressed together, because the
programs add up to all; everybody belongs to exactly one program.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from metrics.arms import Arm, Measure, Spell
from metrics.figures import ALL, Figure, Step
from metrics.statistics import Curve, Estimate, kaplan_meier, months_later, proportion, rate
from metrics.statistics.rates import DAYS_IN_A_YEAR
from metrics.suppression import (
    SMALLEST_GROUP,
    Hidden,
    Share,
    Table,
    suppress_shares,
    suppress_table,
)

MONTHS = 12
DAYS_IN_A_MONTH = DAYS_IN_A_YEAR / 12
STEP_MONTHS = 3
LONGEST = 60
NOBODY_YET = "nobody has been followed that long yet"
NO_TIME = "no time at risk yet"


@dataclass(frozen=True)
class Measured:
    """A figure, and the people in it: who counts, and to whom it happened. They decide when it may change."""

    figure: Figure
    people: frozenset[int]
    affected: frozenset[int]


@dataclass(frozen=True)
class _Group:
    """The people of one program a measure can be taken of, those it happened to, and how it is estimated."""

    spells: tuple[Spell, ...]
    affected: frozenset[int]


Estimator = Callable[[_Group, Figure], Figure]


def measure_all(found: Iterable[Spell], as_of: date, k: int = SMALLEST_GROUP) -> list[Measured]:
    """Every measure, for both groups, each program and all programs together."""
    by_arm: dict[Arm, list[Spell]] = {arm: [] for arm in Arm}
    for spell in found:
        by_arm[spell.arm].append(spell)
    measured: list[Measured] = []
    for arm, members in by_arm.items():
        measured += _measure(Measure.RETENTION, arm, members, as_of, _followed, _retention, k)
        measured += _measure(Measure.CURVE, arm, members, as_of, _observed, _curve, k)
        measured += _measure(Measure.PROMOTIONS, arm, members, as_of, _promotable, _promotions, k)
    return measured


def _measure(
    measure: Measure,
    arm: Arm,
    members: Sequence[Spell],
    as_of: date,
    group_of: Callable[[Sequence[Spell]], _Group],
    estimate: Estimator,
    k: int,
) -> list[Measured]:
    groups = {str(program): group_of(spells) for program, spells in _by_program(members).items()}
    shares = _suppressed({scope: _counts(group) for scope, group in groups.items()}, k)
    groups[ALL] = group_of(members)
    measured = []
    for scope, group in groups.items():
        blank = Figure(measure, scope, arm, as_of)
        figure = _shown(group, shares[scope], blank, estimate, k)
        people = frozenset(spell.person for spell in group.spells)
        measured.append(Measured(figure, people, group.affected))
    return measured


def _counts(group: _Group) -> tuple[int, int]:
    return len(group.affected), len(group.spells)


def _suppressed(counts: Mapping[str, tuple[int, int]], k: int) -> dict[str, Share]:
    """What may be seen of each program and of their sum; a single program is the sum."""
    if len(counts) < 2:
        count, n = next(iter(counts.values()), (0, 0))
        return dict.fromkeys([*counts, ALL], suppress_shares({ALL: (count, n)}, k)[ALL])
    table: Table = suppress_table([[count, n - count] for count, n in counts.values()], k)
    shares = {
        scope: Share(cells[0], n)
        for scope, cells, n in zip(counts, table.cells, table.row_totals, strict=True)
    }
    return shares | {ALL: Share(table.column_totals[0], table.total)}


def _shown(group: _Group, share: Share, blank: Figure, estimate: Estimator, k: int) -> Figure:
    if isinstance(share.n, Hidden):
        small = len(group.spells) < k
        return replace(blank, hidden=f"fewer than {k} people" if small else "hidden")
    if not group.spells:
        return replace(blank, n=0, hidden=NOBODY_YET if blank.measure == Measure.RETENTION else NO_TIME)
    if isinstance(share.count, Hidden):
        return replace(blank, n=share.n, hidden="hidden")
    return estimate(group, replace(blank, n=share.n))


def _by_program(members: Iterable[Spell]) -> dict[int, list[Spell]]:
    found: dict[int, list[Spell]] = {}
    for spell in members:
        found.setdefault(spell.program, []).append(spell)
    return dict(sorted(found.items()))


# --- 12-month retention ------------------------------------------------------------------------------


def _followed(members: Sequence[Spell]) -> _Group:
    """Those who could be watched for twelve months; whoever left on the very day they were full has left."""
    followed = tuple(
        spell
        for spell in members
        if months_later(spell.start, MONTHS) <= spell.stop and spell.last > spell.start
    )
    stayed = frozenset(
        spell.person
        for spell in followed
        if spell.end is None or spell.end > months_later(spell.start, MONTHS)
    )
    return _Group(followed, stayed)


def _retention(group: _Group, figure: Figure) -> Figure:
    return _with(figure, proportion(len(group.affected), len(group.spells)))


# --- retention over time -----------------------------------------------------------------------------


def _observed(members: Sequence[Spell]) -> _Group:
    observed = tuple(spell for spell in members if spell.last > spell.start)
    return _Group(observed, frozenset(spell.person for spell in observed if spell.end is not None))


def _curve(group: _Group, figure: Figure) -> Figure:
    days = [float((spell.last - spell.start).days) for spell in group.spells]
    left = [spell.end is not None for spell in group.spells]
    curve = kaplan_meier(days, left)
    steps = _steps(curve, days, SMALLEST_GROUP)
    last = steps[-1]
    shown = replace(figure, events=len(group.affected), steps=tuple(steps))
    return replace(shown, value=last.share, low=last.low, high=last.high)


def _steps(curve: Curve, days: Sequence[float], k: int) -> list[Step]:
    """The curve every three months, as long as k people are at risk; a month waits while fewer than k people
    have left since the last one that is shown, so that no step stands for a few."""
    steps = [Step(0, 1.0, 1.0, 1.0, len(days))]
    shown_events = 0
    for month in range(STEP_MONTHS, LONGEST + 1, STEP_MONTHS):
        day = month * DAYS_IN_A_MONTH
        at_risk = sum(last >= day for last in days)
        point = curve.at(day)
        if at_risk < k or point is None or point.events is None:
            break
        if 0 < point.events - shown_events < k:
            continue
        shown_events = point.events
        steps.append(Step(month, point.value, point.low, point.high, at_risk))
    return steps


# --- promotions --------------------------------------------------------------------------------------


def _promotable(members: Sequence[Spell]) -> _Group:
    """Those with time at risk: employed, and not in the top grade already."""
    at_risk = tuple(spell for spell in members if spell.promotable_until > spell.start)
    return _Group(at_risk, frozenset(spell.person for spell in at_risk if spell.promotions))


def _promotions(group: _Group, figure: Figure) -> Figure:
    days = sum((spell.promotable_until - spell.start).days for spell in group.spells)
    years = days / DAYS_IN_A_YEAR
    events = sum(len(spell.promotions) for spell in group.spells)
    return replace(_with(figure, rate(events, years, len(group.spells))), person_years=round(years, 1))


def _with(figure: Figure, estimate: Estimate) -> Figure:
    return replace(figure, value=estimate.value, low=estimate.low, high=estimate.high, events=estimate.events)
