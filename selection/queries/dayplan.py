"""The assessment days as the planner sees them, and what it says in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet

from amdp.web.time import day as day_words
from amdp.web.time import place_of
from cohorts.models import Cohort
from selection.dayplan import Center, Clash, Day, Meeting, Person, Room, Slot, clashes
from selection.dayplan import Exercise as Sitting
from selection.dayplan.hours import moment as moment_of
from selection.dayplan.hours import span_of
from selection.dayplan.problem import Span
from selection.days import window_of, zone_of
from selection.models import (
    AssessmentDay,
    AssessmentRoom,
    AssessmentSlot,
    Assessor,
    Candidate,
    DayPlan,
    Exercise,
    Scoresheet,
    SlotAssessor,
    Stage,
)
from selection.queries.assessment import admitted, exercises_of
from selection.queries.daywords import Names

State = AssessmentSlot.State
ONE_DAY, FOR_GOOD = timedelta(days=1), timedelta(days=3650)
NOBODY = "Nobody is given {candidate} to score in “{exercise}” yet."


def day_plan_of(cohort: Cohort) -> DayPlan | None:
    """The plan of a cohort, if it has one."""
    return DayPlan.objects.filter(cohort=cohort).select_related("cohort__program", "organization").first()


def slots_of(plan: DayPlan) -> QuerySet[AssessmentSlot]:
    """Every slot with everything that is shown of it; two queries."""
    seats = SlotAssessor.objects.filter(is_out=False).select_related("assessor__person")
    return plan.slots.select_related("candidate__person", "exercise", "room").prefetch_related(
        Prefetch("seats", seats)
    )


def zones_at(plan: DayPlan) -> Callable[[datetime], ZoneInfo]:
    """In which zone the day of a moment is planned. One query."""
    zones = {one.on: ZoneInfo(one.zone) for one in plan.days.all()}
    usual = ZoneInfo(zone_of_days(plan)) if not zones else next(iter(zones.values()))
    return lambda moment: zones.get(moment.astimezone(usual).date(), usual)


def worded(plan: DayPlan, slots: Iterable[AssessmentSlot]) -> list[AssessmentSlot]:
    """The same with ``at_words`` and ``time_words``: when each is, in the zone of its day. One query."""
    zone_of, listed = zones_at(plan), list(slots)
    for slot in listed:
        if slot.starts_at is None or slot.ends_at is None:
            continue
        zone = zone_of(slot.starts_at)
        start, end = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
        slot.time_words = f"{start:%H:%M}–{end:%H:%M}"
        slot.at_words = f"{day_words(start.date())}, {slot.time_words}"
    return listed


def meetings_of(cohort: Cohort) -> dict[tuple[int, int], tuple[int, ...]]:
    """By candidate and exercise, the ids of the assessors who watch."""
    rows = Scoresheet.objects.filter(
        candidate__cohort=cohort, candidate__state=Candidate.State.ADMITTED
    ).order_by("candidate_id", "exercise_id", "assessor_id")
    found: dict[tuple[int, int], tuple[int, ...]] = {}
    for candidate, exercise, assessor in rows.values_list("candidate_id", "exercise_id", "assessor_id"):
        found[candidate, exercise] = (*found.get((candidate, exercise), ()), assessor)
    return found


def have_met(cohort: Cohort) -> set[tuple[int, int]]:
    """Candidates and exercises somebody has scored already."""
    rows = Scoresheet.objects.filter(candidate__cohort=cohort, state=Scoresheet.State.SUBMITTED).order_by()
    return set(rows.values_list("candidate_id", "exercise_id"))


# --- what the planner is asked ------------------------------------------------------------------------


def center_of(plan: DayPlan) -> Center:
    """Days, rooms, exercises and people of a plan; a fixed number of queries. Assessors have their ids with a
    minus, so that nobody is taken for a candidate."""
    video = set(plan.on_video.values_list("exercise_id", flat=True))
    hours = (as_time(plan.hours_from), as_time(plan.hours_until))
    rooms = plan.rooms.prefetch_related("suits")
    columns = ("pk", "person__time_zone", "person__termination_date")
    candidates = admitted(plan.cohort).values_list(*columns)
    assessors = Assessor.objects.filter(cohort=plan.cohort_id).values_list(*columns)
    return Center(
        exercises=[
            Sitting(each.pk, each.minutes, each.preparation_minutes, each.pk in video)
            for each in exercises_of(plan.cohort)
        ],
        rooms=[
            Room(room.pk, frozenset(each.exercise_id for each in room.suits.all()) or None) for room in rooms
        ],
        days=days_in(plan),
        candidates=[Person(pk, zone or "UTC", hours, gone(last, zone)) for pk, zone, last in candidates],
        assessors=[Person(-pk, zone or "UTC", hours, gone(last, zone)) for pk, zone, last in assessors],
        rest=plan.rest,
        changeover=plan.changeover,
    )


def gone(last_day: date | None, zone: str) -> tuple[Span, ...]:
    """When somebody is no longer there: after the last day they work here."""
    if last_day is None:
        return ()
    leaves = moment_of(last_day + ONE_DAY, time(), zone or "UTC")
    return ((leaves, leaves + FOR_GOOD),)


def days_in(plan: DayPlan) -> list[Day]:
    """The days as the planner sees them."""
    return [
        Day(one.on, one.starts, one.ends, one.zone, tuple((as_time(a), as_time(b)) for a, b in one.breaks))
        for one in plan.days.all()
    ]


def days_outside(cohort: Cohort, days: Iterable[Day]) -> str:
    """Which of these days lie outside the window of the assessment, in a sentence; empty when none does. The
    window is days of the plan's zone, a day one of its own."""
    window, zone = window_of(cohort, Stage.Kind.ASSESSMENT), zone_of(cohort)
    if window is None:
        return ""
    opens, closes = (moment_of(each, time(), zone) for each in (window[0], window[1] + ONE_DAY))
    outside = [one.date for one in days if span_of(one)[0] < opens or span_of(one)[1] > closes]
    if not outside:
        return ""
    which = ", ".join(day_words(each) for each in sorted(outside))
    lie = "lies" if len(outside) == 1 else "lie"
    return (
        f"{which} {lie} outside the assessment, which is open from {day_words(window[0])} to "
        f"{day_words(window[1])}, days in {place_of(zone)}."
    )


