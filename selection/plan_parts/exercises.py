"""What candidates are asked to do, and which behaviours are observed in each exercise."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from cohorts.models import Behavior, Cohort
from selection.models import (
    AssessmentSlot,
    Exercise,
    ExerciseBehavior,
    ExerciseMaterial,
    Observation,
    Rating,
    SelectionPlan,
    Stage,
)
from selection.plan_parts.base import Part

Kind = Exercise.Kind
SHOWN = 3


@dataclass(frozen=True)
class ExerciseTerms:
    """An exercise as it should be; ``pk`` None for a new one, ``behaviors`` None for all there are."""

    kind: str = Kind.GENERAL
    name: str = "Assessment"
    minutes: int = 60
    preparation_minutes: int = 0
    assessors: int = 2
    materials: str = ""
    behaviors: frozenset[int] | None = None
    pk: int | None = None


def behaviors_for(plan: SelectionPlan) -> list[Behavior]:
    """The behaviours of the program's competency model, in order."""
    program = plan.cohort.program_id if plan.cohort else plan.program_id
    return list(
        Behavior.objects.filter(competency__program=program)
        .select_related("competency")
        .order_by("competency__position", "competency_id", "position", "pk")
    )


def exercises_in(plan: SelectionPlan) -> list[ExerciseTerms]:
    """The exercises of a plan, in order."""
    return [
        ExerciseTerms(
            kind=each.kind,
            name=each.name,
            minutes=each.minutes,
            preparation_minutes=each.preparation_minutes,
            assessors=each.assessors,
            materials=each.materials,
            behaviors=None if each.whole else frozenset(one.behavior_id for one in each.observed.all()),
            pk=each.pk,
        )
        for each in plan.exercises.all()
    ]


def store_exercises(plan: SelectionPlan, wanted: Sequence[ExerciseTerms]) -> None:
    """Write the exercises of one plan in this order; those not named are no exercises any more.

    Raises ValidationError for an exercise that is left out though score sheets were handed out for it, and
    for a behaviour that is left out though somebody noted or rated it there.
    """
    check_exercises(wanted)
    kept = {terms.pk for terms in wanted if terms.pk}
    for gone in plan.exercises.exclude(pk__in=kept):
        if gone.scoresheets.exists():
            raise ValidationError(
                f"Score sheets were handed out for “{gone}”. Take them away before you take it out."
            )
        slots = AssessmentSlot.objects.filter(exercise=gone)
        if slots.filter(state=AssessmentSlot.State.PLACED).exists():
            raise ValidationError(
                f"“{gone}” has times on the assessment days. Take them out before you take it out of the plan."
            )
        slots.delete()
        gone.delete()
    for position, terms in enumerate(wanted):
        _store(plan, terms, position)


def _store(plan: SelectionPlan, terms: ExerciseTerms, position: int) -> None:
    exercise = plan.exercises.get(pk=terms.pk) if terms.pk else Exercise(plan=plan)
    exercise.kind, exercise.name, exercise.materials = terms.kind, terms.name, terms.materials
    exercise.minutes, exercise.preparation_minutes = terms.minutes, terms.preparation_minutes
    exercise.assessors, exercise.position = terms.assessors, position
    exercise.whole = terms.behaviors is None
    exercise.save()
    behaviors = terms.behaviors or frozenset()
    if not exercise.whole:
        _check_unused(exercise, behaviors)
    exercise.observed.exclude(behavior__in=behaviors).delete()
    there = set(exercise.observed.order_by().values_list("behavior_id", flat=True))
    ExerciseBehavior.objects.bulk_create(
        ExerciseBehavior(exercise=exercise, behavior_id=pk) for pk in sorted(behaviors - there)
    )


def _check_unused(exercise: Exercise, behaviors: Iterable[int]) -> None:
    for model in (Rating, Observation):
        used = model._default_manager.filter(scoresheet__exercise=exercise, behavior__isnull=False)
        other = used.exclude(behavior__in=behaviors).select_related("behavior").first()
        if other and other.behavior:
            raise ValidationError(
                f"“{other.behavior.text}” was observed in “{exercise}” already, so it stays there."
            )


