"""Assessment days that can be planned: two exercises, candidates with assessors, a room and a day."""

import datetime

from cohorts.models import Cohort
from selection.models import Exercise, SelectionPlan
from selection.services import DaysWish, DayWish, RoomWish, set_up_days, start_assessment_run
from tests.factories.directory import PersonFactory
from tests.factories.selection import (
    AssessorFactory,
    CandidateFactory,
    ScoresheetFactory,
    eligible_person,
    in_state,
)

LUNCH = (datetime.time(12), datetime.time(13))


def in_days(number):
    """A weekday in so many weeks, long before anybody's clock changes."""
    today = datetime.datetime.now(datetime.UTC).date()
    return today + datetime.timedelta(days=21 - today.weekday() + number)


def exercises_for(cohort, *minutes):
    """As many exercises as minutes are given, two assessors each, in place of the one there is."""
    plan = SelectionPlan.objects.get(cohort=cohort)
    plan.exercises.all().delete()
    kinds = ["case_study", "role_play", "presentation", "interview", "in_tray"]
    return [
        Exercise.objects.create(
            plan=plan,
            kind=kinds[place],
            name=kinds[place].replace("_", " ").capitalize(),
            minutes=length,
            whole=True,
            position=place,
            preparation_minutes=15 if place == 0 else 0,
        )
        for place, length in enumerate(minutes)
    ]


def watched(cohort, exercises, names, panel):
    """An admitted candidate by each name, watched by these assessors in every exercise."""
    candidates = [
        CandidateFactory(
            cohort=cohort, person=eligible_person(first_name=name, last_name="Lee", time_zone="Europe/Zurich")
        )
        for name in names
    ]
    for candidate in candidates:
        for exercise in exercises:
            for assessor in panel:
                ScoresheetFactory(candidate=candidate, exercise=exercise, assessor=assessor)
    return candidates


def panel_of(cohort, *names, zone="Europe/Zurich"):
    return [
        AssessorFactory(
            cohort=cohort, person=PersonFactory(first_name=name, last_name="Assessor", time_zone=zone)
        )
        for name in names
    ]


def wish(days=1, rooms=("Room 1", "Room 2"), video=(), zone="Europe/Zurich", first=None, **more):
    """So many days from 09:00 to 17:00 with a lunch break."""
    start = first or in_days(0)
    return DaysWish(
        days=tuple(
            DayWish(start + datetime.timedelta(days=n), datetime.time(9), datetime.time(17), zone, (LUNCH,))
            for n in range(days)
        ),
        rooms=tuple(RoomWish(name, "Building 4") for name in rooms),
        video=tuple(video),
        **more,
    )


def assessing(cohort):
    return in_state(cohort, Cohort.State.ASSESSING)


def planned(cohort, by, **more):
    """Days set up and planned at once, as the worker would."""
    from selection.runs import work_on

    plan = set_up_days(cohort, wish(**more), by=by)
    run = start_assessment_run(cohort, "days", by=by)
    work_on(cohort.organization_id, run.pk)
    run.refresh_from_db()
    plan.refresh_from_db()
    return plan, run
