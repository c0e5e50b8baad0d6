"""Planning the assessment days: what is asked of the planner, and keeping what it found."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from cohorts.models import Cohort
from selection import notices
from selection.dayplan import DayPlan as Planned
from selection.dayplan import Meeting, Task
from selection.dayplan.hours import span_of
from selection.models import AssessmentRun, AssessmentSlot, Candidate, DayPlan
from selection.queries.dayplan import (
    NOBODY,
    as_slot,
    center_of,
    day_plan_of,
    have_met,
    meetings_of,
    names_of,
    slots_of,
)
from selection.queries.daywords import Names
from selection.services.followups import reseat

State = AssessmentSlot.State
MOVED = "Who scores whom changed while it was planned. Plan the days once more."


def task_of(run: AssessmentRun) -> Task:
    """What is to be planned: everybody who has not met yet. What is fixed by hand stays; once published,
    everything that has a time stays unless it is planned anew. Nothing is planned into a day that has begun."""
    day_plan = day_plan_of(run.cohort)
    if day_plan is None:
        raise ValidationError("Say on which days first.")
    met = have_met(run.cohort)
    wanted = {place: people for place, people in meetings_of(run.cohort).items() if place not in met}
    kept = [as_slot(each) for each in _staying(day_plan, run)]
    taken = {(each.meeting.candidate, each.meeting.exercise) for each in kept}
    meetings = [
        Meeting(*place, tuple(sorted(-pk for pk in people)))
        for place, people in wanted.items()
        if place not in taken
    ]
    center = center_of(day_plan)
    now = timezone.now()
    center = replace(center, days=[day for day in center.days if span_of(day)[0] > now])
    known = {each.key for each in center.exercises}
    return Task(
        center,
        [each for each in meetings if each.exercise in known],
        [each for each in kept if each.meeting.exercise in known],
    )


def _staying(day_plan: DayPlan, run: AssessmentRun) -> list[AssessmentSlot]:
    placed = slots_of(day_plan).filter(state=State.PLACED)
    stays = day_plan.is_published and not run.anew
    now = timezone.now()
    return [each for each in placed if each.is_kept or stays or (each.starts_at and each.starts_at < now)]


def write_days(run: AssessmentRun, task: Task, found: Planned) -> str:
    """Keep what was found; a sentence about it. Raises ValidationError when what was asked has changed."""
    cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=run.cohort_id)
    day_plan = day_plan_of(cohort)
    if day_plan is None:
        raise ValidationError("The days were taken away meanwhile.")
    if replace(task_of(run), center=task.center) != task:
        raise ValidationError(MOVED)
    writing = _Writing(day_plan, task)
    writing.keep(found)
    DayPlan.objects.filter(pk=day_plan.pk).update(planned_at=timezone.now())
    if day_plan.is_published and writing.changed:
        again = slots_of(day_plan).filter(pk__in=[each.pk for each in writing.changed])
        notices.slots_changed(day_plan, list(again))
    return _summary(len(found.slots) - len(task.kept), len(found.unplaced) + writing.missing)


def _summary(placed: int, left: int) -> str:
    said = "1 meeting has a time." if placed == 1 else f"{placed} meetings have a time."
    if left:
        said += f" {left} could not be placed; the page says why."
    return said


class _Writing:
    """Slot by slot; ``changed`` are those that calendars have to learn of."""

    def __init__(self, plan: DayPlan, task: Task) -> None:
        self.plan, self.task = plan, task
        self.names: Names = names_of(plan)
        self.known = {(each.candidate_id, each.exercise_id): each for each in slots_of(plan)}
        self.kept = {(each.meeting.candidate, each.meeting.exercise) for each in task.kept}
        self.changed: list[AssessmentSlot] = []
        self.missing = 0

    def keep(self, found: Planned) -> None:
        for one in found.slots:
            if (one.meeting.candidate, one.meeting.exercise) not in self.kept:
                self._place(self._slot(one.meeting), one.meeting, one.start, one.end, one.room)
        for gone in found.unplaced:
            self._leave(self._slot(gone.meeting), gone.meeting, self.names.unplaced(gone))
        self._say_who_has_nobody()
        for place, slot in self.known.items():
            if place not in self.kept and slot.state == State.OPEN:
                slot.delete()

    def _slot(self, meeting: Meeting) -> AssessmentSlot:
        place = (meeting.candidate, meeting.exercise)
        fresh = AssessmentSlot(plan=self.plan, candidate_id=place[0], exercise_id=place[1])
        return self.known.pop(place, None) or fresh

    def _place(
        self, slot: AssessmentSlot, meeting: Meeting, start: datetime, end: datetime, room: int | None
    ) -> None:
        same = (slot.state, slot.starts_at, slot.ends_at, slot.room_id) == (State.PLACED, start, end, room)
        slot.state, slot.starts_at, slot.ends_at, slot.room_id, slot.why = State.PLACED, start, end, room, ""
        if slot.pk and not same:
            slot.revision += self.plan.published_at is not None
        slot.save()
        if reseat(slot, _people(meeting), self.plan) or not same:
            self.changed.append(slot)

    def _leave(self, slot: AssessmentSlot, meeting: Meeting, why: str) -> None:
        """Without a time, with the reason; what had one is taken out of calendars."""
        had = slot.state == State.PLACED
        slot.state, slot.why = (State.FREED if had else State.OPEN), why[:500]
        slot.revision += had and self.plan.published_at is not None
        slot.save()
        reseat(slot, _people(meeting), self.plan)
        if had:
            self.changed.append(slot)

    def _say_who_has_nobody(self) -> None:
        """Candidates whom nobody scores in an exercise yet."""
        wanted = meetings_of(self.plan.cohort)
        admitted = Candidate.objects.filter(cohort=self.plan.cohort_id, state=Candidate.State.ADMITTED)
        for candidate in admitted.select_related("person"):
            for exercise in self.task.center.exercises:
                if (candidate.pk, exercise.key) in wanted:
                    continue
                self.missing += 1
                slot = self._slot(Meeting(candidate.pk, exercise.key, ()))
                what = self.names.exercises[exercise.key]
                slot.state, slot.why = State.OPEN, NOBODY.format(candidate=candidate, exercise=what)
                slot.save()


def _people(meeting: Meeting) -> Collection[int]:
    return [-key for key in meeting.assessors]
