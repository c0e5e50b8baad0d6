"""Assessment slots as events of one person's calendar."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from amdp.directory.models import Person
from amdp.web.calendar_file import CalendarEvent
from selection.models import AssessmentSlot, DayPlan, SlotAssessor

PLACED = AssessmentSlot.State.PLACED


Seats = dict[int, dict[int, SlotAssessor]]


def seats_in(slots: Iterable[AssessmentSlot]) -> Seats:
    """By person and slot, who watches or did; one query."""
    rows = SlotAssessor.objects.filter(slot__in=[slot.pk for slot in slots]).select_related(
        "assessor__person"
    )
    found: Seats = {}
    for seat in rows.order_by("pk"):
        found.setdefault(seat.assessor.person_id, {})[seat.slot_id] = seat
    return found


def events_of(
    person: Person, slots: Iterable[AssessmentSlot], seats: Mapping[int, SlotAssessor]
) -> list[CalendarEvent]:
    """What these slots are for this person: as the candidate with the time to prepare, as an assessor with
    whom. Slots that were taken out, and days that are cancelled, take themselves out of the calendar. No query."""
    found = []
    for slot in slots:
        if slot.starts_at is None:
            continue
        if slot.candidate.person_id == person.pk:
            found.append(_event(slot, "candidate", as_candidate=True))
            continue
        seat = seats.get(slot.pk)
        if seat is not None:
            found.append(_event(slot, f"assessor-{seat.assessor_id}", is_out=seat.is_out))
    return found


def _event(
    slot: AssessmentSlot, role: str, *, as_candidate: bool = False, is_out: bool = False
) -> CalendarEvent:
    plan = slot.plan
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    path = reverse("selection:own_days", kwargs={"org": plan.organization.slug, "pk": plan.cohort_id})
    lead = slot.exercise.preparation_minutes if as_candidate else 0
    words = [f"Assessment for {plan.cohort}."]
    if lead:
        words.append(f"The first {lead} minutes are to prepare.")
    assert slot.starts_at
    assert slot.ends_at
    return CalendarEvent(
        uid=f"slot-{slot.organization_id}-{slot.pk}-{role}@{host}",
        starts_at=slot.starts_at - timedelta(minutes=lead),
        ends_at=slot.ends_at,
        revision=slot.revision,
        summary=str(slot.exercise) if as_candidate else f"{slot.exercise}: {slot.candidate}",
        description="\n\n".join([*words, f"{settings.SITE_URL}{path}"]),
        location=place_of_slot(slot),
        url=slot.link or f"{settings.SITE_URL}{path}",
        is_cancelled=is_out or slot.state != PLACED or plan.state == DayPlan.State.CANCELLED,
    )


def place_of_slot(slot: AssessmentSlot) -> str:
    """Where it is, in words."""
    if slot.room is None:
        return f"Video · {slot.link}" if slot.link else "Video"
    return " · ".join(part for part in (slot.room.name, slot.room.place) if part)
