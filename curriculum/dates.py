"""From a template's offsets to days. Pure: no database, no clock.

Months are counted on the calendar, days on the business days of a market. A due date is counted in the
participant's own market, so the same activity may be due on different days in Paris and in Chicago.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from amdp.directory.calendar import (
    MORNING,
    add_business_days,
    is_business_day,
    local_to_utc,
    next_business_day,
)
from curriculum.models import Activity, Module, ParticipantActivity

# Whoever joins late gets at least this many business days for what has opened before.
CATCH_UP_DAYS = 10
SOON_BEFORE = 3
LATE_AFTER = 1
LONGEST_SEARCH = 15

Reminder = ParticipantActivity.Reminder


def add_months(day: date, months: int) -> date:
    """The same day of a later month; the month's last day where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


class Calendar:
    """The days of one journey in one market; each is worked out once."""

    def __init__(self, starts_on: date, market: str) -> None:
        self.starts_on = starts_on
        self.market = market
        self._starts: dict[tuple[int, int], date] = {}
        self._days: dict[int, tuple[date, date]] = {}

    def module(self, module: Module) -> tuple[date, date]:
        """First and last day of a module; one that launches with another starts on its day."""
        first = self._start(module)
        return first, add_business_days(first, max(module.length_days - 1, 0), self.market)

    def activity(self, activity: Activity, module: Module) -> tuple[date, date]:
        """The day an activity opens and the day it is due."""
        if activity.pk not in self._days:
            opens = add_business_days(self._start(module), activity.offset_days, self.market)
            due = add_business_days(opens, activity.duration_days, self.market)
            self._days[activity.pk] = opens, due
        return self._days[activity.pk]

    def for_late(self, activity: Activity, module: Module, joined_on: date) -> tuple[date, date]:
        """The same for somebody who joined on a later day: what had opened by then opens on that day."""
        opens, due = self.activity(activity, module)
        if joined_on <= opens:
            return opens, due
        opens = next_business_day(joined_on, self.market)
        enough = max(activity.duration_days, CATCH_UP_DAYS)
        return opens, max(due, add_business_days(opens, enough, self.market))

    def _start(self, module: Module) -> date:
        source = module.start_from
        key = (source.offset_months, source.offset_days)
        if key not in self._starts:
            month = add_months(self.starts_on, source.offset_months)
            self._starts[key] = add_business_days(month, source.offset_days, self.market)
        return self._starts[key]


def shared_day(day: date, markets: Iterable[str]) -> date:
    """The first day from this one on which all these markets work; the day itself when there is none soon."""
    places = set(markets)
    for extra in range(LONGEST_SEARCH):
        candidate = day + timedelta(days=extra)
        if all(is_business_day(candidate, market) for market in places):
            return candidate
    return day


def next_reminder(
    due_on: date, zone: str, market: str, *, after: datetime, is_session: bool
) -> tuple[datetime | None, str]:
    """The next reminder later than a moment: 09:00 local time three business days before the due date, or
    one business day after it. None when both have passed. Nobody is told to be late for a session."""
    soon = local_to_utc(add_business_days(due_on, -SOON_BEFORE, market), MORNING, zone)
    if soon > after:
        return soon, Reminder.SOON
    late = local_to_utc(add_business_days(due_on, LATE_AFTER, market), MORNING, zone)
    if late > after and not is_session:
        return late, Reminder.LATE
    return None, ""
