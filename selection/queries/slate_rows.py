"""A slate as its page shows it: rows with their parts and explanations, under their headings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Case, QuerySet, SmallIntegerField, When

from selection.models import Decision, Slate
from selection.queries.calibrated import Calibrated
from selection.queries.slate import NAMES, Outcome, Placed, within_cut
from selection.reserve import is_by_rank


@dataclass(frozen=True)
class Part:
    """One criterion's share in a place."""

    name: str
    weight: int
    score: Decimal | None
    points: Decimal | None


@dataclass(frozen=True)
class Row:
    """One candidate on the slate page."""

    decision: Decision
    parts: tuple[Part, ...]
    off_line: Decimal | None
    why: str
    change: str
    calibrated: Calibrated | None = None

    @property
    def name(self) -> str:
        return str(self.decision.candidate)

    @property
    def strip(self) -> int | None:
        """Where the dot stands on the strip around the seat line: 0–96, 48 is the line, 6 points its ends."""
        if self.off_line is None:
            return None
        return 48 + int(max(Decimal(-6), min(Decimal(6), self.off_line)) * 7)

    @property
    def beyond(self) -> str:
        """``above`` or ``below`` when it is more than six points off the line."""
        if self.off_line is None or abs(self.off_line) <= 6:
            return ""
        return "above" if self.off_line > 0 else "below"


@dataclass(frozen=True)
class Group:
    """Rows under one heading: selected, reserve, not selected, or still to be decided; ``count`` are all
    that stand under it, on other pages too."""

    key: str
    title: str
    note: str
    rows: list[Row]
    count: int


# those to be decided, those selected, the reserve in its order, the others by place
STANDING = ("standing", "reserve_order?", "place?")


def by_standing(decisions: QuerySet[Decision]) -> QuerySet[Any]:
    """Decisions with ``standing``, the order of their headings on the page of the slate; see ``STANDING``."""
    order = [When(outcome=key, then=place) for place, key in enumerate(("", *Outcome.values))]
    return decisions.annotate(standing=Case(*order, output_field=SmallIntegerField()))


def rows_of(
    slate: Slate,
    decisions: Sequence[Decision],
    everybody: Sequence[Placed] | None = None,
    calibrated: Mapping[int, Calibrated] | None = None,
) -> list[Row]:
    """The places with their parts and explanations, and what the calibration said where that is given. No
    query; one where these are not ``everybody``."""
    cut = within_cut(slate, everybody or decisions)
    line = min(
        (each.composite for each in everybody or decisions if each.pk in cut and each.composite is not None),
        default=None,
    )
    ranked = {each.place: each for each in decisions if each.place is not None}
    if everybody is not None:
        ranked |= _beside(slate, ranked)
    rows = [_row(slate, decision, ranked, line) for decision in decisions]
    return [replace(row, calibrated=(calibrated or {}).get(row.decision.candidate_id)) for row in rows]


def _beside(slate: Slate, ranked: Mapping[int, Decision]) -> dict[int, Decision]:
    """Those who stand just above the ones that are shown."""
    wanted = {place - 1 if place > 1 else 2 for place in ranked} - set(ranked)
    found = slate.decisions.filter(place__in=wanted).select_related("candidate__person")
    return {each.place: each for each in found if each.place is not None}


def _row(slate: Slate, decision: Decision, ranked: Mapping[int, Decision], line: Decimal | None) -> Row:
    off = None if decision.composite is None or line is None else decision.composite - line
    return Row(
        decision, parts_of(slate, decision), off, _why(slate, decision), _change(slate, decision, ranked)
    )


def parts_of(slate: Slate, decision: Decision) -> tuple[Part, ...]:
    """Each criterion with weight, score and points."""
    return tuple(
        Part(
            NAMES[key],
            slate.weights.get(key, 0),
            _decimal(decision.scores.get(key)),
            _decimal(decision.points.get(key)),
        )
        for key in NAMES
    )


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _why(slate: Slate, decision: Decision) -> str:
    if decision.rank is None:
        return decision.unranked_why
    parts = [part for part in parts_of(slate, decision) if part.points is not None]
    text = " + ".join(f"{part.points} for {part.name.lower()}" for part in parts)
    text = f"{text} = {decision.composite} points."
    if decision.missing:
        text += f" {', '.join(decision.missing)} was not measured, so the other weights count more."
    return text


def _change(slate: Slate, decision: Decision, ranked: Mapping[int, Decision]) -> str:
    if decision.is_knocked_out:
        return "Nothing on this slate: nobody below a knock-out gets a seat, whatever the total."
    if decision.place is None:
        return "Nothing on this slate: it ranks what was scored when it was drawn up. A seat needs another reason."
    if decision.is_tied:
        order = ", then ".join(NAMES[key].lower() for key in slate.tie_break)
        return f"Tied on points. The stored rule compares {order}, then draws lots."
    if decision.place > 1:
        above = ranked[decision.place - 1]
        gap = (above.composite or Decimal(0)) - (decision.composite or Decimal(0))
        return f"{gap:.2f} points more would reach {above.candidate} on rank {above.rank_text}."
    if behind := ranked.get(2):
        gap = (decision.composite or Decimal(0)) - (behind.composite or Decimal(0))
        return f"{behind.candidate} on rank {behind.rank_text} is {gap:.2f} points behind."
    return "Nobody else is ranked."


def groups_of(slate: Slate, rows: Sequence[Row], everybody: Sequence[Placed] | None = None) -> list[Group]:
    """The slate's rows under their headings, empty headings left out; ``everybody`` when these are not all."""
    every = [row.decision for row in rows] if everybody is None else everybody
    counts = Counter(each.outcome for each in every)
    by = {key: [row for row in rows if row.decision.outcome == key] for key in ("", *Outcome.values)}
    by[Outcome.RESERVE] = sorted(by[Outcome.RESERVE], key=lambda row: row.decision.reserve_order or 0)
    waiting = sorted(
        (each for each in every if each.outcome == Outcome.RESERVE), key=lambda each: each.reserve_order or 0
    )
    moved = not is_by_rank([each.place for each in waiting])
    notes = {
        "": ("Not decided", "choose for each, or accept the ranking"),
        Outcome.SELECTED: ("Selected", f"{slate.seats} seats"),
        Outcome.RESERVE: (
            "Reserve",
            "moved by hand; they move up in this order" if moved else "they move up in this order",
        ),
        Outcome.NOT_SELECTED: ("Not selected", "each gets written feedback and a talk with their leader"),
    }
    return [Group(key, title, note, by[key], counts[key]) for key, (title, note) in notes.items() if by[key]]
