"""What would give those without a mentor one: single changes for each, and the least for all together.

The seating is the largest there is, so a change helps exactly where it opens a chain of moves to a free seat.
Mentors are the nodes of that chain: an edge a → b says that somebody with a could move to b.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .changes import Change, Outlook, Remedy, Wanted
from .fit import common_hours, no_common_language
from .people import Mentor, Person, Rule, Rules
from .result import Result
from .seating import NOBODY, Eligible, Integers, Seats, most_seated

KINDS_TRIED = 8
MENTORS_MORE = 3
SETTLED_BY_ONE_RULE = {
    Change.ALLOW: Rule.EXCLUDED_BY_PERSON,
    Change.COMMON_HOURS: Rule.TOO_FEW_COMMON_HOURS,
    Change.LANGUAGE: Rule.NO_COMMON_LANGUAGE,
    Change.PAUSE: Rule.MENTOR_PAUSED,
}
HoursFor = Callable[[str, int], float]  # the hours a month that many places more take of that mentor


def remedies(result: Result, rules: Rules, hours_for: HoursFor) -> dict[str, tuple[Remedy, ...]]:
    """For everyone without a mentor the changes that give them one, each on its own, the lightest first."""
    room = _Room.of(result)
    waiting = [int(row) for row in np.flatnonzero(result.mentor_of == NOBODY)]
    hours = common_hours(result.people, result.mentors)
    # each sees the others who could take the same place
    could_take = room.possible[waiting] @ room.reach if waiting else np.zeros((0, len(result.mentors)), bool)
    contenders = could_take.sum(axis=0)
    found = {}
    for row in waiting:
        options = [
            *_by_rule(result, room, row, hours[row]),
            *_places(result, room, row, hours_for, contenders),
            Remedy(Change.MENTOR, wanted=_wanted_for(result.people[row], rules)),
        ]
        order = list(Change)
        found[result.people[row].key] = tuple(sorted(options, key=lambda one: order.index(one.change)))
    return found


def outlook(result: Result, rules: Rules, hours_for: HoursFor) -> Outlook:
    """What all without a mentor need together; the places are as few as can be."""
    room = _Room.of(result)
    without = np.flatnonzero(result.mentor_of == NOBODY)
    sharing = without[room.possible[without].any(axis=1)]
    full = (room.possible[sharing] @ room.reach).any(axis=0) if len(sharing) else np.zeros(0, bool)
    held = room.holds[:, full].any(axis=1) if len(sharing) else np.zeros(0, bool)
    return Outlook(
        people=len(without),
        nobody=len(without) - len(sharing),
        sharing=len(sharing) + int(held.sum()),
        full=int(full.sum()),
        seats=int(result.free[full].sum()) if len(sharing) else 0,
        places=_cheapest_places(result, room, sharing, hours_for),
        wanted=_mentors_more(result, rules, without),
    )


@dataclass(frozen=True, eq=False)
class _Room:
    """Who could move where in a finished seating."""

    possible: Eligible  # people × mentors: nothing against it but that the mentor may be full
    holds: Eligible  # people × mentors: who sits where and may move
    reach: Eligible  # mentors × mentors: a place with the second frees one with the first
    taking: NDArray[np.bool_]  # mentors who could take one more person, if need be after moves

    @classmethod
    def of(cls, result: Result) -> "_Room":
        possible = result.apart_from_seats
        holds = np.zeros_like(possible)
        seated = np.flatnonzero((result.mentor_of != NOBODY) & ~result.pinned)
        holds[seated, result.mentor_of[seated]] = True
        reach = _closure(holds.T @ possible)
        has_seat = holds.sum(axis=0) < result.free
        return cls(possible, holds, reach, np.asarray((reach & has_seat).any(axis=1)))


def _closure(edges: Eligible) -> Eligible:
    """Where one gets to in any number of steps, none included."""
    reach = edges | np.eye(len(edges), dtype=bool)
    while True:
        wider = (reach.astype(np.float32) @ reach.astype(np.float32)) > 0
        if (wider == reach).all():
            return reach
        reach = wider


def _by_rule(result: Result, room: _Room, row: int, hours: NDArray[np.float64]) -> Iterator[Remedy]:
    """Rules that alone keep this person from a mentor who could take them."""
    for change, rule in SETTLED_BY_ONE_RULE.items():
        columns = np.flatnonzero((result.mask[row] == rule.value) & room.taking)
        if not len(columns):
            continue
        if change == Change.LANGUAGE:
            spoken = Counter(word for one in columns for word in set(result.mentors[one].languages))
            language = min(spoken, key=lambda word: (-spoken[word], word))
            columns = np.array([one for one in columns if language in result.mentors[one].languages])
            yield Remedy(change, _best_first(result, row, columns), language=language)
        elif change == Change.COMMON_HOURS:
            most = float(hours[columns].max())
            columns = columns[hours[columns] >= most]
            yield Remedy(change, _best_first(result, row, columns), common_hours=most)
        else:
            yield Remedy(change, _best_first(result, row, columns))


def _places(
    result: Result, room: _Room, row: int, hours_for: HoursFor, contenders: Integers
) -> Iterator[Remedy]:
    """Mentors who are full: the one to whom one place more costs the fewest hours comes first."""
    columns = np.flatnonzero(room.possible[row])
    if not len(columns):
        return
    keys = _best_first(result, row, columns)
    first = min(keys, key=lambda key: (hours_for(key, 1), keys.index(key)))
    others = int(contenders[result.column_of[first]]) - 1
    yield Remedy(Change.PLACE, (first, *(key for key in keys if key != first)), waiting=others)


def _best_first(result: Result, row: int, columns: Integers) -> tuple[str, ...]:
    best = sorted(columns.tolist(), key=lambda one: (-result.fit[row, one], result.mentors[one].key))
    return tuple(result.mentors[one].key for one in best)


def _wanted_for(person: Person, rules: Rules) -> Wanted:
    """Somebody of the own language and clock can always be had, outside of the own line."""
    return Wanted(
        language=person.languages[0] if rules.common_language and person.languages else "",
        zone=person.zone if rules.common_hours > 0 else "",
        market=person.market,
    )


def _cheapest_places(result: Result, room: _Room, sharing: Integers, hours_for: HoursFor) -> dict[str, int]:
    """One place for each, with a mentor they could have: fewer would leave somebody out."""
    places: Counter[str] = Counter()
    for row in sorted(sharing.tolist(), key=lambda one: (room.possible[one].sum(), result.people[one].key)):
        keys = [result.mentors[one].key for one in np.flatnonzero(room.possible[row])]
        places[
            min(keys, key=lambda key: (hours_for(key, places[key] + 1) - hours_for(key, places[key]), key))
        ] += 1
    return dict(sorted(places.items()))


def _mentors_more(result: Result, rules: Rules, without: Integers) -> tuple[Wanted, ...]:
    """Up to three mentors more, with as many places as they can use; the one that helps most first."""
    asked = Counter(_wanted_for(result.people[row], rules) for row in without)
    kinds = sorted(asked, key=lambda one: (-asked[one], one.language, one.zone, one.market))[:KINDS_TRIED]
    free = ~result.pinned
    people = [one for one, may_move in zip(result.people, free, strict=True) if may_move]
    column_of = _admitted(people, kinds, rules)
    allowed, seats = result.eligible[free], result.free
    seated = int((result.mentor_of[free] != NOBODY).sum())
    chosen: list[Wanted] = []
    while kinds and len(chosen) < MENTORS_MORE and seated < len(people):
        seats = np.append(seats, len(without))
        counts = [_seated_with(allowed, column_of[kind], seats) for kind in kinds]
        best = int(np.argmax(counts))
        if counts[best] == seated:
            break
        kind = kinds.pop(best)
        chosen.append(Wanted(kind.language, kind.zone, kind.market, counts[best] - seated))
        allowed, seated = np.column_stack([allowed, column_of[kind]]), counts[best]
    return tuple(chosen)


def _admitted(people: Sequence[Person], kinds: Sequence[Wanted], rules: Rules) -> dict[Wanted, Eligible]:
    """Per kind of mentor, whom the rules about language and hours let it have."""
    mentors = [
        Mentor(key=str(number), languages=(kind.language,) if kind.language else (), zone=kind.zone or "UTC")
        for number, kind in enumerate(kinds)
    ]
    allowed = common_hours(people, mentors) >= rules.common_hours
    if rules.common_language:
        allowed &= ~no_common_language(people, mentors)
    return {kind: allowed[:, number] for number, kind in enumerate(kinds)}


def _seated_with(allowed: Eligible, column: Eligible, seats: Integers) -> int:
    return most_seated(
        np.column_stack([allowed, column]), Seats.of(seats, np.zeros_like(seats), len(allowed))
    )
