"""From spells to figures: sort, let the one suppression engine decide what may be seen, estimate the rest.

Pure: no database.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from metrics.arms import Arm, Measure, SkillLevel, Spell
from metrics.cuts import (
    AGAIN,
    DAYS_IN_A_MONTH,
    LONGEST,
    MONTHS,
    STEP_MONTHS,
    YES,
    Cells,
    Cut,
    Group,
    cuts,
    program_scope,
)
from metrics.disclosure import Earlier, Seen, judge
from metrics.figures import ALL, Figure, Step
from metrics.statistics import Curve, Estimate, kaplan_meier, mean, proportion, rate
from metrics.statistics.rates import DAYS_IN_A_YEAR
from metrics.suppression import SMALLEST_GROUP

HIDDEN = "hidden: too few people"
NOBODY_YET = "nobody has been followed that long yet"
NO_TIME = "no time at risk yet"

Known = Mapping[tuple[str, str], Sequence[Earlier]]


@dataclass(frozen=True)
class Measured:
    """A figure, how much of it is seen, and the people in it: they decide what may be shown beside it."""

    figure: Figure
    seen: Seen
    cells: Cells


def measure_all(
    found: Iterable[Spell],
    as_of: date,
    *,
    earlier: Known | None = None,
    grouped: bool = True,
    k: int = SMALLEST_GROUP,
) -> list[Measured]:
    """Every measure, for both arms: of all, and (grouped) of each program, cohort and market.

    ``earlier`` are the cuts already shown, by measure and arm.
    """
    measured: list[Measured] = []
    for cut in cuts(found, as_of, grouped=grouped):
        longest = _longest(measured, cut.arm)
        measured += _measure(cut, (earlier or {}).get((cut.measure, cut.arm), ()), k, longest)
    return measured


def _longest(measured: Iterable[Measured], arm: Arm) -> int:
    """The last month of an arm's curve: after twelve it would say what the share beside it hides."""
    hidden = (
        one.figure.measure == Measure.RETENTION
        and (one.figure.scope, one.figure.arm, one.seen) == (ALL, arm, Seen.ONLY_N)
        for one in measured
    )
    return MONTHS - 1 if any(hidden) else LONGEST


def _measure(cut: Cut, earlier: Sequence[Earlier], k: int, longest: int) -> list[Measured]:
    steps = _steps(cut.groups[ALL], k, longest) if cut.measure == Measure.CURVE else []
    seen = judge(cut, earlier, k, tuple(step.month for step in steps))
    return [
        Measured(_figure(cut, scope, seen[scope], longest), seen[scope], group.cells)
        for scope, group in cut.groups.items()
    ]


def _figure(cut: Cut, scope: str, seen: Seen, longest: int) -> Figure:
    group = cut.groups[scope]
    blank = Figure(cut.measure, scope, cut.arm, cut.as_of)
    if seen == Seen.NOTHING:
        return replace(blank, hidden=HIDDEN)
    if not group.spells:
        return replace(blank, n=0, hidden=NOBODY_YET if cut.measure == Measure.RETENTION else NO_TIME)
    blank = replace(blank, n=len(group.spells))
    if seen == Seen.ONLY_N:
        return replace(blank, hidden=HIDDEN)
    if cut.measure == Measure.CURVE:
        return _curve(group, blank, longest)
    return ESTIMATED_BY[cut.measure](group, blank)


def _retention(group: Group, figure: Figure) -> Figure:
    return _with(figure, proportion(group.count(YES), len(group.spells)))


def _promotions(group: Group, figure: Figure) -> Figure:
    days = sum((spell.promotable_until - spell.start).days for spell in group.spells)
    # no finer than it is shown: from exact days one could tell who left when
    years = round(days / DAYS_IN_A_YEAR, 1) or 0.1
    events = group.count(YES) + group.count(AGAIN)
    return replace(_with(figure, rate(events, years, len(group.spells))), person_years=years)


def _with(figure: Figure, estimate: Estimate) -> Figure:
    return replace(figure, value=estimate.value, low=estimate.low, high=estimate.high, events=estimate.events)


# --- skill -------------------------------------------------------------------------------------------


def measure_skill(
    found: Iterable[SkillLevel], as_of: date, earlier: Known, k: int = SMALLEST_GROUP
) -> list[Measured]:
    """The mean level of each program's people. Programs have competencies of their own and add up to nothing."""
    by_program: dict[tuple[Measure, str], list[SkillLevel]] = {}
    for one in found:
        by_program.setdefault((one.measure, program_scope(one.program)), []).append(one)
    return [
        _skill(measure, scope, levels, as_of, earlier.get((measure, Arm.PROGRAM), ()), k)
        for (measure, scope), levels in by_program.items()
    ]


def _skill(
    measure: Measure,
    scope: str,
    levels: Sequence[SkillLevel],
    as_of: date,
    earlier: Sequence[Earlier],
    k: int,
) -> Measured:
    # whoever is scored anew counts as somebody who went and came: the mean would tell the change
    cells = {YES: frozenset(f"{one.person}@{one.newest}" for one in levels)}
    seen = judge(Cut(measure, Arm.PROGRAM, as_of, {scope: Group(cells=cells)}, ()), earlier, k)[scope]
    figure = Figure(measure, scope, Arm.PROGRAM, as_of)
    if seen != Seen.ALL_OF_IT:
        return Measured(replace(figure, hidden=HIDDEN), Seen.NOTHING, cells)
    level = mean([one.level for one in levels])
    value, low, high = (
        round(number, 2) for number in (level.value, max(1.0, level.low), min(5.0, level.high))
    )
    return Measured(replace(figure, n=level.n, value=value, low=low, high=high), seen, cells)


# --- retention over time -----------------------------------------------------------------------------


def _curve(group: Group, figure: Figure, longest: int) -> Figure:
    steps = _steps(group, SMALLEST_GROUP, longest)
    last = steps[-1]
    left = sum(group.count(str(month)) for month in range(0, last.month + 1, STEP_MONTHS))
    return replace(figure, events=left, steps=tuple(steps), value=last.share, low=last.low, high=last.high)


def _steps(group: Group, k: int, longest: int) -> list[Step]:
    days = [float((spell.last - spell.start).days) for spell in group.spells]
    curve = kaplan_meier(days, [spell.end is not None for spell in group.spells])
    return _drawn(curve, days, k, longest)


def _drawn(curve: Curve, days: Sequence[float], k: int, longest: int) -> list[Step]:
    """The curve every three months, as long as k people are at risk; a month waits while fewer than k people
    have left since the last one that is shown, so that no step stands for a few."""
    steps = [Step(0, 1.0, 1.0, 1.0, len(days))]
    shown_events = 0
    for month in range(STEP_MONTHS, longest + 1, STEP_MONTHS):
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


ESTIMATED_BY: dict[Measure, Callable[[Group, Figure], Figure]] = {
    Measure.RETENTION: _retention,
    Measure.PROMOTIONS: _promotions,
}
