"""Assessment days of one cohort: two days that were, one that is to come for who could not be there."""

import datetime as dt

from amdp.demo.clock import at
from amdp.demo.directory import World
from amdp.demo.selections import Moment
from amdp.directory.calendar import add_business_days
from amdp.directory.models import Person
from cohorts.models import Cohort
from selection.models import AssessmentSlot, DayPlan
from selection.queries.assessment import exercises_of
from selection.runs import work_on
from selection.services import (
    DaysWish,
    DayWish,
    RoomWish,
    publish_days,
    set_up_days,
    start_assessment_run,
    take_out_slot,
)

LUNCH, COFFEE = (dt.time(12), dt.time(13)), (dt.time(15), dt.time(15, 15))
ZONE = "Europe/Zurich"
ROOMS = (
    ("Rhine", "Building 4, ground floor"),
    ("Birs", "Building 4, ground floor"),
    ("Wiese", "Building 4, first floor"),
    ("Ergolz", "Building 4, first floor"),
)
BEFORE = 18  # days ago


def days_held(world: World, cohort: Cohort) -> DayPlan:
    """Planned and published before the sheets came in."""
    first = Moment(world, world.today).on(-BEFORE).date()
    days = [first, add_business_days(first, 1, "CH")]
    with at(Moment(world, cohort.nominations_close_on).on(4, 14)):
        plan = _planned(world, cohort, days)
        return publish_days(plan, by=world.cast["ld_admin"])


def another_day(world: World, cohort: Cohort, who: Person) -> None:
    """Somebody was ill: their times are taken out, and the days go on for them next week."""
    admin, clock = world.cast["ld_admin"], Moment(world, world.today)
    plan = DayPlan.objects.get(cohort=cohort)
    with at(clock.on(-BEFORE - 1, 16)):
        for slot in plan.slots.filter(candidate__person=who, state=AssessmentSlot.State.PLACED):
            take_out_slot(slot, by=admin)
    days = sorted({one.on for one in plan.days.all()})
    with at(clock.on(-3, 15)):
        _planned(world, cohort, [*days, add_business_days(world.today, 3, "CH")])


def _planned(world: World, cohort: Cohort, days: list[dt.date]) -> DayPlan:
    admin = world.cast["ld_admin"]
    exercises = {each.kind: each.pk for each in exercises_of(cohort)}
    wish = DaysWish(
        days=tuple(DayWish(on, dt.time(8, 30), dt.time(17, 30), ZONE, (LUNCH, COFFEE)) for on in days),
        rooms=tuple(
            RoomWish(name, place, (exercises["role_play"],) if name == "Ergolz" else ())
            for name, place in ROOMS
        ),
    )
    plan = set_up_days(cohort, wish, by=admin)
    run = start_assessment_run(cohort, "days", by=admin)
    work_on(cohort.organization_id, run.pk)
    plan.refresh_from_db()
    return plan
