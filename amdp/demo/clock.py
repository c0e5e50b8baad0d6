"""A clock that can be set, so that the demo's past is made by the same verbs as its present.

The product asks ``django.utils.timezone`` alone what time it is (a rule of the linter); inside ``at(moment)``
it answers for that moment.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Let the product believe that it is this moment."""

    class Then(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:
            return moment.astimezone(tz)

    with mock.patch("django.utils.timezone.datetime", Then):
        yield


def days_ago(today: dt.date, days: int, hour: int = 9) -> dt.datetime:
    """That many days before today, at an hour in UTC; a Sunday or Saturday becomes the Friday before."""
    day = today - dt.timedelta(days=days)
    day -= dt.timedelta(days=max(0, day.weekday() - 4))
    return dt.datetime.combine(day, dt.time(hour), tzinfo=dt.UTC)


def months_from(day: dt.date, months: int) -> dt.date:
    """The same day of another month, at most the 28th."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, 28))
