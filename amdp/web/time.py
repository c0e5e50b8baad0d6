"""Dates and times as people read them, in the member's own zone.

The zone is the one the request activated (``django.utils.timezone.activate``); a plain ``date`` has none.
"""

import datetime as dt
from functools import cache
from zoneinfo import available_timezones

from django.utils import timezone

WEEK = 7


def as_day(value: dt.date | dt.datetime) -> dt.date:
    """The calendar day on which this falls, for the member."""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def today() -> dt.date:
    """The member's today."""
    return timezone.localdate()


def day(value: dt.date | dt.datetime) -> str:
    """``Thu 4 Mar``, and the year when it is not this one."""
    date = as_day(value)
    text = f"{date:%a} {date.day} {date:%b}"
    return text if date.year == today().year else f"{text} {date.year}"


def full_day(value: dt.date | dt.datetime) -> str:
    """``Thursday 4 March 2027``; with the time and zone when there is one."""
    date = as_day(value)
    text = f"{date:%A} {date.day} {date:%B} {date.year}"
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        local = timezone.localtime(value)
        return f"{text}, {local:%H:%M} ({local.tzname()})"
    return text


def clock(value: dt.datetime | dt.time) -> str:
    """``16:20``."""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value:%H:%M}"


def moment(value: dt.datetime) -> str:
    """``Fri 5 Feb, 16:20``."""
    return f"{day(value)}, {clock(value)}"


def days_until(value: dt.date | dt.datetime) -> int:
    """Calendar days from the member's today; negative when it is past."""
    return (as_day(value) - today()).days


def due(value: dt.date | dt.datetime) -> str:
    """How a deadline is said: ``4 days late``, ``Today``, ``in 2 days``, else ``Thu 4 Mar``."""
    days = days_until(value)
    if days < 0:
        return "1 day late" if days == -1 else f"{-days} days late"
    if days == 0:
        return "Today"
    if days == 1:
        return "Tomorrow"
    return f"in {days} days" if days < WEEK else day(value)


def ago(value: dt.datetime) -> str:
    """When something happened: ``08:12`` today, ``Mon`` within the week, else ``Thu 4 Mar``."""
    days = -days_until(value)
    if days == 0:
        return clock(value)
    return f"{as_day(value):%a}" if 0 < days < WEEK else day(value)


def place_of(zone: str) -> str:
    """The city a time zone is named after: ``New York``."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


@cache
def time_zones() -> list[tuple[str, str]]:
    """Places people live in, as IANA names them."""
    regions = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    names = sorted(name for name in available_timezones() if name.startswith(regions))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


def zone_line() -> str:
    """``All times in New York (UTC−5)``: whose clock the page goes by."""
    zone = timezone.get_current_timezone_name()
    offset = timezone.localtime().utcoffset() or dt.timedelta()
    minutes = int(offset.total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    shift = f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"
    place = place_of(zone)
    return f"All times in {shift}" if place in {"UTC", "GMT"} else f"All times in {place} ({shift})"
