"""Days that people type."""

from datetime import date

from django import forms
from django.utils import timezone

YEARS = 20


def within_reach(day: date) -> None:
    """Validator: calendars and clocks are known for some years only, and a year mistyped is no plan."""
    if abs(day.year - timezone.localdate().year) > YEARS:
        raise forms.ValidationError(f"Choose a day within {YEARS} years.")
