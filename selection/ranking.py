"""The weighted composite that orders a slate. Pure: criteria and scores in, ranked entries with points out.

Every score is on 0–100. A candidate's composite is the weighted mean over the criteria; its points per
criterion add up to it exactly. Arithmetic is exact (fractions, then hundredths), so a slate never depends on
the machine.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

Score = int | float | Decimal
NEEDED_WEIGHT = Fraction(80, 100)
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


@dataclass(frozen=True)
class Ranked:
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
class _Scored:
    key: str
    composite: int  # hundredths
    points: dict[str, int] = field(hash=False)
    missing: tuple[str, ...]
    order: tuple[object, ...]


def normalize(value: Score, low: Score, high: Score) -> Decimal:
    """A value of a scale low…high on 0–100, in hundredths; outside the scale is an error."""
    if not low < high:
        raise ValueError("A scale needs a low end below its high end.")
    if not low <= value <= high:
        raise ValueError(f"{value} is outside the scale {low} to {high}.")
    share = (_exact(value) - _exact(low)) / (_exact(high) - _exact(low))
    return _hundredths(round(share * HIGHEST * 100))


def rank(
    criteria: Sequence[Criterion], entries: Iterable[Entry], tie_break: TieBreak | None = None
) -> Ranking:
    """Order the entries by weighted composite, best first; the order they come in does not matter.

    If some criteria are missing but at least 80 % of the weight is there, the other weights are scaled
    up; with less the entry is unranked and says why. Equal composites are parted by the tie-break.
    """
    tie_break = tie_break or TieBreak()
    _check_criteria(criteria, tie_break)
    ready: list[_Scored] = []
    unranked: list[Unranked] = []
    for entry in _without_doubles(entries):
        outcome = _score(criteria, entry, tie_break)
        (unranked if isinstance(outcome, Unranked) else ready).append(outcome)  # type: ignore[arg-type]
    ready.sort(key=lambda scored: scored.order)
    return Ranking(tuple(_placed(ready)), tuple(sorted(unranked, key=lambda each: each.key)))


def tie_order(entries: Iterable[Entry], tie_break: TieBreak) -> list[str]:
    """The keys of all entries as the tie-break would put them if their composites were equal."""
    exact = {
        entry.key: {
            key: None if (score := entry.scores.get(key)) is None else _exact(score)
            for key in tie_break.criteria
        }
        for entry in _without_doubles(entries)
    }
    return sorted(exact, key=lambda key: _tie_order(key, exact[key], tie_break))


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


def _score(criteria: Sequence[Criterion], entry: Entry, tie_break: TieBreak) -> _Scored | Unranked:
    scores = {c.key: _checked(c, entry.scores.get(c.key)) for c in criteria}
    weighing = [c for c in criteria if c.weight > 0]
    present = [c for c in weighing if scores[c.key] is not None]
    missing = tuple(c.name for c in weighing if scores[c.key] is None)
    known = sum((_exact(c.weight) for c in present), Fraction(0))
    share = known / sum(_exact(c.weight) for c in weighing)
    if share < NEEDED_WEIGHT:
        return Unranked(entry.key, _too_little(share, missing), missing)
    points = _points(present, scores, known)
    composite = sum(points.values())
    order = (-composite, *_tie_order(entry.key, scores, tie_break))
    return _Scored(entry.key, composite, points, missing, order)


def _too_little(share: Fraction, missing: tuple[str, ...]) -> str:
    # rounded down: 79.9 % must not read as the 80 % that is needed
    percent = int(share * 100)
    return f"Missing {', '.join(missing)}: {percent}% of the weight is scored, 80% is needed."


def _points(
    present: Sequence[Criterion], scores: Mapping[str, Fraction | None], known: Fraction
) -> dict[str, int]:
    """Hundredths per criterion. Rounding the running sum makes them add up to the rounded composite."""
    points: dict[str, int] = {}
    running, given = Fraction(0), 0
    for criterion in present:
        running += _exact(criterion.weight) * (scores[criterion.key] or Fraction(0)) / known
        points[criterion.key] = round(running * 100) - given
        given += points[criterion.key]
    return points


def _tie_order(key: str, scores: Mapping[str, Fraction | None], tie_break: TieBreak) -> tuple[object, ...]:
    better_first = [-1 if (score := scores[each]) is None else score for each in tie_break.criteria]
    lot = hashlib.sha256(f"{tie_break.seed}\0{key}".encode()).hexdigest()
    return (*(-score for score in better_first), lot, key)


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


def _checked(criterion: Criterion, score: Score | None) -> Fraction | None:
    if score is None:
        return None
    if not 0 <= score <= HIGHEST:
        raise ValueError(f"{criterion.name} is {score}; scores run from 0 to 100.")
    return _exact(score)


def _exact(number: Score) -> Fraction:
    """What the number looks like in writing: 0.1 is a tenth, not the nearest binary fraction."""
    return Fraction(str(number))


def _hundredths(count: int) -> Decimal:
    return Decimal(count).scaleb(-2)
