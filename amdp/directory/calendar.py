"""Business days of a market and wall time in a zone. Pure: no database, no clock of the server.

A market is a country code ("US", "DE") or a country with a region ("DE-BY", "US-NY"). What we do not know
has ordinary weekends (Saturday, Sunday) and no holidays; a known country's unknown region has the country's.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

MORNING = time(9, 0)
ONE_DAY = timedelta(days=1)
SATURDAY = 5
LONGEST_CLOSURE = 366
# most of the country rests on days that not all of it shares: Easter Monday is none in Scotland
USUAL_REGION = {"GB": "ENG", "UK": "ENG"}


@lru_cache(maxsize=256)
def _holidays_of(market: str) -> holidays.HolidayBase | None:
    country, _, region = market.strip().upper().partition("-")
    for subdivision in (region or USUAL_REGION.get(country), None):
        try:
            return holidays.country_holidays(country, subdiv=subdivision, language="en_US")
        except NotImplementedError:
            continue
    return None


@lru_cache(maxsize=65_536)
def is_business_day(day: date, market: str = "") -> bool:
    """True unless the market rests that day: its weekend or a public holiday.

    Countries whose weekend is not Saturday and Sunday, and Saturdays worked in exchange, are honoured.
    """
    known = _holidays_of(market)
    if known is None:
        return day.weekday() < SATURDAY
    return known.is_working_day(day)


def holiday_name(day: date, market: str = "") -> str:
    """What the market celebrates that day in English where known, or an empty string."""
    known = _holidays_of(market)
    return (known.get(day) or "") if known is not None else ""


def next_business_day(day: date, market: str = "") -> date:
    """The first business day on or after the day."""
    for _ in range(LONGEST_CLOSURE):
        if is_business_day(day, market):
            return day
        day += ONE_DAY
    raise ValueError(f"{market} has no business day within a year of {day:%d %b %Y}.")


def previous_business_day(day: date, market: str = "") -> date:
    """The last business day on or before the day."""
    for _ in range(LONGEST_CLOSURE):
        if is_business_day(day, market):
            return day
        day -= ONE_DAY
    raise ValueError(f"{market} has no business day within a year of {day:%d %b %Y}.")


def add_business_days(day: date, count: int, market: str = "") -> date:
    """The count-th business day after the day; before it when count is negative.

    Zero gives the day itself if it is a business day, else the next one. The day itself is never counted,
    so one business day after a Saturday is Monday, and one before it is Friday.
    """
    if count == 0:
        return next_business_day(day, market)
    for _ in range(abs(count)):
        if count > 0:
            day = next_business_day(day + ONE_DAY, market)
        else:
            day = previous_business_day(day - ONE_DAY, market)
    return day


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone; a ValueError with a sentence when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"“{name}” is not a time zone we know. Use a name like Europe/Paris.") from error


def local_to_utc(day: date, wall: time, zone: str) -> datetime:
    """The UTC instant of a wall time on a day in a zone.

    In the spring gap a time that no clock shows moves on by the length of the gap (02:30 becomes 03:30); in
    the autumn overlap a time that clocks show twice means the first one. Both are `fold=0` of PEP 495.
    """
    local = datetime.combine(day, wall.replace(tzinfo=None, fold=0), tzinfo=zone_named(zone))
    return local.astimezone(UTC)


def next_business_morning(after: datetime, zone: str, market: str = "", wall: time = MORNING) -> datetime:
    """The first instant later than `after` (aware) at which it is `wall` on a business day there, in UTC."""
    if after.tzinfo is None:
        raise ValueError("The moment needs a time zone.")
    day = next_business_day(after.astimezone(zone_named(zone)).date(), market)
    while (moment := local_to_utc(day, wall, zone)) <= after:
        day = next_business_day(day + ONE_DAY, market)
    return moment
