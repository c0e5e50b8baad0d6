"""Days as they are where a person works."""

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from amdp.directory.calendar import add_business_days
from amdp.directory.models import Person


def today_of(person: Person) -> date:
    """Today where the person is."""
    return timezone.localdate(timezone=ZoneInfo(person.time_zone or "UTC"))


def business_days_for(person: Person, count: int) -> date:
    """So many business days from today, in the person's zone and by the holidays of their market."""
    return add_business_days(today_of(person), count, person.market)


def business_days_after(person: Person, day: date, count: int) -> date:
    """So many business days after a day, by the holidays of the person's market."""
    return add_business_days(day, count, person.market)
