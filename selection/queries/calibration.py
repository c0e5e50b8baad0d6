"""Reading a calibration: whether one can begin, its board, and what was moved and said."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet

from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from cohorts.models import Cohort
from selection.days import why_closed, why_over
from selection.models import (
    CalibrationMove,
    CalibrationNote,
    CalibrationPlace,
    CalibrationSession,
    Candidate,
    Scoresheet,
    Stage,
)
from selection.nine_box import LEVELS, ROWS, Box, Measured, of_five
from selection.queries.conflicts import interests_of
from selection.queries.preconditions import sheets_missing, too_close

LATEST = 8
FAR_APART = Decimal(2)
State = Cohort.State


# --- whether it can begin ----------------------------------------------------------------------------


def unready_to_calibrate(cohort: Cohort) -> list[str]:
    """Sentences for what keeps a calibration from being opened."""
    if cohort.calibrations.exists():
        return ["The calibration of this cohort was opened already."]
    if cohort.slates.exists():
        return ["The slate is drawn up, so there is nothing left to calibrate."]
    if cohort.state not in (State.ASSESSING, State.SELECTING):
        return ["A calibration begins when the assessment is complete."]
    if not cohort.candidates.filter(state=Candidate.State.ADMITTED).exists():
        return ["Nobody is approved for the assessment yet."]
    missing = ([] if why_closed(cohort) else sheets_missing(cohort)) + too_close(cohort)
    over = why_over(cohort, Stage.Kind.CALIBRATION)
    return [*missing, f"{over} Give it a later day in the selection plan first."] if over else missing


def left_open(cohort: Cohort) -> int:
    """Score sheets that would never be handed in, because scoring ends as the calibration begins."""
    sheets = Scoresheet.objects.filter(
        candidate__cohort=cohort,
        candidate__state=Candidate.State.ADMITTED,
        state=Scoresheet.State.OPEN,
    )
    return sheets.count()


# --- the board ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Card:
    """A candidate on the board. ``barred`` says why the member does not move them."""

    place: CalibrationPlace
    moves: int
    notes: int
    barred: str = ""

    @property
    def name(self) -> str:
        return self.place.candidate.person.name

    @property
    def measured(self) -> Measured:
        return measured_of(self.place)

    @property
    def performance(self) -> Decimal | None:
        """Of 5."""
        return of_five(self.measured.performance)

    @property
    def promise(self) -> Decimal | None:
        """What stands on the potential axis, of 5."""
        return of_five(self.measured.promise)

    @property
    def view(self) -> Decimal | None:
        """The nominators' view of the potential, of 5."""
        return of_five(self.measured.potential)

    @property
    def assessed(self) -> Decimal | None:
        """What the assessment says together, of 5."""
        return of_five(self.measured.assessment)

    @property
    def cautions(self) -> list[str]:
        """Why to look twice at the numbers, in a few words each."""
        return cautions_of(self.place)


def cautions_of(place: CalibrationPlace) -> list[str]:
    """Where the numbers of a candidate stand on little, or assessors saw them differently."""
    measured, found = place.measured, []
    if measured.get("assessors", 0) < 2:
        found.append("one assessor" if measured.get("assessors") else "not assessed")
    if measured.get("apart") is not None and Decimal(measured["apart"]) >= FAR_APART:
        found.append("assessors far apart")
    names = {"performance": "no yearly ratings", "potential": "no view of potential"}
    return found + [words for key, words in names.items() if measured.get(key) is None]


def measured_of(place: CalibrationPlace) -> Measured:
    """What the first box is from, as it was kept when the session opened."""
    kept = {
        key: None if (score := place.measured.get(key)) is None else Decimal(score)
        for key in ("performance", "potential", "assessment")
    }
    view, assessed = place.measured.get("weights", (0, 0))
    return Measured(**kept, weights=(view, assessed))


@dataclass(frozen=True)
class BoardBox:
    """One of the nine with who stands in it, and how many the data put there."""

    box: Box
    cards: list[Card]
    first: int

    @property
    def count(self) -> int:
        return len(self.cards)


@dataclass(frozen=True)
class BoardRow:
    """A level of potential."""

    level: str
    boxes: list[BoardBox]

    @property
    def count(self) -> int:
        return sum(box.count for box in self.boxes)


@dataclass(frozen=True)
class Share:
    """How many stand on a level now, and how many the data put there."""

    axis: str
    level: str
    first: int
    now: int


