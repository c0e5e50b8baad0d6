"""What happened in each organization, in order: the past by the hundred, the present by the product's own verbs."""

import datetime as dt

from amdp.demo import alumni
from amdp.demo.clock import months_from
from amdp.demo.directory import World
from amdp.demo.history import settle_notifications
from amdp.demo.programs import (
    DIRECTOR,
    GLOBAL,
    LEADERSHIP,
    cohort_name,
    live_cohort,
    make_program,
    past_cohort,
    season_of,
)
from cohorts.models import Cohort, Participant, Program


def tell(world: World) -> None:
    """Everything that happened, from the oldest to today."""
    years = 46 if len(world.plot.past) == 2 else 30
    director = make_program(world, DIRECTOR, days=years * 31, signed_by=4)
    tell_past(world, director)
    running = tell_running(world, director)
    if world.company.slug == "aurelia":
        tell_aurelia(world, director)
    else:
        tell_northwind(world, director)
    settle_notifications(world.today)
    del running


def tell_past(world: World, program: Program) -> None:
    for past in world.plot.past:
        cohort = past_cohort(program, past)
        participants = alumni.enroll_alumni(world, cohort, past)
        alumni.place_alumni(world, participants, share=0.5)
    if world.company.slug == "aurelia":
        alumni.ask_for_placements(world, participants)


def tell_running(world: World, program: Program) -> Cohort:
    starts = months_from(world.today, -7)
    people = [world.person(one) for one in world.plot.running]
    cohort = live_cohort(
        program, cohort_name(starts), season_of(starts), seats=len(people) + 1, state=Cohort.State.RUNNING
    )
    decided = dt.datetime.combine(starts - dt.timedelta(days=35), dt.time(14), tzinfo=dt.UTC)
    Cohort.objects.filter(pk=cohort.pk).update(released_at=decided)
    Participant.objects.bulk_create(
        Participant(cohort=cohort, person=person, enrolled_at=decided) for person in people
    )
    return cohort


def tell_aurelia(world: World, director: Program) -> None:
    leadership = make_program(world, LEADERSHIP, days=160, signed_by=4)
    make_program(world, GLOBAL, days=13, signed_by=2)
    soon = months_from(world.today, 2)
    live_cohort(
        leadership,
        cohort_name(soon, "Account Leadership"),
        season_of(soon),
        seats=8,
        state=Cohort.State.ASSESSING,
    )
    later = world.today + dt.timedelta(days=95)
    live_cohort(director, cohort_name(later), season_of(later), seats=12, state=Cohort.State.NOMINATING)


def tell_northwind(world: World, director: Program) -> None:
    soon = world.today + dt.timedelta(days=40)
    live_cohort(director, cohort_name(soon), season_of(soon), seats=4, state=Cohort.State.ASSESSING)
