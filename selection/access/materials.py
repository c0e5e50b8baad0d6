"""Who reads the files of an exercise, and from when on."""

from django.db.models import DateField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone

from amdp.directory.models import Person
from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from cohorts.models import Cohort
from selection.access.dayplan import BEFORE_SLATE
from selection.access.setup import can_run_plan, hidden_cohorts, visible_plans
from selection.models import (
    AssessmentSlot,
    Candidate,
    DayPlan,
    Exercise,
    ExerciseMaterial,
    MaterialVersion,
    Scoresheet,
    Stage,
)

Audience, Release = ExerciseMaterial.Audience, ExerciseMaterial.Release


def visible_exercises(member: Membership) -> QuerySet[Exercise]:
    """Exercises of the plans a member follows as a whole."""
    exercises = Exercise.objects.select_related("plan__cohort", "plan__program", "organization")
    return exercises.filter(plan__in=visible_plans(member).order_by().values("pk"))


def visible_materials(member: Membership) -> QuerySet[ExerciseMaterial]:
    """The files of those plans, also those taken away."""
    found = ExerciseMaterial.objects.select_related("exercise__plan__cohort", "exercise__plan__program")
    return found.filter(exercise__plan__in=visible_plans(member).order_by().values("pk"))


def own_materials(member: Membership) -> QuerySet[ExerciseMaterial]:
    """Files for the member: as an assessor those of the exercises they score, guides and briefings, but not
    where they are a candidate too; as a candidate the briefings of their own exercises, once released."""
    person = person_of(member)
    found = ExerciseMaterial.objects.select_related("exercise").filter(removed_at=None)
    if person is None:
        return found.none()
    return found.filter(
        _for_assessor(person) & ~Q(exercise__plan__cohort__in=hidden_cohorts(member)) | _for_candidate(person)
    )


def _for_assessor(person: Person) -> Q:
    sheets = Scoresheet.objects.filter(
        exercise=OuterRef("exercise"),
        assessor__person=person,
        candidate__state=Candidate.State.ADMITTED,
        candidate__cohort__state__in=(Cohort.State.NOMINATING, Cohort.State.ASSESSING),
    )
    return Q(Exists(sheets.order_by()))


def _for_candidate(person: Person) -> Q:
    """Never before the own times are published: until then nobody knows that they are a candidate."""
    slots = AssessmentSlot.objects.filter(
        exercise=OuterRef("exercise"),
        candidate__person=person,
        candidate__state=Candidate.State.ADMITTED,
        candidate__cohort__state=Cohort.State.ASSESSING,
        state=AssessmentSlot.State.PLACED,
        plan__state=DayPlan.State.PUBLISHED,
    ).order_by()
    zone = Value(person.time_zone or "UTC")
    begun = slots.alias(day=_day_in(zone, F("starts_at"))).filter(
        day__lte=_day_in(zone, Value(timezone.now()))
    )
    plan_zone = Coalesce(NullIf(F("plan__time_zone"), Value("")), F("plan__organization__time_zone"))
    later = Stage.objects.filter(
        plan=OuterRef("exercise__plan"),
        kind=Stage.Kind.ASSESSMENT,
        opens_on__gt=_day_in(plan_zone, Value(timezone.now())),
    ).order_by()
    open_ = Q(Exists(slots), release=Release.STAGE) & ~Q(Exists(later))
    return Q(audience=Audience.CANDIDATES) & (open_ | Q(Exists(begun), release=Release.DAY))


def _day_in(zone: Combinable, moment: Combinable) -> Cast:
    return Cast(Func(zone, moment, function="timezone"), DateField())


def visible_versions(member: Membership) -> QuerySet[MaterialVersion]:
    """What the member may fetch: every version for who follows the plan, else the latest of their own files."""
    newer = MaterialVersion.objects.filter(material=OuterRef("material"), number__gt=OuterRef("number"))
    followed = Q(material__in=visible_materials(member).order_by().values("pk"))
    own = Q(material__in=own_materials(member).order_by().values("pk")) & ~Q(Exists(newer.order_by()))
    return MaterialVersion.objects.select_related("material").filter(followed | own)


def can_change_materials(member: Membership, exercise: Exercise) -> bool:
    """Who runs the plan, until the slate is drawn up."""
    cohort = exercise.plan.cohort
    return can_run_plan(member, exercise.plan) and (cohort is None or cohort.state in BEFORE_SLATE)
