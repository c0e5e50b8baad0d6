"""Three exercises for one cohort: each behaviour is watched in two of them."""

import datetime as dt
import io

from amdp.demo.clock import at
from amdp.demo.directory import World
from amdp.demo.files import page, workbook
from amdp.demo.selections import Moment
from amdp.identity.models import Membership
from cohorts.models import Cohort
from selection.models import Exercise, ExerciseMaterial, SelectionPlan, Stage
from selection.plan_parts.exercises import ExerciseTerms, behaviors_for, store_exercises
from selection.plan_parts.windows import Window, days_of, store, windows_of
from selection.queries.plan import plan_of
from selection.services import add_material, change_plan, replace_material

Kind = Stage.Kind
ACTOR = "The actor for the role play is free only later, so the assessment takes longer."
MATERIALS = (
    "The case of a regional hospital group: figures, three letters, an hour alone. Assessors have the key.",
    "An actor plays the pharmacy director. The brief for both sides is in the assessors’ folder.",
    "Their own account plan on the shared template, ten minutes, then questions.",
)


BRIEFING = (
    "Tidewater runs nine hospitals in two states and buys through one formulary committee.",
    "You take the account over today. The contract for the lead product ends in seven months.",
    "Read the three letters and the figures. You have an hour alone, then forty-five minutes with us.",
    "Say what you would do in the first ninety days, with whom, and what it takes.",
)
FIGURES = (
    ("Hospital", "Beds", "Patients a year", "Share of the lead product"),
    ("Tidewater General", 640, 4100, 0.41),
    ("Harbor Point", 310, 1900, 0.28),
    ("St. Brendan", 220, 1250, 0.19),
)
KEY = (
    "Names the committee's chair and the pharmacy director as two different interests.",
    "Asks what the contract cost the hospital, not only what it brought us.",
    "Sets out one thing that will not be done in the first ninety days.",
)
PART = ("You asked for this half hour. The director has read your letter and is short of time.",)
ACTOR_PART = (
    "You are friendly and give away nothing that was not asked.",
    "If asked what would make a change easy, you mention the nurses' training.",
)
TEMPLATE = ("Situation, aim, people, steps, what you need. No more than five pages.",)


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
        closes = world.today + dt.timedelta(days=10)
        change_plan(plan, "windows", lambda found: assess_until(found, closes), by=by, why=ACTOR)


def with_files(world: World, cohort: Cohort) -> None:
    """A briefing and figures for candidates, a key and a brief for assessors; one was replaced."""
    by, plan = world.cast["ld_admin"], plan_of(cohort)
    assert plan is not None
    case, play, presentation = plan.exercises.all()
    moment = Moment(world, cohort.nominations_close_on).on(1)
    with at(moment):
        brief = _add(case, by, "Briefing", "briefing.pdf", page("Tidewater hospital group", BRIEFING))
        _add(case, by, "Figures", "figures.xlsx", workbook(FIGURES))
        _add(case, by, "Key", "key.pdf", page("What a good answer holds", KEY), audience="assessors")
        _add(play, by, "Your part", "your-part.pdf", page("You meet the pharmacy director", PART))
        _add(
            play,
            by,
            "The actor’s part",
            "actor.pdf",
            page("The pharmacy director", ACTOR_PART),
            audience="assessors",
        )
        _add(
            presentation,
            by,
            "Template",
            "template.pdf",
            page("Ten minutes, five pages", TEMPLATE),
            release="stage",
        )
    with at(moment + dt.timedelta(days=2)):
        newer = page(
            "Tidewater hospital group", [*BRIEFING, "Corrected: the contract ends in June, not in May."]
        )
        replace_material(brief, io.BytesIO(newer), file_name="briefing-2.pdf", size=len(newer), by=by)


def _add(
    exercise: Exercise,
    by: Membership,
    name: str,
    file_name: str,
    body: bytes,
    *,
    audience: str = "candidates",
    release: str = "day",
) -> ExerciseMaterial:
    return add_material(
        exercise,
        io.BytesIO(body),
        file_name=file_name,
        size=len(body),
        audience=audience,
        release=release,
        name=name,
        by=by,
    )


def assess_until(plan: SelectionPlan, closes: dt.date) -> None:
    """The assessment is open until then; calibration and decision follow it."""
    windows = windows_of(plan)
    opens, _ = windows[Kind.ASSESSMENT]

    def later(days: int) -> dt.date:
        return closes + dt.timedelta(days=days)

    moved: dict[str, Window] = {
        Kind.APPROVAL: windows[Kind.APPROVAL],
        Kind.ASSESSMENT: (opens, closes),
        Kind.CALIBRATION: (later(1), later(5)),
        Kind.DECISION: (later(6), later(12)),
    }
    store(plan, days=days_of(plan), windows=moved)
