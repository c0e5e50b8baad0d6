"""Months between days, as rules about time count them."""

from datetime import date, timedelta


def months_between(start: date, end: date) -> int:
    """Full months from start to end; the last day of a month counts as its end."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - 1 if end.day < start.day and not _is_last_day(end) else months


def add_months(start: date, months: int) -> date:
    """The same day ``months`` later, or the last day of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for day in range(start.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, start.day)


def latest_start(end: date, months: int) -> date:
    """The last day from which so many months have passed by ``end``."""
    start = add_months(end, -months)
    while add_months(start + timedelta(days=1), months) <= end:
        start += timedelta(days=1)
    return start


def said(day: date | None) -> str:
    """``3 Mar 2024``."""
    return f"{day.day} {day:%b %Y}" if day else "unknown"


def _is_last_day(day: date) -> bool:
    return day.day == add_months(date(day.year, day.month, 1), 1).toordinal() - day.replace(day=1).toordinal()
