"""When the candidate was to come: the assessment days as they were told."""

from collections.abc import Iterator

from selection.calendars import place_of_slot
from selection.models import AssessmentSlot, DayPlan
from selection.queries.dayplan import worded
from selection.story.base import Event, Reading, staff


def events(reading: Reading) -> Iterator[Event]:
    """That the days were published, with the candidate's own times as they are now, or that they were
    cancelled with the reason."""
    plan = (
        DayPlan.objects.filter(cohort=reading.candidate.cohort_id, published_at__isnull=False)
        .select_related("published_by__user", "organization")
        .first()
    )
    if plan is None:
        return
    own = plan.slots.filter(candidate=reading.candidate, state=AssessmentSlot.State.PLACED)
    slots = worded(plan, own.select_related("exercise", "room", "plan"))
    if not slots:
        return
    lines = [f"{slot.exercise}: {slot.at_words}, {place_of_slot(slot)}" for slot in slots]
    if plan.state == DayPlan.State.CANCELLED:
        lines = [f"Cancelled later: {plan.cancelled_why}"]
    fill = {"who": staff(plan.published_by)}
    icon = "calendar-event"  # icon
    said = "{who} published the assessment days"
    yield Event(plan.published_at, "assessment_days.published", said, fill, "\n".join(lines), icon, True)
