"""Three exercises for one cohort: each behaviour is watched in two of them."""

import datetime as dt

from amdp.demo.clock import at
from amdp.demo.directory import World
from amdp.demo.selections import Moment
from cohorts.models import Cohort
from selection.models import SelectionPlan, Stage
from selection.plan_parts.exercises import ExerciseTerms, behaviors_for, store_exercises
from selection.plan_parts.windows import Window, days_of, store, windows_of
from selection.queries.plan import plan_of
from selection.services import change_plan

Kind = Stage.Kind
ACTOR = "The actor for the role play is free only later, so the assessment takes longer."
MATERIALS = (
    "The case of a regional hospital group: figures, three letters, an hour alone. Assessors have the key.",
    "An actor plays the pharmacy director. The brief for both sides is in the assessors’ folder.",
    "Their own account plan on the shared template, ten minutes, then questions.",
)


def plan_three(world: World, cohort: Cohort) -> None:
    """Case study, role play and presentation, planned while nominations are open."""
    plan = plan_of(cohort)
    assert plan is not None  # nominations do not open without one
    listed = behaviors_for(plan)
    terms = [
        ExerciseTerms(
            kind=kind,
            name=name,
            minutes=minutes,
            preparation_minutes=before,
            materials=MATERIALS[place],
            behaviors=frozenset(each.pk for number, each in enumerate(listed) if (number + 1) % 3 != place),
            pk=plan.exercises.first().pk if place == 0 else None,  # type: ignore[union-attr]
        )
        for place, (kind, name, minutes, before) in enumerate(
            [
                ("case_study", "Case study", 45, 60),
                ("role_play", "Role play with a pharmacy director", 30, 15),
                ("presentation", "Account-plan presentation", 40, 0),
            ]
        )
    ]
    by = world.cast["ld_admin"]
    with at(Moment(world, cohort.nominations_close_on).on(-2)):
        change_plan(plan, "exercises", lambda found: store_exercises(found, terms), by=by)
        change_plan(plan, "windows", lambda found: _some_days_more(world, found), by=by, why=ACTOR)


def _some_days_more(world: World, plan: SelectionPlan) -> None:
    """The assessment is open today; calibration and decision follow it."""
    windows = windows_of(plan)
    opens, _ = windows[Kind.ASSESSMENT]
    closes = world.today + dt.timedelta(days=10)

    def later(days: int) -> dt.date:
        return closes + dt.timedelta(days=days)

    moved: dict[str, Window] = {
        Kind.APPROVAL: windows[Kind.APPROVAL],
        Kind.ASSESSMENT: (opens, closes),
        Kind.CALIBRATION: (later(1), later(5)),
        Kind.DECISION: (later(6), later(12)),
    }
    store(plan, days=days_of(plan), windows=moved)
