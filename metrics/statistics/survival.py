"""How long people stay: Kaplan–Meier curves and retention after a number of months."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .estimates import CONFIDENCE, Estimate, z_of
from .proportions import proportion

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Curve:
    """A step curve: one entry per distinct time at which somebody left (units of the input, ascending).

    `survival` is the share still there after that time; `low`, `high` its interval, not a number once the curve
    is at zero. `n` people in all, observed up to `last`.
    """

    time: Floats
    survival: Floats
    low: Floats
    high: Floats
    at_risk: Counts
    events: Counts
    n: int
    last: float

    def at(self, time: float) -> Estimate | None:
        """Share still there at a time, with interval; `events` counts those before it. None beyond the data."""
        everybody_left = bool(len(self.survival) and self.survival[-1] == 0)
        if not self.n or (time > self.last and not everybody_left):
            return None
        step = int(np.searchsorted(self.time, time, side="right")) - 1
        if step < 0:
            return Estimate(1.0, 1.0, 1.0, self.n, 0)
        return Estimate(
            float(self.survival[step]),
            float(self.low[step]),
            float(self.high[step]),
            self.n,
            int(self.events[: step + 1].sum()),
        )

    def while_at_risk(self, k: int) -> "Curve":
        """The curve up to the last step with at least k people at risk: the rest would show single people."""
        small = np.flatnonzero(self.at_risk < k)
        if not len(small):
            return self
        end = int(small[0])
        return replace(
            self,
            time=self.time[:end],
            survival=self.survival[:end],
            low=self.low[:end],
            high=self.high[:end],
            at_risk=self.at_risk[:end],
            events=self.events[:end],
            last=float(self.time[end - 1]) if end else 0.0,
        )


@dataclass(frozen=True)
class Retention:
    """Share still employed some months after the start, among those followed that long.

    `estimate` is None while nobody has been; `too_recent` people started too late to count, `not_at_risk` had
    left by their start or start after the as-of date.
    """

    estimate: Estimate | None
    too_recent: int
    not_at_risk: int
    months: int
    as_of: date


def kaplan_meier(
    exits: ArrayLike, left: ArrayLike, entries: ArrayLike | None = None, confidence: float = CONFIDENCE
) -> Curve:
    """The product-limit curve with Greenwood's variance and a log–log interval.

    `exits`: time per person (any unit, > 0); `left`: True where that was an exit, False where observation just
    ended; `entries`: when observation began (left truncation), zero by default. The risk set at t is
    entry < t ≤ exit. Raises ValueError for unequal shapes, an exit not after its entry, or a time that is no
    number. Source: Kaplan & Meier (1958); Kalbfleisch & Prentice (2002), section 1.4.
    """
    z = z_of(confidence)
    end, event = np.asarray(exits, dtype=float), np.asarray(left, dtype=bool)
    start = np.zeros_like(end) if entries is None else np.asarray(entries, dtype=float)
    _check_times(start, end, event)
    time, events = np.unique(end[event], return_counts=True)
    # entered before t, minus those whose exit came before t
    at_risk = np.searchsorted(np.sort(start), time, side="left") - np.searchsorted(
        np.sort(end), time, side="left"
    )
    survival = np.cumprod(1 - events / at_risk)
    low, high = _log_log(survival, events, at_risk, z)
    return Curve(
        time=time,
        survival=survival,
        low=low,
        high=high,
        at_risk=at_risk.astype(np.int64),
        events=events.astype(np.int64),
        n=len(end),
        last=float(end.max(initial=0.0)),
    )


def retention(
    starts: Sequence[date], ends: Sequence[date | None], as_of: date, months: int = 12
) -> Retention:
    """Still employed at start + months ÷ those whose start + months is not after `as_of`, Wilson interval.

    `ends`: when employment ended, None if it lasts; an end after `as_of` is not known yet. Whoever leaves on the
    very day the months are full has left, as on the curve. 31 January + 1 month is the last of February.
    """
    if len(starts) != len(ends):
        raise ValueError("Every start needs an end, or None while employment lasts.")
    stayed = followed = too_recent = not_at_risk = 0
    for start, end in zip(starts, ends, strict=True):
        full = months_later(start, months)
        if start > as_of or (end is not None and end <= start):
            not_at_risk += 1
        elif full > as_of:
            too_recent += 1
        else:
            followed += 1
            stayed += end is None or end > full
    estimate = proportion(stayed, followed) if followed else None
    return Retention(estimate, too_recent, not_at_risk, months, as_of)


def retention_curve(starts: Sequence[date], ends: Sequence[date | None], as_of: date) -> Curve:
    """The Kaplan–Meier curve in days since the start, using also those not followed to the end.

    People who had left by their start, or start on or after `as_of`, were never at risk and are left out.
    """
    days: list[int] = []
    left: list[bool] = []
    for start, end in zip(starts, ends, strict=True):
        gone = end is not None and end <= as_of
        until = end if gone and end is not None else as_of
        if until > start:
            days.append((until - start).days)
            left.append(gone)
    return kaplan_meier(days, left)


def months_later(day: date, months: int) -> date:
    """The same day some months later, or that month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _check_times(start: Floats, end: Floats, event: NDArray[np.bool_]) -> None:
    if not start.shape == end.shape == event.shape or end.ndim != 1:
        raise ValueError("Entries, exits and their kinds need one value per person.")
    if not (np.isfinite(start).all() and np.isfinite(end).all()):
        raise ValueError("A time is missing.")
    if bool(np.any(end <= start)):
        raise ValueError("Someone leaves before observation begins.")


def _log_log(survival: Floats, events: Counts, at_risk: Counts, z: float) -> tuple[Floats, Floats]:
    """S^exp(±z·√(Σ d/(n(n−d)))/ln S); at S = 0 there is none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = z * np.sqrt(np.cumsum(events / (at_risk * (at_risk - events)))) / np.log(survival)
        # ln S is below zero, so the spread is too
        low, high = survival ** np.exp(-spread), survival ** np.exp(spread)
    gone = survival == 0
    return np.where(gone, np.nan, low), np.where(gone, np.nan, high)