def check_exercises(wanted: Sequence[ExerciseTerms]) -> None:
    """Raises ValidationError for what cannot be: none, two of one name, one assessor where two are needed."""
    if not wanted:
        raise ValidationError("An assessment needs at least one exercise.")
    names = Counter(terms.name.casefold() for terms in wanted)
    for terms in wanted:
        if names[terms.name.casefold()] > 1:
            raise ValidationError(f"Two exercises are called “{terms.name}”. Give each a name of its own.")
        if terms.assessors < 2 and terms.kind != Kind.KNOWLEDGE_TEST:
            raise ValidationError(f"“{terms.name}” needs at least two assessors. Only a test can have one.")


def seldom_observed(exercises: Sequence[ExerciseTerms], behaviors: Sequence[Behavior]) -> list[Behavior]:
    """Behaviours observed in one exercise alone, where there are several: one impression decides on them."""
    if len(exercises) < 2:
        return []
    return [each for each in behaviors if times_observed(exercises, each.pk) == 1]


def times_observed(exercises: Sequence[ExerciseTerms], behavior: int) -> int:
    """In how many exercises a behaviour is observed."""
    return sum(terms.behaviors is None or behavior in terms.behaviors for terms in exercises)


def _content(plan: SelectionPlan) -> dict[str, str]:
    texts = {each.pk: each.text for each in behaviors_for(plan)}
    return {terms.name: _described(terms, texts) for terms in exercises_in(plan)}


def _described(terms: ExerciseTerms, texts: dict[int, str]) -> str:
    minutes = f"{terms.minutes} minutes"
    if terms.preparation_minutes:
        minutes += f" after {terms.preparation_minutes} to prepare"
    count = "1 assessor" if terms.assessors == 1 else f"{terms.assessors} assessors"
    seen = "all behaviours"
    if terms.behaviors is not None:
        seen = "; ".join(texts[pk] for pk in texts if pk in terms.behaviors) or "no behaviour yet"
    said = f"{Kind(terms.kind).label}, {minutes}, {count}. Observed: {seen}."
    return f"{said} Materials: {terms.materials}" if terms.materials else said


def _propose(plan: SelectionPlan) -> None:
    if not plan.exercises.exists():
        store_exercises(plan, [ExerciseTerms()])


def _copy(source: SelectionPlan, target: SelectionPlan) -> None:
    copied = [
        ExerciseTerms(**{**terms.__dict__, "pk": None})  # a copy is a row of its own
        for terms in exercises_in(source)
    ]
    store_exercises(target, copied or [ExerciseTerms()])
    pairs = zip(source.exercises.all(), target.exercises.all(), strict=False)
    for original, copy in pairs:
        _copy_files(original, copy)


def _copy_files(source: Exercise, target: Exercise) -> None:
    """The latest version of each file goes along; what is stored is the same file."""
    for material in ExerciseMaterial.objects.filter(exercise=source, removed_at=None):
        latest = material.versions.first()
        if latest is not None:
            copied = ExerciseMaterial.objects.create(
                exercise=target, name=material.name, audience=material.audience, release=material.release
            )
            latest.pk, latest.material, latest.number = None, copied, 1
            latest._state.adding = True
            latest.save()


def _missing(plan: SelectionPlan) -> list[str]:
    exercises = exercises_in(plan)
    if not exercises:
        return ["Name at least one exercise."]
    sentences = [
        f"Say which behaviours are observed in “{terms.name}”."
        for terms in exercises
        if terms.behaviors is not None and not terms.behaviors
    ]
    unseen = [each for each in behaviors_for(plan) if not times_observed(exercises, each.pk)]
    sentences += [f"“{each.text}” is observed in no exercise." for each in unseen[:SHOWN]]
    if len(unseen) > SHOWN:
        sentences.append(f"{len(unseen) - SHOWN} more behaviours are observed in no exercise.")
    return sentences


def _said(plan: SelectionPlan) -> str:
    exercises = exercises_in(plan)
    if len(exercises) == 1:
        count = exercises[0].assessors
        return f"{exercises[0].name}, scored by {count} {'assessor' if count == 1 else 'assessors'} each"
    total = sum(terms.minutes + terms.preparation_minutes for terms in exercises)
    return ", ".join(terms.name for terms in exercises) + f" ({total} minutes for each candidate)"


PART = Part(
    key="exercises",
    title="Exercises",
    about="What candidates are asked to do, how long it takes, who watches, and which behaviours are observed in each.",
    stage=Stage.Kind.ASSESSMENT,
    last=Cohort.State.ASSESSING,
    content=_content,
    propose=_propose,
    copy=_copy,
    missing=_missing,
    said=_said,
)
