"""What candidates and assessors are told of their assessment days, each with an invitation for the calendar."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from amdp.directory.models import Person
from amdp.notifications.services import Message, Notice, notify, notify_many
from amdp.web.calendar_file import calendar_of
from amdp.web.time import day, place_of
from selection.calendars import Seats, events_of, place_of_slot, seats_in
from selection.models import AssessmentRun, AssessmentSlot, DayPlan, SlotAssessor
from selection.notices.common import path

PLACED = AssessmentSlot.State.PLACED
SHOWN = 12


def days_published(plan: DayPlan, slots: Sequence[AssessmentSlot]) -> int:
    """Everybody's own times, in their own zone, in one mail each."""
    return _tell(plan, slots, "selection.days_published", "Your times for the assessment of {cohort}")


def slots_changed(plan: DayPlan, slots: Sequence[AssessmentSlot]) -> int:
    """Those concerned read what is new; their calendars take it in place of what was."""
    return _tell(plan, slots, "selection.days_changed", "Changed: your times for the assessment of {cohort}")


def days_cancelled(plan: DayPlan, slots: Sequence[AssessmentSlot]) -> int:
    """Nobody comes; calendars forget it."""
    return _tell(plan, slots, "selection.days_cancelled", "Cancelled: the assessment days of {cohort}")


def run_over(run: AssessmentRun) -> None:
    """Tell who started it what came out."""
    if run.started_by is None:
        return
    done = run.state == AssessmentRun.State.DONE
    subject = {
        ("assign", True): "The candidates of {} have their assessors",
        ("assign", False): "Giving the candidates of {} their assessors did not finish",
        ("days", True): "The assessment days of {} are planned",
        ("days", False): "Planning the assessment days of {} did not finish",
    }[run.kind, done]
    message = Message(
        kind="selection.run_over",
        subject=subject.format(run.cohort),
        why="You started it.",
        body=(run.said,) if run.said else (),
        action="See what came out",
        path=path("assessment_run", run, run.pk),
    )
    notify(run.started_by, message, about=run)


def _tell(plan: DayPlan, slots: Sequence[AssessmentSlot], kind: str, subject: str) -> int:
    now = timezone.now()
    notices = []
    listed = sorted(slots, key=lambda slot: (slot.starts_at is None, slot.starts_at, slot.pk))
    seats = seats_in(listed)
    for person, own in _by_person(listed, seats).items():
        own_seats = seats.get(person.pk, {})
        as_candidate = any(slot.candidate.person_id == person.pk for slot in own)
        why = (
            f"You take part in the assessment for {plan.cohort}."
            if as_candidate
            else f"You are on the assessor panel of {plan.cohort}."
        )
        events = events_of(person, own, own_seats)
        message = Message(
            kind=kind,
            subject=subject.format(cohort=plan.cohort),
            why=why,
            body=tuple(_lines(plan, person, own, own_seats)),
            action="See your times",
            path=path("own_days", plan, plan.cohort_id),
            calendar=calendar_of(events, now=now, product="Assessment").decode(),
        )
        notices.append(Notice(person, message, plan, period=now.isoformat()[:40]))
    return notify_many(notices)


def _by_person(slots: Iterable[AssessmentSlot], seats: Seats) -> dict[Person, list[AssessmentSlot]]:
    """Candidates, and whoever watches or did until now, each with the slots that concern them."""
    watching: dict[int, list[Person]] = {}
    for own in seats.values():
        for seat in own.values():
            watching.setdefault(seat.slot_id, []).append(seat.assessor.person)
    found: dict[Person, list[AssessmentSlot]] = {}
    for slot in slots:
        for person in (slot.candidate.person, *watching.get(slot.pk, ())):
            found.setdefault(person, []).append(slot)
    return found


def _lines(
    plan: DayPlan, person: Person, slots: Sequence[AssessmentSlot], seats: Mapping[int, SlotAssessor]
) -> list[str]:
    """Each slot in the person's own time, the first dozen."""
    if plan.state == DayPlan.State.CANCELLED:
        return [f"Reason: {plan.cancelled_why}", "The file with this mail takes them out of your calendar."]
    zone = ZoneInfo(person.time_zone or "UTC")
    coming = [slot for slot in slots if slot.starts_at][:SHOWN]
    lines = [_line(slot, person, zone, seats.get(slot.pk)) for slot in coming]
    if len(slots) > SHOWN:
        lines.append(f"And {len(slots) - SHOWN} more.")
    lines.append(f"Times in {place_of(str(zone))}. The file with this mail puts them into your calendar.")
    return lines


def _line(slot: AssessmentSlot, person: Person, zone: ZoneInfo, seat: SlotAssessor | None) -> str:
    assert slot.starts_at
    assert slot.ends_at
    own = slot.candidate.person_id == person.pk
    lead = slot.exercise.preparation_minutes if own else 0
    start = (slot.starts_at - timedelta(minutes=lead)).astimezone(zone)
    end = slot.ends_at.astimezone(zone)
    what = str(slot.exercise) if own else f"{slot.exercise}, {slot.candidate}"
    times = f"{day(start.date())}, {start:%H:%M}–{end:%H:%M}: {what}"
    out = not own and seat is not None and seat.is_out
    if out or slot.state != PLACED:
        return f"{times}. Taken out."
    return f"{times}, {place_of_slot(slot)}{f', with {lead} minutes to prepare' if lead else ''}"
