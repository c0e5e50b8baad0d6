"""What happened in each organization, in order: the past by the hundred, the present by the product's own verbs."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from amdp.demo import (
    alumni,
    calibrations,
    days,
    exercises,
    impact,
    journeys,
    pairs,
    retention,
    selections,
    slates,
)
from amdp.demo.clock import months_from
from amdp.demo.company import Someone
from amdp.demo.directory import World
from amdp.demo.history import settle_notifications
from amdp.demo.programs import (
    DIRECTOR,
    EXCELLENCE,
    GLOBAL,
    LEADERSHIP,
    cohort_name,
    live_cohort,
    make_program,
    past_cohort,
    season_of,
)
from amdp.directory.models import Person
from cohorts.models import Cohort, Program
from curriculum.blueprints import journey_blueprint
from selection.models import Scoresheet


def tell(world: World) -> None:
    """Everything that happened, from the oldest to today."""
    months = 52 if len(world.plot.past) == 2 else 34
    director = make_program(world, DIRECTOR, days=months * 31, signed_by=4)
    tell_past(world, director)
    journeys.template(world, director)
    running = tell_running(world, director)
    journeys.travel(world, running)
    pairs.mentor(world, running)
    if world.company.slug == "aurelia":
        tell_aurelia(world, director)
    else:
        tell_northwind(world, director)
    retention.keep_for_three_years(world)
    settle_notifications()


def tell_past(world: World, program: Program) -> None:
    """Cohorts of past years, and what became of their graduates."""
    for past in world.plot.past:
        cohort = past_cohort(program, past)
        participants = alumni.enroll_alumni(world, cohort, past)
        alumni.keep_selection(world, cohort, past)
        impact.freeze_past(cohort)
        impact.review(world, cohort)
        alumni.place_alumni(world, participants, share=0.5)
    if world.company.slug == "aurelia":
        alumni.ask_for_placements(world, participants)


def tell_running(world: World, program: Program) -> Cohort:
    """The cohort that is on its way: selected seven months ago and more."""
    starts = months_from(world.today, -7) - dt.timedelta(days=8)
    chosen, others = people(world, world.plot.running), people(world, world.plot.applied)
    cohort = live_cohort(world, program, cohort_name(starts), season_of(starts), seats=len(chosen))
    cohort = selections.open_nominations(world, cohort)
    selections.nominated(world, cohort, [*chosen, *others], days=26)
    sheets = selections.assess(world, cohort, panel(world, 6))
    favourites = {one.pk for one in chosen}

    def strength(sheet: Scoresheet) -> float:
        return 3.9 if sheet.candidate.person_id in favourites else 2.3

    selections.score(world, sheets, strength, cohort.nominations_close_on + dt.timedelta(days=11))
    cohort.refresh_from_db()
    cohort = slates.selected(world, cohort, chosen, starts - dt.timedelta(days=35))
    impact.review(world, cohort, concern="slated")
    return cohort


def tell_aurelia(world: World, director: Program) -> None:
    """Beside it: one cohort in assessment, one in calibration, one taking nominations, one to be opened, one program to be signed."""
    leadership = make_program(world, LEADERSHIP, days=160, signed_by=4)
    if journey_blueprint(leadership.blueprint):
        journeys.template(world, leadership)
    make_program(world, GLOBAL, days=13, signed_by=2)
    soon = months_from(world.today, 2)
    assessing = live_cohort(
        world, leadership, cohort_name(soon, "Account Leadership"), season_of(soon), seats=8
    )
    assessing = selections.open_nominations(world, assessing)
    exercises.plan_three(world, assessing)
    selections.nominated(world, assessing, people(world, world.plot.assessing), days=26)
    exercises.with_files(world, assessing)
    sheets = selections.assess(world, assessing, panel(world, 7))
    days.days_held(world, assessing)
    candidate = world.part("candidate")
    selections.half_scored(world, assessing, sheets, ill=candidate)
    days.another_day(world, assessing, candidate)
    impact.review(world, assessing, leave="approved")
    impact.review(world, calibrations.in_calibration(world, leadership))
    tell_deciding(world)
    half_a_year = months_from(world.today, 8)
    live_cohort(
        world,
        leadership,
        cohort_name(half_a_year, "Account Leadership"),
        replace(season_of(half_a_year), opens=world.today - dt.timedelta(days=3)),
        seats=10,
    )
    later = world.today + dt.timedelta(days=95)
    nominating = live_cohort(world, director, cohort_name(later), season_of(later), seats=12)
    selections.window_now_open(world, nominating, people(world, world.plot.nominated))


def tell_deciding(world: World) -> None:
    """A slate on which everybody is decided: its letters can be reviewed, and HR is asked to sign."""
    program = make_program(world, EXCELLENCE, days=190, signed_by=4)
    starts = world.today + dt.timedelta(days=48)
    name = cohort_name(starts, "Key Account Management")
    cohort = live_cohort(world, program, name, season_of(starts), seats=6)
    cohort = selections.open_nominations(world, cohort)
    selections.nominated(world, cohort, people(world, world.plot.deciding), days=26)
    sheets = selections.assess(world, cohort, panel(world, 6))
    selections.score(
        world, sheets, lambda sheet: 2.3 + sheet.candidate_id % 7 * 0.3, world.today - dt.timedelta(days=16)
    )
    cohort.refresh_from_db()
    slates.waits_for_hr(world, cohort)
    impact.review(world, cohort)


def tell_northwind(world: World, director: Program) -> None:
    """A smaller organization, about to decide."""
    soon = world.today + dt.timedelta(days=40)
    cohort = live_cohort(world, director, cohort_name(soon), season_of(soon), seats=4)
    cohort = selections.open_nominations(world, cohort)
    selections.nominated(world, cohort, people(world, world.plot.assessing), days=26)
    sheets = selections.assess(world, cohort, panel(world, 5))
    selections.score(
        world, sheets, lambda sheet: 2.4 + sheet.candidate_id % 6 * 0.35, world.today - dt.timedelta(days=14)
    )
    cohort.refresh_from_db()
    slates.being_decided(world, cohort)


def people(world: World, ones: Sequence[Someone]) -> list[Person]:
    return [world.person(one) for one in ones]


def panel(world: World, count: int) -> list[Person]:
    """Assessors: those of the cast first, then account directors and regional directors."""
    cast = [one for one in world.everybody if one.part and one.part.key.startswith("assessor")]
    rest = [one for one in world.everybody if one.level in ("director", "region") and not one.part]
    return people(world, [*cast, *rest[::-1]][:count])
