"""Match people with mentors: pure, deterministic, always with an answer."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .blocking import Mask, blocked_pairs
from .fit import FULL_FIT, Fits, common_hours
from .people import RULE_NAMES, Mentor, Person, Pin, Profile, Rule, Rules, Weights, rules_in
from .result import Result
from .seating import NOBODY, Integers, Seating, Seats, seat

Side = TypeVar("Side", bound=Profile)


class PinRefused(ValueError):  # noqa: N818 - reads as the sentence it is
    """A pin that cannot stand as it is; `rules` are those it breaks and nobody confirmed."""

    def __init__(self, sentence: str, pin: Pin, rules: tuple[Rule, ...] = ()) -> None:
        super().__init__(sentence)
        self.pin = pin
        self.rules = rules


def solve(
    people: Iterable[Person],
    mentors: Iterable[Mentor],
    weights: Weights | None = None,
    rules: Rules | None = None,
    pins: Sequence[Pin] = (),
    run_key: str = "",
) -> Result:
    """Most people matched, then the highest worst fit, then the highest total (less load and change points).

    The same input gives the same answer in any order; `run_key` draws the lots that part equal totals. Pinned
    pairs stand outside of the three levels. Raises PinRefused for a pin that breaks an unconfirmed rule.
    """
    rules = rules or Rules()
    people, lots_of_people = _drawn(people, f"{run_key}\0person")
    mentors, lots_of_mentors = _drawn(mentors, f"{run_key}\0mentor")
    hours = common_hours(people, mentors)
    fits = Fits.of(people, mentors, weights or Weights(), hours)
    fit = fits.total
    mask = blocked_pairs(people, mentors, rules, hours)
    pinned_to = _settle_pins(people, mentors, mask, pins)
    taken = np.bincount(pinned_to[pinned_to != NOBODY], minlength=len(mentors))
    free = np.maximum(0, np.array([each.seats for each in mentors], dtype=np.int64) - taken)
    load = np.array([each.load for each in mentors], dtype=np.int64) + taken
    cost = FULL_FIT - fit
    cost[_changes(people, mentors)] += rules.change_points
    pinned = pinned_to != NOBODY
    seating = _seat_the_rest(
        fit, cost, mask, pinned, free, load, rules.load_points, _lots(lots_of_people, lots_of_mentors)
    )
    return Result(
        people=tuple(people), mentors=tuple(mentors), fits=fits, fit=fit, mask=mask, cost=cost, free=free,
        load=load, load_points=rules.load_points, mentor_of=np.where(pinned, pinned_to, seating.mentor_of),
        pinned=pinned, floor=seating.floor,
    )  # fmt: skip


def _seat_the_rest(
    fit: Integers,
    cost: Integers,
    mask: Mask,
    pinned: NDArray[np.bool_],
    free: Integers,
    load: Integers,
    load_points: int,
    lots: NDArray[np.uint64],
) -> Seating:
    eligible = (mask == 0) & (free > 0)
    if not pinned.any():
        return seat(fit, cost, eligible, Seats.of(free, load, len(fit)), load_points, lots)
    rest = ~pinned
    seats = Seats.of(free, load, int(rest.sum()))
    part = seat(fit[rest], cost[rest], eligible[rest], seats, load_points, lots[rest])
    mentor_of = np.full(len(fit), NOBODY)
    mentor_of[rest] = part.mentor_of
    return Seating(mentor_of, part.floor)


def _drawn(side: Iterable[Side], salt: str) -> tuple[list[Side], NDArray[np.uint64]]:
    """The side in the order of its lots, so that nothing later can depend on the order of rows."""
    listed = list(side)
    lots = {each.key: _lot(salt, each.key) for each in listed}
    if len(lots) < len(listed):
        raise ValueError("Someone is listed twice.")
    ordered = sorted(listed, key=lambda each: (lots[each.key], each.key))
    return ordered, np.array([lots[each.key] for each in ordered], dtype=np.uint64)


def _lot(salt: str, key: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{salt}\0{key}".encode(), digest_size=8).digest(), "big")


def _lots(people: NDArray[np.uint64], mentors: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One drawn number per pair (the mixing step of splitmix64)."""
    mixed = people[:, None] ^ (mentors * np.uint64(0x9E3779B97F4A7C15))
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    return np.asarray(mixed ^ (mixed >> np.uint64(27)))


def _changes(people: Sequence[Person], mentors: Sequence[Mentor]) -> NDArray[np.bool_]:
    """Where the person has another mentor now."""
    column_of = {each.key: column for column, each in enumerate(mentors)}
    changes = np.zeros((len(people), len(mentors)), bool)
    for row, person in enumerate(people):
        if person.current_mentor:
            changes[row] = True
            if person.current_mentor in column_of:
                changes[row, column_of[person.current_mentor]] = False
    return changes


def _settle_pins(
    people: Sequence[Person], mentors: Sequence[Mentor], mask: Mask, pins: Sequence[Pin]
) -> Integers:
    """Mentor number per pinned person. The pins of a mentor beyond the free seats break MENTOR_FULL."""
    row_of = {each.key: row for row, each in enumerate(people)}
    column_of = {each.key: column for column, each in enumerate(mentors)}
    pinned_to = np.full(len(people), NOBODY)
    held = np.zeros(len(mentors), np.int64)
    # confirmed pins last: they are the ones that may go beyond the seats
    for pin in sorted(pins, key=lambda each: (each.confirmed, each.person, each.mentor)):
        if pin.person not in row_of or pin.mentor not in column_of:
            raise PinRefused("A pinned pair names someone who does not take part in this match.", pin)
        row, column = row_of[pin.person], column_of[pin.mentor]
        if pinned_to[row] != NOBODY:
            raise PinRefused("A person can be pinned to one mentor only.", pin)
        held[column] += 1
        if held[column] > mentors[column].seats:
            mask[row, column] |= Rule.MENTOR_FULL.value
        _check_pin(pin, rules_in(int(mask[row, column])))
        pinned_to[row] = column
    return pinned_to


def _check_pin(pin: Pin, broken: tuple[Rule, ...]) -> None:
    if broken and not pin.confirmed:
        names = ", ".join(RULE_NAMES[rule].lower() for rule in broken)
        raise PinRefused(f"This pair breaks a rule: {names}. Confirm it to keep it.", pin, broken)