def moment_on(day: AssessmentDay, at: time) -> datetime:
    """The moment of a wall time on one of the days."""
    return datetime.combine(day.on, at, ZoneInfo(day.zone))


def as_time(value: time | str) -> time:
    return value if isinstance(value, time) else time.fromisoformat(value)


def as_slot(slot: AssessmentSlot) -> Slot:
    """A placed slot as the planner sees it; its seats are loaded."""
    people = tuple(sorted(-seat.assessor_id for seat in slot.seats.all() if not seat.is_out))
    meeting = Meeting(slot.candidate_id, slot.exercise_id, people)
    assert slot.starts_at
    assert slot.ends_at
    return Slot(meeting, slot.starts_at, slot.ends_at, slot.room_id)


# --- in words ----------------------------------------------------------------------------------------


def names_of(plan: DayPlan) -> Names:
    """Names for sentences; four queries."""
    return Names(
        {
            each.pk: str(each.person)
            for each in Candidate.objects.filter(cohort=plan.cohort_id).select_related("person")
        },
        {
            -each.pk: str(each.person)
            for each in Assessor.objects.filter(cohort=plan.cohort_id).select_related("person")
        },
        dict(Exercise.objects.filter(plan__cohort=plan.cohort_id).values_list("pk", "name")),
        dict(plan.rooms.values_list("pk", "name")),
        zone_of_days(plan),
    )


def zone_of_days(plan: DayPlan) -> str:
    """The zone in which the grid is drawn: that of the first day."""
    first = plan.days.order_by("on", "pk").values_list("zone", flat=True).first()
    return first or plan.organization.time_zone


def clashes_in(plan: DayPlan, slots: Iterable[AssessmentSlot]) -> dict[int, list[str]]:
    """By slot, what speaks against where it lies, in sentences. Both sides of a clash name the other."""
    placed = {each.pk: as_slot(each) for each in slots if each.state == State.PLACED}
    found = clashes(center_of(plan), placed.values())
    if not found:
        return {}
    keys = {id(slot): pk for pk, slot in placed.items()}
    names = names_of(plan)
    sentences: dict[int, list[str]] = {}
    for clash in found:
        for one in (clash, *([Clash(clash.kind, clash.other, clash.who, clash.slot)] if clash.other else [])):
            sentences.setdefault(keys[id(one.slot)], []).append(names.clash(one))
    return {pk: list(dict.fromkeys(texts)) for pk, texts in sentences.items()}


def shared_calls(slots: Iterable[AssessmentSlot]) -> list[str]:
    """Two candidates who would meet in one video call, in sentences."""
    placed = [each for each in slots if each.state == State.PLACED and each.link and each.room_id is None]
    found = []
    for number, one in enumerate(placed):
        for other in placed[number + 1 :]:
            meets = one.starts_at < other.ends_at and other.starts_at < one.ends_at  # type: ignore[operator]
            if meets and one.link == other.link and one.candidate_id != other.candidate_id:
                found.append(
                    f"{one.candidate} and {other.candidate} would meet in one video call. "
                    "Give each a link of their own."
                )
    return found


