"""The programs of the demo: two signed off, one waiting for signatures; and their cohorts."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from amdp.demo.clock import at, days_ago, months_from
from amdp.demo.directory import World
from amdp.demo.plot import LENGTH, PastCohort
from cohorts.blueprints import blueprints
from cohorts.models import Cohort, Metric, Program, Stakeholder
from cohorts.services import ask_for_sign_off, create_program, open_cohort, sign_off

DIRECTOR = "account-director-residency"
LEADERSHIP = "account-leadership-development"
EXCELLENCE = "account-management-excellence"
GLOBAL = "global-account-process"

# Baseline and target of the director blueprint's metrics, in their order; of others by their unit.
NUMBERS = (
    ("34", "60"), ("7.5", "4"), ("86", "92"), ("11", "16"), ("2.7", "3.5"), ("48", "80"), ("0.6", "2"), ("0", "850000"),
)  # fmt: skip
USUAL = {
    "percent": ("52", "75"), "months": ("9", "6"), "points": ("2.8", "3.6"), "count": ("1.4", "3"), "money": ("0", "400000"),
}  # fmt: skip
STAKEHOLDERS = (
    ("sponsor", Stakeholder.Function.SALES),
    ("vp", Stakeholder.Function.MARKET_ACCESS),
    ("hr", Stakeholder.Function.HR),
    ("legal", Stakeholder.Function.LEGAL),
)
REMARKS = {
    "sponsor": "The baseline on vacancies is the one we report to the board. Good.",
    "hr": "Retention is counted as in our people report; leave is not an exit.",
}


@dataclass(frozen=True)
class Season:
    """The dates of a cohort that is under way."""

    starts: dt.date
    opens: dt.date
    closes: dt.date
    decides: dt.date
    length: int = LENGTH


def make_program(world: World, slug: str, *, days: int, signed_by: int) -> Program:
    """A program made from a blueprint that many days ago; the first ``signed_by`` stakeholders sign within two weeks."""
    admin = world.cast["ld_admin"]
    made = days_ago(world.today, days, 13)
    with at(made):
        blueprint = blueprints()[slug]
        program = create_program(blueprint.name, by=admin, blueprint=blueprint)
        _fill_in(world, program, made.date())
        ask_for_sign_off(program, due_on=made.date() + dt.timedelta(days=10), by=admin)
    signers = [key for key, _ in STAKEHOLDERS if key in world.cast][::-1][:signed_by]
    for place, key in enumerate(signers):
        with at(made + dt.timedelta(days=2 + 2 * place, hours=place)):
            sign_off(program, by=world.cast[key], remark=REMARKS.get(key, ""))
    program.refresh_from_db()
    return program


def _fill_in(world: World, program: Program, day: dt.date) -> None:
    metrics = list(Metric.objects.filter(program=program))
    for place, metric in enumerate(metrics):
        usual = NUMBERS[place] if program.blueprint == DIRECTOR else USUAL[metric.unit]
        baseline, target = usual
        metric.baseline, metric.target = Decimal(baseline), Decimal(target)
        metric.baseline_on = day.replace(day=1)
    Metric.objects.bulk_update(metrics, ["baseline", "target", "baseline_on"])
    Stakeholder.objects.bulk_create(
        Stakeholder(program=program, person=world.part(key), function=function)
        for key, function in STAKEHOLDERS
        if key in world.cast
    )


def past_cohort(program: Program, past: PastCohort) -> Cohort:
    """A cohort that has graduated."""
    return Cohort.objects.create(
        program=program,
        name=past.name,
        state=Cohort.State.GRADUATED,
        starts_on=past.starts,
        ends_on=past.ends,
        seats=len(past.selected),
        nominations_open_on=past.starts - dt.timedelta(days=112),
        nominations_close_on=past.starts - dt.timedelta(days=84),
        decisions_due_on=past.decided,
        released_at=dt.datetime.combine(past.decided, dt.time(14), tzinfo=dt.UTC),
    )


def live_cohort(world: World, program: Program, name: str, season: Season, *, seats: int) -> Cohort:
    """A cohort being set up, a month before its nominations open."""
    with at(days_ago(season.opens, 30)):
        return open_cohort(
            program,
            by=world.cast["ld_admin"],
            name=name,
            starts_on=season.starts,
            ends_on=months_from(season.starts, season.length),
            seats=seats,
            nominations_open_on=season.opens,
            nominations_close_on=season.closes,
            decisions_due_on=season.decides,
        )


def season_of(starts: dt.date) -> Season:
    """The usual dates around a start."""
    opens = starts - dt.timedelta(days=112)
    return Season(starts, opens, opens + dt.timedelta(days=28), starts - dt.timedelta(days=35))


def cohort_name(starts: dt.date, word: str = "Account Director") -> str:
    """Such as Account Director 2027 spring."""
    return f"{word} {starts.year} {'spring' if starts.month < 7 else 'autumn'}"
