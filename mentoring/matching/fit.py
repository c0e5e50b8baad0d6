"""How well each person and mentor go together: criteria of 0–1 for all pairs at once, and points of 0–1,000.

Arrays are people × mentors. A criterion that nothing is known about for a person (no needs, no languages …)
is left out for that person and the other weights are scaled up, as in the ranking of candidates.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from .people import CRITERIA, Mentor, Person, Weights

FULL_FIT = 1000
DAY = 24.0
REFERENCE_YEAR = 2026  # fixed, so that a run can be repeated later
SHARED_BUT_NOT_PREFERRED = 0.5

Matrix = NDArray[np.float64]
T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, eq=False)
class Fits:
    """Everything needed to weigh any pair: per criterion two factors whose product is the weighted share.

    Criteria of sets and amounts are factors side by side, so the fit of all pairs is one matrix product;
    language and time zone are tables between the few kinds of people and mentors there are.
    """

    left: tuple[Matrix, ...]
    right: tuple[Matrix, ...]
    language: Matrix
    hours: Matrix
    total: NDArray[np.int64]  # the fit, people × mentors

    @classmethod
    def of(
        cls, people: Sequence[Person], mentors: Sequence[Mentor], weights: Weights, hours: Matrix
    ) -> "Fits":
        scale = points_per_person(people, weights)
        factors = [_factors(wanted, offered) for wanted, offered in _sides(people, mentors)]
        left = tuple(one * scale[number][:, None] for number, (one, _) in enumerate(factors))
        right = tuple(other for _, other in factors)
        language = scale[-2][:, None] * _language(people, mentors)
        in_time = scale[-1][:, None] * _hours_share(people, hours)
        total = np.hstack(left) @ np.hstack(right).T
        total += language
        total += in_time
        return cls(left, right, language, in_time, np.rint(total).astype(np.int64))

    def points(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.int64]:
        """Criteria × pairs: whole points, never negative, that sum to the fit of each pair."""
        shares = [
            (one[rows] * other[columns]).sum(axis=1) for one, other in zip(self.left, self.right, strict=True)
        ]
        shares += [self.language[rows, columns], self.hours[rows, columns]]
        # rounding the running sum, not each part, makes the parts add up
        running = np.rint(np.cumsum(shares, axis=0)).astype(np.int64)
        points: NDArray[np.int64] = np.diff(running, axis=0, prepend=0)
        # the fit was summed in another order: a half may have gone the other way
        largest = points.argmax(axis=0)
        points[largest, np.arange(len(rows))] += self.total[rows, columns] - running[-1]
        return points


def common_hours(people: Sequence[Person], mentors: Sequence[Mentor], year: int = REFERENCE_YEAR) -> Matrix:
    """Working hours a day that both share, in the worse half of the year: not all clocks change."""
    return _by_kind(
        [(each.zone, each.work_hours) for each in people],
        [(each.zone, each.work_hours) for each in mentors],
        lambda one, other: _overlap_of_kinds(one, other, year),
    )


def no_common_language(people: Sequence[Person], mentors: Sequence[Mentor]) -> NDArray[np.bool_]:
    """Where both have said what they speak, and nothing is in common."""
    return np.asarray(
        _by_kind(
            [each.languages for each in people],
            [each.languages for each in mentors],
            lambda one, other: bool(one and other and not set(one) & set(other)),
        )
        > 0
    )


def shares_any(left: Sequence[Iterable[str]], right: Sequence[Iterable[str]]) -> NDArray[np.bool_]:
    """Whether the two sets have a word in common, for every pair."""
    words = _words([*left, *right])
    if not words:
        return np.zeros((len(left), len(right)), bool)
    return np.asarray(_incidence(left, words) @ _incidence(right, words).T > 0)


def points_per_person(people: Sequence[Person], weights: Weights) -> Matrix:
    """Criteria × people, in points: a full fit is shared among what is known about the person."""
    known = np.array(
        [
            [
                any(person.needs.values()),
                bool(person.account_types),
                bool(person.therapeutic_areas),
                bool(person.market),
                bool(person.languages),
                True,
            ]
            for person in people
        ],
        dtype=float,
    ).reshape(len(people), len(CRITERIA))
    weighed = known * np.array([getattr(weights, name) for name in CRITERIA], dtype=float)
    total = weighed.sum(axis=1, keepdims=True)
    scaled: Matrix = weighed / np.where(total > 0, total, 1.0) * FULL_FIT
    return scaled.T


Amounts = Mapping[str, float]


def _sides(
    people: Sequence[Person], mentors: Sequence[Mentor]
) -> Iterable[tuple[list[Amounts], list[Amounts]]]:
    """What people want and mentors offer, for the criteria made of sets and amounts, in their order."""
    yield [each.needs for each in people], [each.strengths for each in mentors]
    yield [_set(each.account_types) for each in people], [_set(each.account_types) for each in mentors]
    yield (
        [_set(each.therapeutic_areas) for each in people],
        [_set(each.therapeutic_areas) for each in mentors],
    )
    yield [_set(_some(each.market)) for each in people], [_set(_some(each.market)) for each in mentors]


def _factors(wanted: Sequence[Amounts], offered: Sequence[Amounts]) -> tuple[Matrix, Matrix]:
    """Their product is the part of what each person wants that each mentor offers, 0–1."""
    words = _words(wanted)
    left = _amounts(wanted, words)
    total = left.sum(axis=1, keepdims=True)
    return left / np.where(total > 0, total, 1.0), _amounts(offered, words)


def _language(people: Sequence[Person], mentors: Sequence[Mentor]) -> Matrix:
    """1 if the mentor speaks the preferred language, a half if they share another."""

    def share(one: tuple[str, ...], other: tuple[str, ...]) -> float:
        if one and one[0] in other:
            return 1.0
        return SHARED_BUT_NOT_PREFERRED if set(one) & set(other) else 0.0

    return _by_kind([each.languages for each in people], [each.languages for each in mentors], share)


def _hours_share(people: Sequence[Person], hours: Matrix) -> Matrix:
    length = np.array([_length(each.work_hours) for each in people])
    return hours / np.where(length > 0, length, 1.0)[:, None]


def _words(sets: Iterable[Iterable[str]]) -> dict[str, int]:
    return {word: column for column, word in enumerate(sorted(set().union(*sets)))}


def _incidence(sets: Sequence[Iterable[str]], words: Mapping[str, int]) -> Matrix:
    return _amounts([_set(each) for each in sets], words)


def _amounts(rows: Sequence[Mapping[str, float]], words: Mapping[str, int]) -> Matrix:
    matrix = np.zeros((len(rows), len(words)))
    for number, row in enumerate(rows):
        for word, amount in row.items():
            if word in words:
                matrix[number, words[word]] = amount
    return matrix


def _set(words: Iterable[str]) -> Amounts:
    return dict.fromkeys(words, 1.0)


def _some(word: str) -> tuple[str, ...]:
    return (word,) if word else ()


Kind = tuple[str, tuple[float, float]]


def _by_kind(people: Sequence[T], mentors: Sequence[T], measure: Callable[[T, T], float]) -> Matrix:
    """The measure for every pair, taken once per pair of kinds."""
    rows, columns = (list(dict.fromkeys(side)) for side in (people, mentors))
    table = np.array([[measure(one, other) for other in columns] for one in rows], dtype=float)
    row_of, column_of = ({kind: number for number, kind in enumerate(kinds)} for kinds in (rows, columns))
    which = np.array([column_of[kind] for kind in mentors], dtype=np.intp)
    wide = table.reshape(len(rows), len(columns))[:, which]
    return np.asarray(wide[np.array([row_of[kind] for kind in people], dtype=np.intp)])


@cache
def _overlap_of_kinds(one: Kind, other: Kind, year: int) -> float:
    return min(_overlap(one, other, datetime(year, month, 15, 12)) for month in (1, 7))  # noqa: DTZ001


def _overlap(one: Kind, other: Kind, noon: datetime) -> float:
    start, end = _in_utc(one, noon)
    other_start, other_end = _in_utc(other, noon)
    return sum(
        max(0.0, min(end, other_end + day) - max(start, other_start + day))
        for day in (-2 * DAY, -DAY, 0.0, DAY, 2 * DAY)
    )


def _in_utc(kind: Kind, noon: datetime) -> tuple[float, float]:
    zone, (start, end) = kind
    offset = noon.replace(tzinfo=ZoneInfo(zone)).utcoffset()
    shift = offset.total_seconds() / 3600 if offset else 0.0
    return start - shift, start - shift + _length((start, end))


def _length(hours: tuple[float, float]) -> float:
    """A day that ends before it starts goes past midnight."""
    return (hours[1] - hours[0]) % DAY
