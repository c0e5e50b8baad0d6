"""Working hours in several places at once. Pure: no database, no clock of the server.

A session shall lie between 08:00 and 18:00 on a business day wherever somebody takes part from. Where no such
hour exists, as between Tokyo and New York, the one that disturbs fewest people is taken, and it is said whom.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from amdp.directory.calendar import (
    add_business_days,
    holiday_name,
    is_business_day,
    local_to_utc,
    zone_named,
)
from amdp.web.time import place_of

FROM, UNTIL = time(8), time(18)
# Offsets of zones are whole quarters of an hour, so if any start fits, one of these does.
STEP = timedelta(minutes=15)
DAYS_TRIED = 5
A_DAY = timedelta(days=1)
# Longer than the working day means several days; the first one counts, as a day of this length.
LONGEST, FULL_DAY = timedelta(hours=10), timedelta(hours=8)
MOST_PLACES = 3
# So many people of one place are said by name.
FEW = 3


class Place(NamedTuple):
    """Where somebody takes part from: the zone of the clock and the market of the holidays."""

    zone: str
    market: str

    @property
    def name(self) -> str:
        return place_of(self.zone)


People = Mapping[Place, int]


class Attendee(NamedTuple):
    """Somebody who comes to a session, with a seat or because they hold it; no market where none is known."""

    name: str
    zone: str
    market: str
    holds: bool = False

    @property
    def words(self) -> str:
        return f"facilitator {self.name}" if self.holds else self.name


@dataclass(frozen=True)
class Outside:
    """So many people of one place for whom a session is outside working hours, and what their clock says."""

    place: Place
    people: int
    clock: str
    names: tuple[str, ...] = ()


def wall_hours(day: date, zone: str, starts: time, minutes: int) -> tuple[datetime, datetime]:
    """The instants between which a session of that length counts."""
    first = local_to_utc(day, starts, zone)
    length = timedelta(minutes=minutes)
    return first, first + (length if length <= LONGEST else FULL_DAY)


def away(first: datetime, last: datetime, place: Place) -> timedelta:
    """How far a session sticks out of the working day there; a whole day when nobody works that day."""
    zone = zone_named(place.zone)
    starts, ends = (one.astimezone(zone).replace(tzinfo=None) for one in (first, last))
    day = starts.date()
    if not is_business_day(day, place.market):
        return A_DAY
    early = datetime.combine(day, FROM) - starts
    late = ends - datetime.combine(day, UNTIL)
    return max(early, timedelta(0)) + max(late, timedelta(0))


def outside(
    first: datetime, last: datetime, people: People, names: Mapping[Place, Sequence[str]] | None = None
) -> list[Outside]:
    """The places where a session is outside working hours, most people first; with names where they are given."""
    found = [
        Outside(place, count, _clock(first, last, place), tuple((names or {}).get(place, ())))
        for place, count in people.items()
        if away(first, last, place)
    ]
    return sorted(found, key=lambda one: (-one.people, one.place))


def best_hour(
    day: date, wall: time, zone: str, minutes: int, people: People, market: str = ""
) -> tuple[date, time]:
    """Day and wall time for a session planned on a day at a time in a zone.

    That very time when it is in everybody's working hours; else the nearest time of that day that is, else
    of the next business days of the market. Where there is none: fewest people outside, fewest of them on a
    day off, then the earliest day, the smallest distance from their working hours, the time nearest to the
    planned one.
    """
    best: tuple[tuple[int, int, int, timedelta, timedelta], tuple[date, time]] | None = None
    for later, candidate in enumerate(_days(day, market)):
        for off, starts in _starts(candidate, wall):
            first, last = wall_hours(candidate, zone, starts, minutes)
            count, resting, distance = _cost(first, last, people)
            if not count:
                return candidate, starts
            cost = count, resting, later, distance, off
            if best is None or cost < best[0]:
                best = cost, (candidate, starts)
    return best[1] if best else (day, wall)


def sentence(found: Sequence[Outside]) -> str:
    """``Outside working hours for 2 people in New York (03:00): Ada Bell, Bo Chen.``, with the names of a few;
    empty when there is nothing to say."""
    if not found:
        return ""
    people: Counter[tuple[str, str]] = Counter()
    names: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in found:
        people[one.place.name, one.clock] += one.people
        names[one.place.name, one.clock] += one.names
    most = people.most_common()
    shown, rest = most[:MOST_PLACES], most[MOST_PLACES:]
    parts = [_part(count, *key, names[key]) for key, count in shown]
    if rest:
        parts.append(f"{_count(sum(count for _, count in rest))} elsewhere")
    return f"Outside working hours for {'; '.join(parts)}."


def _part(count: int, place: str, clock: str, names: Sequence[str]) -> str:
    named = f": {', '.join(names)}" if names and count <= FEW else ""
    return f"{_count(count)} in {place} ({clock}){named}"


def _cost(first: datetime, last: datetime, people: People) -> tuple[int, int, timedelta]:
    """How many are outside working hours, how many of them on a day off, and how far in all."""
    count, resting, distance = 0, 0, timedelta(0)
    for place, number in people.items():
        if far := away(first, last, place):
            count += number
            resting += number * (far == A_DAY)
            distance += far * number
    return count, resting, distance


def _days(day: date, market: str) -> Iterator[date]:
    yield day
    for _ in range(DAYS_TRIED - 1):
        day = add_business_days(day, 1, market)
        yield day


def _starts(day: date, wall: time) -> Iterable[tuple[timedelta, time]]:
    """All quarter hours of a day and the planned time, nearest to it first."""
    midnight = datetime.combine(day, time())
    planned = datetime.combine(day, wall)
    times = {planned, *(midnight + STEP * number for number in range(A_DAY // STEP))}
    return sorted((abs(one - planned), one.time()) for one in times)


def _clock(first: datetime, last: datetime, place: Place) -> str:
    """``03:00``, ``until 18:30``, ``Sat 10:00`` or ``10:00, Labor Day``, as the clock there says."""
    zone = zone_named(place.zone)
    starts, ends = first.astimezone(zone), last.astimezone(zone)
    if holiday := holiday_name(starts.date(), place.market):
        return f"{starts:%H:%M}, {holiday}"
    if not is_business_day(starts.date(), place.market):
        return f"{starts:%a %H:%M}"
    if FROM <= starts.time() < UNTIL:
        return f"until {ends:%H:%M}"
    return f"{starts:%H:%M}"


def _count(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"
