"""The days numbers are closed on: the first of each month.

Fixed days, so that nobody picks two that lie just before and after one person left.
"""

from datetime import date

from django.core.exceptions import ValidationError

from metrics.statistics import months_later

NOT_A_DAY = "“{asked}” is not a day. Choose one from the calendar, or write it like 2026-09-30."
NOT_YET = "{day} lies ahead. Choose today or a day before."


def closing_of(day: date) -> date:
    """The closing that is in force on a day."""
    return day.replace(day=1)


def closing_from(day: date) -> date:
    """The first closing that includes a day."""
    return day if day.day == 1 else months_later(closing_of(day), 1)


def day_asked(asked: str, today: date) -> date:
    """The day somebody asked for, today without one. Raises ValidationError for nonsense and the future."""
    if not asked.strip():
        return today
    try:
        day = date.fromisoformat(asked.strip())
    except ValueError:
        raise ValidationError(NOT_A_DAY.format(asked=asked.strip()[:30])) from None
    if day > today:
        raise ValidationError(NOT_YET.format(day=f"{day.day} {day:%b %Y}"))
    return day
