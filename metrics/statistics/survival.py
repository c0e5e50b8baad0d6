"""How long people stay: Kaplan–Meier curves."""

import calendar
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, isfinite, log, nan, sqrt

from cohorts.estimates import CONFIDENCE, Estimate, z_of


@dataclass(frozen=True)
class Curve:
    """A step curve: one entry per distinct time at which somebody left (units of the input, ascending).

    `survival` is the share still there after that time; `low`, `high` its interval, not a number once the curve
    is at zero. `n` people in all, observed up to `last`.
    """

    time: tuple[float, ...]
    survival: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    at_risk: tuple[int, ...]
    events: tuple[int, ...]
    n: int
    last: float

    def at(self, time: float) -> Estimate | None:
        """Share still there at a time, with interval; `events` counts those before it. None beyond the data."""
        everybody_left = bool(self.survival and self.survival[-1] == 0)
        if not self.n or (time > self.last and not everybody_left):
            return None
        step = bisect_right(self.time, time) - 1
        if step < 0:
            return Estimate(1.0, 1.0, 1.0, self.n, 0)
        gone = sum(self.events[: step + 1])
        return Estimate(self.survival[step], self.low[step], self.high[step], self.n, gone)


def kaplan_meier(
    exits: Sequence[float],
    left: Sequence[object],
    entries: Sequence[float] | None = None,
    confidence: float = CONFIDENCE,
) -> Curve:
    """The product-limit curve with Greenwood's variance and a log–log interval.

    `exits`: time per person (any unit, > 0); `left`: true where that was an exit, false where observation just
    ended; `entries`: when observation began (left truncation), zero by default. The risk set at t is
    entry < t ≤ exit. Raises ValueError for unequal lengths, an exit not after its entry, or a time that is no
    number. Source: Kaplan & Meier (1958); Kalbfleisch & Prentice (2002), section 1.4.
    """
    z = z_of(confidence)
    start = [0.0] * len(exits) if entries is None else entries
    _check_times(start, exits, left)
    begins, ends = sorted(start), sorted(exits)
    gone = Counter(time for time, event in zip(exits, left, strict=True) if event)
    times = sorted(gone)
    at_risk: list[int] = []
    survival: list[float] = []
    bounds: list[tuple[float, float]] = []
    share, variance = 1.0, 0.0
    for time in times:
        # entered before t, minus those whose exit came before t
        risk, events = bisect_left(begins, time) - bisect_left(ends, time), gone[time]
        share *= 1 - events / risk
        variance += events / (risk * (risk - events)) if risk > events else 0.0
        at_risk.append(risk)
        survival.append(share)
        bounds.append(_log_log(share, variance, z))
    return Curve(
        time=tuple(times),
        survival=tuple(survival),
        low=tuple(low for low, _ in bounds),
        high=tuple(high for _, high in bounds),
        at_risk=tuple(at_risk),
        events=tuple(gone[time] for time in times),
        n=len(exits),
        last=max(exits, default=0.0),
    )


def months_later(day: date, months: int) -> date:
    """The same day some months later, or that month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _check_times(start: Sequence[float], end: Sequence[float], event: Sequence[object]) -> None:
    if not len(start) == len(end) == len(event):
        raise ValueError("Entries, exits and their kinds need one value per person.")
    if not all(isfinite(time) for time in (*start, *end)):
        raise ValueError("A time is missing.")
    if any(until <= since for since, until in zip(start, end, strict=True)):
        raise ValueError("Someone leaves before observation begins.")


def _log_log(share: float, variance: float, z: float) -> tuple[float, float]:
    """S^exp(±z·√(Σ d/(n(n−d)))/ln S); at S = 0 there is none."""
    if share == 0:
        return nan, nan
    # ln S is below zero, so the spread is too
    spread = z * sqrt(variance) / log(share)
    return share ** exp(-spread), share ** exp(spread)
