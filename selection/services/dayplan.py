"""The assessment days: set up, moved by hand, published, changed and cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import available_timezones

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort
from selection import access, notices
from selection.dayplan import Center, Day, clashes
from selection.dayplan.hours import days_of
from selection.models import (
    AssessmentDay,
    AssessmentRoom,
    AssessmentSlot,
    DayPlan,
    RoomExercise,
    VideoExercise,
)
from selection.queries.assessment import exercises_of
from selection.queries.dayplan import as_slot, center_of, days_outside, names_of, shared_calls, slots_of

State = AssessmentSlot.State
OPEN_COHORT = (Cohort.State.NOMINATING, Cohort.State.ASSESSING)
MOST_DAYS = 60
OVER = "The assessment of this cohort is over, so its days stay as they were."


@dataclass(frozen=True)
class DayWish:
    """A day as it is to be."""

    on: date
    starts: time
    ends: time
    zone: str
    breaks: tuple[tuple[time, time], ...] = ()

    @property
    def day(self) -> Day:
        """The same for the planner."""
        return Day(self.on, self.starts, self.ends, self.zone, self.breaks)


@dataclass(frozen=True)
class RoomWish:
    """A room as it is to be; ``suits`` no exercise means any."""

    name: str
    place: str = ""
    suits: tuple[int, ...] = ()
    pk: int | None = None


@dataclass(frozen=True)
class DaysWish:
    """Everything that is set before days are planned."""

    days: tuple[DayWish, ...] = ()
    rooms: tuple[RoomWish, ...] = ()
    video: tuple[int, ...] = ()
    rest: int = 10
    changeover: int = 5
    hours_from: time = time(8)
    hours_until: time = time(18)


# --- set up ------------------------------------------------------------------------------------------


@transaction.atomic
def set_up_days(cohort: Cohort, wish: DaysWish, *, by: Membership) -> DayPlan:
    """Keep days, rooms and what is held by video, in place of what stood there. Slots stay where they are.

    Raises ValidationError for days that lie on each other or end before they start, and for rooms that are
    left out while somebody meets in them.
    """
    cohort = _held(cohort, by)
    plan, _ = DayPlan.objects.get_or_create(cohort=cohort)
    exercises = set(exercises_of(cohort).values_list("pk", flat=True))
    _check_days(wish)
    _check_window(plan, wish)
    if unknown := {*wish.video, *(pk for room in wish.rooms for pk in room.suits)} - exercises:
        raise ValidationError(f"There is no exercise {min(unknown)} in this cohort’s plan.")
    before = _facts(plan)
    for name in ("rest", "changeover", "hours_from", "hours_until"):
        setattr(plan, name, getattr(wish, name))
    plan.full_clean(exclude=["published_by"], validate_constraints=False)
    plan.save(update_fields=["rest", "changeover", "hours_from", "hours_until"])
    plan.days.all().delete()
    AssessmentDay.objects.bulk_create(
        AssessmentDay(
            plan=plan,
            on=one.on,
            starts=one.starts,
            ends=one.ends,
            zone=one.zone,
            breaks=[[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in one.breaks],
        )
        for one in wish.days
    )
    _keep_rooms(plan, wish.rooms)
    plan.on_video.all().delete()
    VideoExercise.objects.bulk_create(VideoExercise(plan=plan, exercise_id=pk) for pk in wish.video)
    audit.record("assessment_days.set_up", plan, by=by, before=before, after=_facts(plan))
    return plan


def _facts(plan: DayPlan) -> dict[str, object]:
    return {
        "days": [str(each) for each in plan.days.all()],
        "rooms": [str(each) for each in plan.rooms.all()],
    }


def _check_days(wish: DaysWish) -> None:
    if len(wish.days) > MOST_DAYS:
        raise ValidationError(f"At most {MOST_DAYS} days.")
    if wish.hours_until <= wish.hours_from:
        raise ValidationError({"hours_until": "The hours for video end before they begin."})
    for one in wish.days:
        if one.zone not in available_timezones():
            raise ValidationError(f"“{one.zone}” is no time zone.")
        if one.ends <= one.starts:
            raise ValidationError(f"{one.on:%a %d %b} ends before it begins.")
        for start, end in one.breaks:
            if end <= start:
                raise ValidationError(f"A break on {one.on:%a %d %b} ends before it begins.")
    try:
        days_of(Center([], [], [one.day for one in wish.days]))
    except ValueError:
        raise ValidationError("Two days lie on each other. Give each its own date.") from None
    names = [room.name.strip().lower() for room in wish.rooms]
    if not all(names) or len(set(names)) < len(names):
        raise ValidationError("Give each room a name of its own.")


def _check_window(plan: DayPlan, wish: DaysWish) -> None:
    """Days are chosen within the assessment. One that stood there before is left, and said on their page."""
    stood = set(plan.days.values_list("on", flat=True))
    if outside := days_outside(plan.cohort, [one.day for one in wish.days if one.on not in stood]):
        raise ValidationError(
            f"{outside} Choose another day, or change the window in the selection plan first."
        )


def _keep_rooms(plan: DayPlan, rooms: Sequence[RoomWish]) -> None:
    known = {room.pk: room for room in plan.rooms.all()}
    by_name = {room.name.lower(): room for room in known.values()}
    kept: dict[int, RoomWish] = {}
    new: list[RoomWish] = []
    for wish in rooms:
        room = known.get(wish.pk or 0) or by_name.get(wish.name.strip().lower())
        if room is None:
            new.append(wish)
        else:
            kept[room.pk] = wish
    for pk, room in known.items():
        if pk in kept:
            continue
        if count := room.slots.exclude(state=State.FREED).count():
            people = "1 meeting takes" if count == 1 else f"{count} meetings take"
            raise ValidationError(f"{people} place in {room}. Move them first, then leave the room out.")
        room.slots.update(room=None)
        room.delete()
    for pk, wish in kept.items():
        room = known[pk]
        room.name, room.place = wish.name.strip(), wish.place.strip()
        room.save(update_fields=["name", "place"])
        _suit(room, wish)
    for wish in new:
        _suit(
            AssessmentRoom.objects.create(plan=plan, name=wish.name.strip(), place=wish.place.strip()), wish
        )


def _suit(room: AssessmentRoom, wish: RoomWish) -> None:
    room.suits.all().delete()
    RoomExercise.objects.bulk_create(
        RoomExercise(room=room, exercise_id=pk) for pk in dict.fromkeys(wish.suits)
    )


# --- one slot ----------------------------------------------------------------------------------------


def clashes_of_move(slot: AssessmentSlot, starts_at: datetime, room: AssessmentRoom | None) -> list[str]:
    """What speaks against holding the slot then and there, in sentences."""
    plan = slot.plan
    placed = [as_slot(each) for each in slots_of(plan).filter(state=State.PLACED)]
    moved = _moved(slot, starts_at, room)
    found = clashes(center_of(plan), placed, moved=as_slot(moved))
    names = names_of(plan)
    return list(dict.fromkeys(names.clash(each) for each in found))


def _moved(slot: AssessmentSlot, starts_at: datetime, room: AssessmentRoom | None) -> AssessmentSlot:
    slot.starts_at, slot.room = starts_at, room
    slot.ends_at = starts_at + timedelta(minutes=slot.exercise.minutes)
    return slot


@transaction.atomic
def move_slot(
    slot: AssessmentSlot,
    *,
    starts_at: datetime,
    room: AssessmentRoom | None,
    by: Membership,
    link: str | None = None,
    anyway: bool = False,
) -> AssessmentSlot:
    """Hold a slot then and there from now on; it stays when the days are planned anew. Raises ValidationError
    with what clashes, unless ``anyway``. Those concerned are told once the plan is published."""
    slot = _locked(slot, by)
    if slot.candidate.state != "admitted":
        raise ValidationError(f"{slot.candidate} is no longer in this selection.")
    if room is not None and room.plan_id != slot.plan_id:
        raise ValidationError({"room": "Choose one of the rooms of these days."})
    before = _where(slot)
    sentences = clashes_of_move(slot, starts_at, room)
    if sentences and not anyway:
        raise ValidationError(sentences)
    slot.state, slot.why, slot.is_kept = State.PLACED, "", True
    if link is not None:
        slot.link = link
    if not slot.seats.filter(is_out=False).exists():
        raise ValidationError("Nobody is given this candidate to score yet. Choose the assessors first.")
    _changed(slot)
    slot.save(update_fields=["state", "why", "is_kept", "link", "starts_at", "ends_at", "room", "revision"])
    audit.record("assessment_slot.moved", slot, by=by, before=before, after=_where(slot))
    if slot.plan.is_published:
        notices.slots_changed(slot.plan, [slot])
    return slot


@transaction.atomic
def take_out_slot(slot: AssessmentSlot, *, by: Membership) -> AssessmentSlot:
    """Take a slot out of the days; it can be placed again. Calendars forget it."""
    slot = _locked(slot, by)
    if slot.state != State.PLACED:
        raise ValidationError("This has no time, so there is nothing to take out.")
    before = _where(slot)
    _free(slot, "Taken out by L&D.")
    audit.record("assessment_slot.taken_out", slot, by=by, before=before)
    if slot.plan.is_published:
        notices.slots_changed(slot.plan, [slot])
    return slot


def _free(slot: AssessmentSlot, why: str) -> None:
    slot.state, slot.why, slot.is_kept = State.FREED, why, False
    _changed(slot)
    slot.save(update_fields=["state", "why", "is_kept", "revision"])


def _changed(slot: AssessmentSlot) -> None:
    """Calendars that hold it already take the newer one in its place."""
    if slot.plan.published_at is not None:
        slot.revision += 1


def _where(slot: AssessmentSlot) -> dict[str, object]:
    return {"starts_at": slot.starts_at, "room": str(slot.room or ""), "state": slot.state}


# --- publish -----------------------------------------------------------------------------------------


@transaction.atomic
def publish_days(plan: DayPlan, *, by: Membership) -> DayPlan:
    """Let candidates and assessors see their own times and send everybody an invitation for their calendar.
    What has no time yet is told when it gets one. Raises ValidationError when two candidates would share a
    video call, and without any slot."""
    plan = locked_plan(plan, by)
    if plan.is_published:
        raise ValidationError("These days are published already. Every change is told at once.")
    slots = list(slots_of(plan).filter(state=State.PLACED))
    if not slots:
        raise ValidationError("Nobody has a time yet. Plan the days first.")
    if shared := shared_calls(slots):
        raise ValidationError(shared)
    again = plan.published_at is not None
    plan.state, plan.published_at, plan.published_by = DayPlan.State.PUBLISHED, timezone.now(), by
    plan.cancelled_why = ""
    plan.save(update_fields=["state", "published_at", "published_by", "cancelled_why"])
    if again:
        for slot in slots:
            slot.revision += 1
            slot.save(update_fields=["revision"])
    audit.record("assessment_days.published", plan, by=by, after={"slots": len(slots)})
    notices.days_published(plan, slots)
    return plan


@transaction.atomic
def cancel_days(plan: DayPlan, *, why: str, by: Membership) -> DayPlan:
    """Call the days off; everybody is told why, and calendars forget them. They can be published again."""
    plan = locked_plan(plan, by)
    if not plan.is_published:
        raise ValidationError("These days are not published, so nobody has them in the calendar.")
    if not why.strip():
        raise ValidationError({"why": "Say why. Candidates and assessors read it."})
    plan.state, plan.cancelled_why = DayPlan.State.CANCELLED, why.strip()[:1200]
    plan.save(update_fields=["state", "cancelled_why"])
    slots = list(slots_of(plan).filter(state=State.PLACED))
    for slot in slots:
        slot.revision += 1
        slot.save(update_fields=["revision"])
    audit.record("assessment_days.cancelled", plan, by=by, why=plan.cancelled_why)
    notices.days_cancelled(plan, slots)
    return plan


# --- inside ------------------------------------------------------------------------------------------


def _held(cohort: Cohort, by: Membership) -> Cohort:
    require_organization()
    cohort = Cohort.objects.select_for_update(of=("self",)).select_related("program").get(pk=cohort.pk)
    if not access.can_run_selection(by, cohort):
        raise PermissionDenied(access.NOT_THE_DAYS)
    if cohort.state not in (*OPEN_COHORT, Cohort.State.DRAFT):
        raise ValidationError(OVER)
    return cohort


def locked_plan(plan: DayPlan, by: Membership) -> DayPlan:
    """The plan, for whoever may change it now."""
    _held(plan.cohort, by)
    return (
        DayPlan.objects.select_for_update(of=("self",))
        .select_related("cohort__program", "organization")
        .get(pk=plan.pk)
    )


def _locked(slot: AssessmentSlot, by: Membership) -> AssessmentSlot:
    _held(slot.plan.cohort, by)
    rows = AssessmentSlot.objects.select_for_update(of=("self",)).select_related(
        "plan__cohort__program", "plan__organization", "candidate__person", "exercise", "room"
    )
    return rows.get(pk=slot.pk)
