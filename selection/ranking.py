"""The weighted composite that orders a slate. Pure: criteria and scores in, ranked entries with points out.

Every score is on 0–100. A candidate's composite is the weighted mean over the criteria; its points per
criterion add up to it exactly. Arithmetic is exact (whole numbers and fractions, then hundredths), so a slate never depends on
the machine.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import NamedTuple

Score = int | float | Decimal
NEEDED_PERCENT = 80
HIGHEST = 100


@dataclass(frozen=True)
class Criterion:
    """What counts and how much. Weights are relative: 2, 1, 1 and 50, 25, 25 mean the same."""

    key: str
    name: str
    weight: Score


@dataclass(frozen=True)
class TieBreak:
    """The rule a cohort stores: compare these criteria in order, then draw lots with the seed."""

    criteria: tuple[str, ...] = ()
    seed: str = ""


@dataclass(frozen=True)
class Entry:
    """One candidate. A criterion that is absent or None was not measured."""

    key: str
    scores: Mapping[str, Score | None]


class Ranked(NamedTuple):
    """A place on the slate. `points` add up to `composite`; `missing` names criteria left out of the mean.

    Those with equal points share a `rank`, and the next one is left out: 1, 1, 3. `place` counts on: 1, 2, 3.
    """

    key: str
    rank: int
    place: int
    composite: Decimal
    points: Mapping[str, Decimal]
    missing: tuple[str, ...] = ()
    tied_with: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unranked:
    """Too little is known to give this candidate a place."""

    key: str
    reason: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Ranking:
    ranked: tuple[Ranked, ...]
    unranked: tuple[Unranked, ...]


@dataclass(frozen=True)
class _Weighed:
    """A criterion with its weight as a whole number; all weights of a ranking are scaled alike."""

    key: str
    name: str
    weight: int


class _Scores(NamedTuple):
    """The scores of an entry as whole numbers: so many parts of which ``unit`` make one."""

    key: str
    values: Mapping[str, int | None]
    unit: int


class _Scored(NamedTuple):
    key: str
    composite: int  # hundredths
    points: dict[str, int]
    missing: tuple[str, ...]
    order: tuple[object, ...]


def normalize(value: Score, low: Score, high: Score) -> Decimal:
    """A value of a scale low…high on 0–100, in hundredths; outside the scale is an error."""
    if not low < high:
        raise ValueError("A scale needs a low end below its high end.")
    if not low <= value <= high:
        raise ValueError(f"{value} is outside the scale {low} to {high}.")
    (number, by), (low_number, low_by), (high_number, high_by) = _ratio(value), _ratio(low), _ratio(high)
    above = (number * low_by - low_number * by) * high_by
    span = (high_number * low_by - low_number * high_by) * by
    return _hundredths(_rounded(100 * HIGHEST * above, span))


def rank(
    criteria: Sequence[Criterion], entries: Iterable[Entry], tie_break: TieBreak | None = None
) -> Ranking:
    """Order the entries by weighted composite, best first; the order they come in does not matter.

    If some criteria are missing but at least 80 % of the weight is there, the other weights are scaled
    up; with less the entry is unranked and says why. Equal composites are parted by the tie-break.
    """
    tie_break = tie_break or TieBreak()
    _check_criteria(criteria, tie_break)
    weighed = _weighed(criteria)
    ready: list[_Scored] = []
    unranked: list[Unranked] = []
    for scores in _whole(criteria, _without_doubles(entries)):
        outcome = _score(weighed, scores, tie_break)
        (unranked if isinstance(outcome, Unranked) else ready).append(outcome)  # type: ignore[arg-type]
    ready.sort(key=lambda scored: scored.order)
    return Ranking(tuple(_placed(ready)), tuple(sorted(unranked, key=lambda each: each.key)))


def tie_order(entries: Iterable[Entry], tie_break: TieBreak) -> list[str]:
    """The keys of all entries as the tie-break would put them if their composites were equal."""
    criteria = [Criterion(key, key, 1) for key in tie_break.criteria]
    whole = _whole(criteria, _without_doubles(entries))
    return [scores.key for scores in sorted(whole, key=lambda scores: _tie_order(scores, tie_break))]


def _check_criteria(criteria: Sequence[Criterion], tie_break: TieBreak) -> None:
    keys = [criterion.key for criterion in criteria]
    if len(set(keys)) < len(keys):
        raise ValueError("Each criterion can be used once.")
    for criterion in criteria:
        if criterion.weight < 0:
            raise ValueError(f"The weight of {criterion.name} is below zero. Use zero to leave it out.")
    if sum(_exact(criterion.weight) for criterion in criteria) == 0:
        raise ValueError("The weights add up to zero. Give at least one criterion a weight.")
    if unknown := set(tie_break.criteria) - set(keys):
        raise ValueError(f"The tie-break uses {', '.join(sorted(unknown))}, which is not a criterion.")


def _without_doubles(entries: Iterable[Entry]) -> list[Entry]:
    listed = list(entries)
    if len({entry.key for entry in listed}) < len(listed):
        raise ValueError("A candidate is listed twice.")
    return listed


def _weighed(criteria: Sequence[Criterion]) -> list[_Weighed]:
    """The criteria that count, their weights scaled to whole numbers."""
    exact = [(criterion, _exact(criterion.weight)) for criterion in criteria if criterion.weight > 0]
    scale = lcm(*(weight.denominator for _, weight in exact))
    return [_Weighed(criterion.key, criterion.name, int(weight * scale)) for criterion, weight in exact]


def _whole(criteria: Sequence[Criterion], entries: Sequence[Entry]) -> list[_Scores]:
    """Everybody's scores in the same whole parts, so that nothing is rounded before the end."""
    exact = [
        (entry.key, {each.key: _checked(each, entry.scores.get(each.key)) for each in criteria})
        for entry in entries
    ]
    unit = lcm(*{score[1] for _, scores in exact for score in scores.values() if score is not None})
    return [
        _Scores(
            key,
            {
                name: None if score is None else score[0] * (unit // score[1])
                for name, score in scores.items()
            },
            unit,
        )
        for key, scores in exact
    ]


def _score(weighed: Sequence[_Weighed], scores: _Scores, tie_break: TieBreak) -> _Scored | Unranked:
    present = [each for each in weighed if scores.values[each.key] is not None]
    missing = tuple(each.name for each in weighed if scores.values[each.key] is None)
    known, total = sum(each.weight for each in present), sum(each.weight for each in weighed)
    if 100 * known < NEEDED_PERCENT * total:
        return Unranked(scores.key, _too_little(known, total, missing), missing)
    points = _points(present, scores, known)
    composite = sum(points.values())
    order = (-composite, *_tie_order(scores, tie_break))
    return _Scored(scores.key, composite, points, missing, order)


def _too_little(known: int, total: int, missing: tuple[str, ...]) -> str:
    # rounded down: 79.9 % must not read as the 80 % that is needed
    percent = 100 * known // total
    return f"Missing {', '.join(missing)}: {percent}% of the weight is scored, {NEEDED_PERCENT}% is needed."


def _points(present: Sequence[_Weighed], scores: _Scores, known: int) -> dict[str, int]:
    """Hundredths per criterion. Rounding the running sum makes them add up to the rounded composite."""
    points: dict[str, int] = {}
    running, given = 0, 0
    for each in present:
        running += each.weight * (scores.values[each.key] or 0)
        points[each.key] = _rounded(100 * running, known * scores.unit) - given
        given += points[each.key]
    return points


def _rounded(number: int, by: int) -> int:
    """A quotient as a whole number, halves to the even one."""
    whole, left = divmod(number, by)
    return whole + (2 * left > by or (2 * left == by and whole % 2 == 1))


def _tie_order(scores: _Scores, tie_break: TieBreak) -> tuple[object, ...]:
    better_first = [-1 if (score := scores.values[each]) is None else score for each in tie_break.criteria]
    lot = hashlib.sha256(f"{tie_break.seed}\0{scores.key}".encode()).hexdigest()
    return (*(-score for score in better_first), lot, scores.key)


def _placed(ordered: Sequence[_Scored]) -> Iterable[Ranked]:
    same: dict[int, list[str]] = {}
    first: dict[int, int] = {}
    for place, scored in enumerate(ordered, start=1):
        same.setdefault(scored.composite, []).append(scored.key)
        first.setdefault(scored.composite, place)
    for place, scored in enumerate(ordered, start=1):
        yield Ranked(
            key=scored.key,
            rank=first[scored.composite],
            place=place,
            composite=_hundredths(scored.composite),
            points={key: _hundredths(points) for key, points in scored.points.items()},
            missing=scored.missing,
            tied_with=tuple(key for key in same[scored.composite] if key != scored.key),
        )


def _checked(criterion: Criterion, score: Score | None) -> tuple[int, int] | None:
    """A score as numerator and denominator."""
    if score is None:
        return None
    if not 0 <= score <= HIGHEST:
        raise ValueError(f"{criterion.name} is {score}; scores run from 0 to 100.")
    return _ratio(score)


def _exact(number: Score) -> Fraction:
    return Fraction(*_ratio(number))


def _ratio(number: Score) -> tuple[int, int]:
    """What the number looks like in writing, as numerator and denominator: 0.1 is a tenth, not the nearest
    binary fraction."""
    return (Fraction(str(number)) if isinstance(number, float) else number).as_integer_ratio()


def _hundredths(count: int) -> Decimal:
    return Decimal(count).scaleb(-2)
