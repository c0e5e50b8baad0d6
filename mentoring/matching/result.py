"""What a match run found, and why: per pair, per person without a mentor, per mentor wanted instead."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .blocking import Mask
from .exchange import BELOW_FLOOR, Exchange
from .fit import Fits
from .people import CRITERIA, RULE_NAMES, Mentor, Person, Rule, rules_in
from .seating import NOBODY, Integers


@dataclass(frozen=True)
class Pair:
    """A person and the mentor found. Points per criterion sum to the fit.

    `rank` 1 is the best eligible mentor for this person; `broken` names the rules a confirmed pin breaks.
    """

    person: str
    mentor: str
    fit: int
    points: Mapping[str, int]
    rank: int
    pinned: bool = False
    broken: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Shortage:
    """These people can only be matched with these mentors, who have fewer free seats than that."""

    people: tuple[str, ...]
    mentors: tuple[str, ...]
    seats: int

    def __str__(self) -> str:
        people = _counted(len(self.people), "participant needs", "participants share")
        mentors = _counted(len(self.mentors), "mentor", "mentors")
        return f"{people} {mentors} with {_counted(self.seats, 'free place', 'free places')}."


@dataclass(frozen=True)
class Unmatched:
    """Nobody is eligible (no `shortage`; `blocked` counts mentors per rule), or seats are short."""

    person: str
    blocked: Mapping[Rule, int]
    shortage: Shortage | None

    @property
    def reason(self) -> str:
        if self.shortage is not None:
            return str(self.shortage)
        if not self.blocked:
            return "Nobody is eligible: there are no mentors."
        rules = ", ".join(
            f"{RULE_NAMES[rule].lower()} ({_counted(count, 'mentor', 'mentors')})"
            for rule, count in sorted(self.blocked.items(), key=lambda item: (-item[1], item[0]))
        )
        return f"Nobody is eligible: {rules}."


@dataclass(frozen=True)
class Move:
    """Someone else who would move to make room; no mentor means none is left for them."""

    person: str
    mentor: str | None


@dataclass(frozen=True)
class Alternative:
    """What it would take to give a person this mentor instead, everything else as good as it can be.

    `cost`: points lost in total (fit, load and change together); `below_floor`: pairs that would then be
    worse than the worst pair now; `fewer_matched`: people who would lose their mentor on balance.
    """

    mentor: str
    fit: int
    points: Mapping[str, int]
    cost: int
    below_floor: int
    fewer_matched: int
    moves: tuple[Move, ...]


@dataclass(frozen=True, eq=False)
class Result:
    """A solved run. People and mentors are kept in the run's own drawn order, never in that of the input.

    The arrays are people × mentors; `mentor_of` holds mentor numbers or NOBODY.
    """

    people: tuple[Person, ...]
    mentors: tuple[Mentor, ...]
    fits: Fits
    fit: Integers
    mask: Mask
    cost: Integers
    free: Integers  # seats left after the pins
    load: Integers  # mentees outside of the run and pinned
    load_points: int
    mentor_of: Integers
    pinned: NDArray[np.bool_]
    floor: int | None

    @property
    def matched(self) -> int:
        """How many people have a mentor, pins included."""
        return int(np.count_nonzero(self.mentor_of != NOBODY))

    @cached_property
    def total_fit(self) -> int:
        """Sum of the fits of all pairs, pins included."""
        rows = np.flatnonzero(self.mentor_of != NOBODY)
        return int(self.fit[rows, self.mentor_of[rows]].sum())

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """All pairs, by person key."""
        rows = np.flatnonzero(self.mentor_of != NOBODY)
        columns = self.mentor_of[rows]
        better = (self.fit[rows] > self.fit[rows, columns][:, None]) & self.eligible[rows]
        ranks = 1 + better.sum(axis=1)
        points = self.fits.points(rows, columns).T
        return tuple(
            sorted(
                (self._pair(*each) for each in zip(rows, columns, ranks, points, strict=True)),
                key=lambda pair: pair.person,
            )
        )

    @cached_property
    def unmatched(self) -> tuple[Unmatched, ...]:
        """Everyone without a mentor, by person key, each with the reason."""
        rows = np.flatnonzero(self.mentor_of == NOBODY)
        return tuple(sorted((self._unmatched(int(row)) for row in rows), key=lambda each: each.person))

    def why_not(self, person: str, mentor: str) -> tuple[Rule, ...]:
        """The hard rules between the two; empty when the pair is allowed."""
        return rules_in(int(self.mask[self._row_of[person], self.column_of[mentor]]))

    def alternatives(self, person: str, top: int = 3) -> tuple[Alternative, ...]:
        """The best-fitting other mentors for the person, each with its price; none for a pinned person."""
        row = self._row_of[person]
        if self.pinned[row]:
            return ()
        offered = self.eligible[row] & (self.free > 0)
        offered &= np.arange(len(self.mentors)) != self.mentor_of[row]
        best = sorted(np.flatnonzero(offered), key=lambda column: (-self.fit[row, column], column))[:top]
        columns = np.array(best, dtype=np.intp)
        points = self.fits.points(np.full(len(best), row), columns).T
        return tuple(self._alternative(row, *each) for each in zip(columns, points, strict=True))

    @cached_property
    def eligible(self) -> NDArray[np.bool_]:
        """Pairs without a broken rule."""
        return np.asarray(self.mask == 0)

    @cached_property
    def exchange(self) -> Exchange:
        """Who could move where in this seating; worked out once, when first asked."""
        return Exchange.of(
            self.cost + BELOW_FLOOR * (self.fit < (self.floor or 0)),
            self.eligible & ~self.pinned[:, None],
            np.where(self.pinned, NOBODY, self.mentor_of),
            ~self.pinned,
            self.free,
            self.load,
            self.load_points,
        )

    @cached_property
    def apart_from_seats(self) -> NDArray[np.bool_]:
        """A mentor whose seats are all taken is a shortage of seats, not a rule between two people."""
        return np.asarray((self.mask & ~np.uint16(Rule.MENTOR_FULL)) == 0)

    @cached_property
    def _row_of(self) -> dict[str, int]:
        return {each.key: row for row, each in enumerate(self.people)}

    @cached_property
    def column_of(self) -> dict[str, int]:
        return {each.key: column for column, each in enumerate(self.mentors)}

    def _pair(self, row: np.integer, column: np.integer, rank: np.integer, points: Integers) -> Pair:
        return Pair(
            person=self.people[row].key,
            mentor=self.mentors[column].key,
            fit=int(self.fit[row, column]),
            points=_by_criterion(points),
            rank=int(rank),
            pinned=bool(self.pinned[row]),
            broken=rules_in(int(self.mask[row, column])),
        )

    def _alternative(self, row: int, column: np.integer, points: Integers) -> Alternative:
        price = self.exchange.price(row, int(column))
        return Alternative(
            mentor=self.mentors[column].key,
            fit=int(self.fit[row, column]),
            points=_by_criterion(points),
            cost=price.points,
            below_floor=price.below_floor,
            fewer_matched=price.fewer_matched,
            moves=tuple(
                Move(self.people[who].key, None if where == NOBODY else self.mentors[where].key)
                for who, where in price.moves
            ),
        )

    def _unmatched(self, row: int) -> Unmatched:
        blocked = Counter(rule for mask in self.mask[row].tolist() for rule in rules_in(mask))
        shortage = self._shortage(row) if self.apart_from_seats[row].any() else None
        return Unmatched(self.people[row].key, dict(blocked), shortage)

    def _shortage(self, row: int) -> Shortage:
        """Follow who holds the seats this person could have, and the seats those could have, to the end.

        No free seat is ever reached (else one more person would be matched), so all of them share too few.
        """
        people = np.zeros(len(self.people), bool)
        mentors = np.zeros(len(self.mentors), bool)
        people[row] = True
        newest = people.copy()
        while newest.any():
            mentors |= self.apart_from_seats[newest].any(axis=0)
            holding = (self.mentor_of != NOBODY) & mentors[self.mentor_of] & ~self.pinned
            newest = holding & ~people
            people |= newest
        return Shortage(
            people=tuple(sorted(self.people[each].key for each in np.flatnonzero(people))),
            mentors=tuple(sorted(self.mentors[each].key for each in np.flatnonzero(mentors))),
            seats=int(self.free[mentors].sum()),
        )


def _by_criterion(points: Integers) -> dict[str, int]:
    return dict(zip(CRITERIA, points.tolist(), strict=True))


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
