"""Events per person-year."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from .estimates import CONFIDENCE, Estimate, check_confidence

DAYS_IN_A_YEAR = 365.25

Days = NDArray[np.datetime64]


def rate(events: int, person_years: float, n: int, confidence: float = CONFIDENCE) -> Estimate:
    """Events per person-year with the exact Poisson interval; `n` is the people at risk.

    Raises ValueError for a negative count or no time at risk.
    Source: Garwood (1936), Biometrika 28:437–442 (chi-squared form: Ulm 1990, Am J Epidemiol 131:373–375).
    """
    from scipy.stats import chi2

    check_confidence(confidence)
    if events < 0:
        raise ValueError(f"A count of events cannot be {events}.")
    if not person_years > 0:
        raise ValueError("A rate needs time at risk.")
    tail = (1 - confidence) / 2
    low = float(chi2.ppf(tail, 2 * events)) / 2 if events else 0.0
    high = float(chi2.ppf(1 - tail, 2 * events + 2)) / 2
    return Estimate(events / person_years, low / person_years, high / person_years, n, events)


def person_years(entries: Sequence[date], exits: Sequence[date | None], as_of: date) -> NDArray[np.float64]:
    """Years at risk per spell, in years of 365.25 days; everything after `as_of` is cut off.

    `entries` and `exits` have the same length; None means still at risk. A spell that begins after `as_of` adds
    nothing. Raises ValueError for unequal lengths or an exit before its entry.
    """
    start, end = as_days(entries), as_days(exits)
    if len(start) != len(end):
        raise ValueError("Every entry needs an exit, or None while it lasts.")
    if bool(np.any(end < start)):
        raise ValueError("A spell ends before it begins.")
    last = np.datetime64(as_of, "D")
    end = np.where(np.isnat(end), last, np.minimum(end, last))
    days = (end - start) / np.timedelta64(1, "D")
    return np.maximum(0.0, days) / DAYS_IN_A_YEAR


def as_days(dates: Sequence[date | None]) -> Days:
    """Dates as numpy days; None becomes "not a time", which compares as false."""
    return np.array(list(dates), dtype="datetime64[D]")