# --- the grid ----------------------------------------------------------------------------------------

STEP = 5


@dataclass(frozen=True)
class Cell:
    """A slot on the grid: at which step of the day it begins, and how many it takes."""

    slot: AssessmentSlot
    first: int
    steps: int
    clashes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A room, or video, on one day."""

    name: str
    room: AssessmentRoom | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Hour:
    text: str
    first: int


@dataclass(frozen=True)
class GridDay:
    """One day of the grid; ``steps`` of five minutes from its start."""

    title: str
    zone: str
    key: int
    start: str
    columns: tuple[Column, ...]
    hours: tuple[Hour, ...]
    steps: int


def grid_of(plan: DayPlan, slots: list[AssessmentSlot], clashing: Mapping[int, list[str]]) -> list[GridDay]:
    """The placed slots by day and room. Two queries."""
    rooms = list(plan.rooms.all())
    days = []
    for one in plan.days.all():
        zone = ZoneInfo(one.zone)
        here = [
            each
            for each in slots
            if each.state == State.PLACED
            and each.starts_at
            and each.starts_at.astimezone(zone).date() == one.on
        ]
        first, last = _minutes(one.starts), _minutes(one.ends)
        for each in here:
            begins = _minutes(each.starts_at.astimezone(zone).time())  # type: ignore[union-attr]
            first = min(first, begins)
            last = max(last, begins + _length(each))
        first -= first % 30
        columns = [
            Column(
                room.name,
                room,
                _cells([each for each in here if each.room_id == room.pk], zone, first, clashing),
            )
            for room in rooms
        ]
        video = [each for each in here if each.room_id is None]
        if video or not rooms:
            columns.append(Column("Video", None, _cells(video, zone, first, clashing)))
        hours = tuple(
            Hour(f"{minute // 60:02d}:{minute % 60:02d}", (minute - first) // STEP + 1)
            for minute in range(first, last, 30)
        )
        days.append(
            GridDay(
                day_words(one.on),
                place_of(one.zone),
                one.pk,
                f"{first // 60:02d}:{first % 60:02d}",
                tuple(columns),
                hours,
                -(-(last - first) // STEP),
            )
        )
    return days


def _cells(
    slots: list[AssessmentSlot], zone: ZoneInfo, first: int, clashing: Mapping[int, list[str]]
) -> tuple[Cell, ...]:
    found = []
    for each in sorted(slots, key=lambda one: (one.starts_at, one.pk)):
        begins = _minutes(each.starts_at.astimezone(zone).time())  # type: ignore[union-attr]
        steps = max(1, _length(each) // STEP)
        found.append(Cell(each, (begins - first) // STEP + 1, steps, tuple(clashing.get(each.pk, ()))))
    return tuple(found)


def _minutes(value: time) -> int:
    return value.hour * 60 + value.minute


def _length(slot: AssessmentSlot) -> int:
    assert slot.starts_at
    assert slot.ends_at
    return (slot.ends_at - slot.starts_at) // timedelta(minutes=1)


@dataclass(frozen=True)
class PersonRow:
    """A candidate or an assessor with the slots they are in, by time."""

    name: str
    zone: str
    slots: tuple[AssessmentSlot, ...]


def people_of(slots: Iterable[AssessmentSlot]) -> tuple[list[PersonRow], list[PersonRow]]:
    """Candidates and assessors with their slots, by name. No query."""
    candidates: dict[int, list[AssessmentSlot]] = {}
    assessors: dict[int, list[AssessmentSlot]] = {}
    people = {}
    for slot in slots:
        if slot.state != State.PLACED:
            continue
        candidates.setdefault(slot.candidate.person_id, []).append(slot)
        people[slot.candidate.person_id] = slot.candidate.person
        for seat in slot.seats.all():
            assessors.setdefault(seat.assessor.person_id, []).append(slot)
            people[seat.assessor.person_id] = seat.assessor.person

    def rows(found: dict[int, list[AssessmentSlot]]) -> list[PersonRow]:
        listed = sorted(found.items(), key=lambda pair: (people[pair[0]].last_name_key, pair[0]))
        return [
            PersonRow(
                str(people[pk]),
                place_of(people[pk].time_zone or "UTC"),
                tuple(sorted(own, key=lambda one: (one.starts_at, one.pk))),
            )
            for pk, own in listed
        ]

    return rows(candidates), rows(assessors)
