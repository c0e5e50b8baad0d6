"""Wall time to moments: days with their breaks, and people's own hours."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from .problem import Center, Day, Person, Span


def moment(day: date, wall: time, zone: str) -> datetime:
    """The moment in UTC. An hour that clocks skip is read as if they had not; of one that comes twice, the
    first is meant (PEP 495)."""
    return datetime.combine(day, wall.replace(tzinfo=None), ZoneInfo(zone)).astimezone(UTC)


def span_of(day: Day) -> Span:
    """From when to when the day lasts."""
    return moment(day.date, day.start, day.zone), moment(day.date, day.end, day.zone)


def breaks_of(day: Day) -> list[Span]:
    return [(moment(day.date, one, day.zone), moment(day.date, other, day.zone)) for one, other in day.breaks]


def days_of(center: Center) -> list[Day]:
    """In order of time. Raises ValueError when one ends before it starts, or two lie on each other."""
    days = sorted(center.days, key=span_of)
    for day in days:
        for start, end in (span_of(day), *breaks_of(day)):
            if end <= start:
                raise ValueError("A day, or a break, ends before it starts.")
    for one, other in pairwise(days):
        if span_of(other)[0] < span_of(one)[1]:
            raise ValueError("Two days lie on each other.")
    return days


def own_hours(person: Person, around: Span) -> Iterator[Span]:
    """When the person can be met on video, near that time; nothing but that time itself when any hour does."""
    if person.hours is None:
        yield around
        return
    opens, closes = person.hours
    first = around[0].astimezone(ZoneInfo(person.zone)).date() - timedelta(days=1)
    for number in range((around[1] - around[0]).days + 4):
        day = first + timedelta(days=number)
        yield moment(day, opens, person.zone), moment(day, closes, person.zone)
