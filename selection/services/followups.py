"""The assessment days follow who is in the selection and who scores whom."""

from collections.abc import Collection

from django.utils import timezone

from cohorts.models import Cohort
from selection import notices
from selection.models import AssessmentSlot, Candidate, DayPlan, SlotAssessor
from selection.queries.dayplan import day_plan_of, meetings_of, slots_of

State = AssessmentSlot.State


def free_slots_of(candidate: Candidate) -> int:
    """Somebody left the selection: their coming slots are free for others, calendars forget them."""
    plan = day_plan_of(candidate.cohort)
    if plan is None:
        return 0
    coming = slots_of(plan).filter(candidate=candidate, state=State.PLACED, starts_at__gt=timezone.now())
    freed = list(coming)
    for slot in freed:
        slot.state, slot.why, slot.is_kept = State.FREED, f"{candidate} left the selection.", False
        slot.revision += plan.published_at is not None
        slot.save(update_fields=["state", "why", "is_kept", "revision"])
    plan.slots.filter(candidate=candidate, state=State.OPEN).delete()
    if freed and plan.is_published:
        notices.slots_changed(plan, freed)
    return len(freed)


def follow_sheets(cohort: Cohort, candidates: Collection[int] | None = None) -> int:
    """Who scores whom changed: coming slots have their assessors anew, and whoever is concerned is told."""
    plan = day_plan_of(cohort)
    if plan is None:
        return 0
    coming = slots_of(plan).filter(state=State.PLACED, starts_at__gt=timezone.now())
    if candidates is not None:
        coming = coming.filter(candidate__in=candidates)
    wanted, changed = meetings_of(cohort), []
    for slot in coming:
        people = set(wanted.get((slot.candidate_id, slot.exercise_id), ()))
        if people != {seat.assessor_id for seat in slot.seats.all()} and reseat(slot, people, plan):
            changed.append(slot)
    if changed and plan.is_published:
        again = slots_of(plan).filter(pk__in=[slot.pk for slot in changed])
        notices.slots_changed(plan, list(again))
    return len(changed)


def reseat(slot: AssessmentSlot, people: Collection[int], plan: DayPlan) -> bool:
    """Let these assessors watch; who did before is kept as out where calendars know it. Whether anything
    changed."""
    seats = {seat.assessor_id: seat for seat in SlotAssessor.objects.filter(slot=slot)}
    now = {pk for pk, seat in seats.items() if not seat.is_out}
    if now == set(people):
        return False
    for pk in now - set(people):
        if plan.published_at is None:
            seats[pk].delete()
        else:
            SlotAssessor.objects.filter(pk=seats[pk].pk).update(is_out=True)
    for pk in set(people) - now:
        SlotAssessor.objects.update_or_create(slot=slot, assessor_id=pk, defaults={"is_out": False})
    if plan.published_at is not None:
        slot.revision += 1
        slot.save(update_fields=["revision"])
    return True
