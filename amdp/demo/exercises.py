"""Three exercises for one cohort: each behaviour is watched in two of them."""

from amdp.demo.clock import at
from amdp.demo.directory import World
from amdp.demo.selections import Moment
from cohorts.models import Cohort
from selection.plan_parts.exercises import ExerciseTerms, behaviors_for, store_exercises
from selection.queries.plan import plan_of
from selection.services import change_plan

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
    with at(Moment(world, cohort.nominations_close_on).on(-2)):
        change_plan(plan, "exercises", lambda found: store_exercises(found, terms), by=world.cast["ld_admin"])