@dataclass(frozen=True)
class Happening:
    """A move or a note, for the lines of what happened last."""

    at: datetime
    by: Membership | None
    place: CalibrationPlace
    words: str
    move: CalibrationMove | None = None

    @property
    def who(self) -> str:
        return str(self.by or "Somebody who left")


@dataclass(frozen=True)
class Board:
    """Everything on the board at one version."""

    session: CalibrationSession
    rows: list[BoardRow]
    waiting: list[Card]
    columns: list[tuple[str, int]]
    shares: list[Share]
    latest: list[Happening]

    @property
    def total(self) -> int:
        return sum(row.count for row in self.rows) + len(self.waiting)

    @property
    def moved(self) -> int:
        """How many stand elsewhere than the data put them."""
        cards = [card for row in self.rows for box in row.boxes for card in box.cards]
        return sum(card.place.box != card.place.first_box for card in cards)


def places_of(session: CalibrationSession) -> QuerySet[Any]:
    """The candidates of a session by name, with ``moved`` and ``noted``: how often each was."""
    return (
        session.places.filter(candidate__state=Candidate.State.ADMITTED)
        .select_related("candidate__person", "session__cohort__program")
        .annotate(moved=Count("moves", distinct=True), noted=Count("notes", distinct=True))
        .order_by("candidate__person__last_name_key", "pk")
    )


def board_of(session: CalibrationSession, member: Membership) -> Board:
    """The board as the member sees it; four queries however many candidates there are."""
    places = list(places_of(session))
    barred = barred_for(member, places)
    cards = [Card(place, place.moved, place.noted, barred.get(place.pk, "")) for place in places]
    first = Counter(place.first_box for place in places)
    rows = [
        BoardRow(
            LEVELS[potential],
            [BoardBox(box, [card for card in cards if card.place.box == box], first[box]) for box in boxes],
        )
        for potential, boxes in ROWS
    ]
    columns = [(name, sum(place.performance == level for place in places)) for level, name in LEVELS.items()]
    waiting = [card for card in cards if card.place.box is None]
    return Board(session, rows, waiting, columns, shares_of(places), latest_in(session))


def barred_for(member: Membership, places: Sequence[CalibrationPlace]) -> dict[int, str]:
    """By place, why the member may not move the candidate; one query."""
    person = person_of(member)
    if person is None or not places:
        return {}
    found = interests_of([place.candidate for place in places], [person])
    return {place.pk: words for place in places if (words := found[place.candidate_id].get(person.pk, ""))}


def shares_of(places: Sequence[CalibrationPlace]) -> list[Share]:
    """How many on each level of each axis, from the data and now. Nothing is forced: there is no third column."""
    return [
        Share(
            axis,
            LEVELS[level],
            sum(getattr(place, f"first_{axis}") == level for place in places),
            sum(getattr(place, axis) == level for place in places),
        )
        for axis in ("performance", "potential")
        for level in sorted(LEVELS, reverse=True)
    ]


def latest_in(session: CalibrationSession) -> list[Happening]:
    """What happened last, newest first; two queries."""
    theirs = {"place__session": session, "place__candidate__state": Candidate.State.ADMITTED}
    moves = CalibrationMove.objects.filter(**theirs).select_related(
        "place__candidate__person", "moved_by__user"
    )
    notes = CalibrationNote.objects.filter(**theirs).select_related(
        "place__candidate__person", "written_by__user"
    )
    found = happenings(
        moves.order_by("-moved_at", "-pk")[:LATEST], notes.order_by("-written_at", "-pk")[:LATEST]
    )
    return found[::-1][:LATEST]


def happenings(moves: Iterable[CalibrationMove], notes: Iterable[CalibrationNote]) -> list[Happening]:
    """Moves and notes in order of time. No query."""
    found = [Happening(each.moved_at, each.moved_by, each.place, each.reason, each) for each in moves]
    found += [Happening(each.written_at, each.written_by, each.place, each.text) for each in notes]
    return sorted(found, key=lambda each: each.at)


def talk_on(place: CalibrationPlace) -> list[Happening]:
    """Every move of and note on one candidate, oldest first; two queries."""
    moves = place.moves.select_related("place__candidate__person", "moved_by__user")
    notes = place.notes.select_related("place__candidate__person", "written_by__user")
    return happenings(moves, notes)
