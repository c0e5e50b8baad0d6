"""The panel, who scores whom, and the score sheets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.models import Person
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Behavior, Cohort
from selection import access, notices
from selection.assignment import Assessor as OnPanel
from selection.assignment import Exercise as Sitting
from selection.assignment import Kind, Problem, Seat, assign, sentence
from selection.days import business_days_for, today_of
from selection.models import Assessor, Candidate, Exercise, Observation, Rating, Scoresheet
from selection.queries.assessment import (
    admitted,
    behaviors_of,
    conflict,
    conflicts_of,
    exercises_of,
    marks_of,
)

DAYS_TO_SCORE = 10
BEFORE_SLATE = (Cohort.State.NOMINATING, Cohort.State.ASSESSING)


@dataclass(frozen=True)
class Mark:
    """What an assessor says about one behaviour; a score without an observation can be kept, not submitted."""

    score: int | None = None
    observation: str = ""


# --- the panel ---------------------------------------------------------------------------------------


@transaction.atomic
def add_assessor(cohort: Cohort, person: Person, *, by: Membership) -> Assessor:
    """Put somebody on the panel. Candidates of the same cohort cannot assess it."""
    require_organization()
    _check_before_slate(_locked_cohort(cohort))
    if not person.is_employed(today_of(person)):
        raise ValidationError(f"{person} does not work here any more.")
    in_it = cohort.candidates.filter(person=person).exclude(state=Candidate.State.DRAFTED)
    if in_it.exists():
        raise ValidationError(f"{person} is a candidate of this cohort and cannot assess it.")
    assessor, created = Assessor.objects.get_or_create(cohort=cohort, person=person)
    if not created:
        raise ValidationError(f"{person} is on the panel already.")
    audit.record("assessor.added", assessor, by=by, after={"cohort": str(cohort)})
    return assessor


@transaction.atomic
def remove_assessor(assessor: Assessor, *, by: Membership) -> None:
    """Take somebody off the panel who has no candidates."""
    require_organization()
    _check_before_slate(_locked_cohort(assessor.cohort))
    if assessor.scoresheets.exists():
        raise ValidationError(f"{assessor} has candidates to score. Take those away first.")
    audit.record("assessor.removed", assessor, by=by, before={"cohort": str(assessor.cohort)})
    assessor.delete()


# --- who scores whom ---------------------------------------------------------------------------------


@transaction.atomic
def assign_assessor(
    candidate: Candidate, assessor: Assessor, *, by: Membership, exercise: Exercise | None = None
) -> Scoresheet:
    """Give one candidate to one assessor in an exercise; it has to be named where there are several. Raises
    ValidationError on a conflict of interest."""
    require_organization()
    cohort = _locked_cohort(candidate.cohort)
    _check_before_slate(cohort)
    if assessor.cohort_id != cohort.pk:
        raise ValidationError(f"{assessor} is not on the panel of {cohort}.")
    candidate = cohort.candidates.select_related("person", "cohort").get(pk=candidate.pk)
    if candidate.state != Candidate.State.ADMITTED:
        raise ValidationError(f"{candidate} is not admitted to the assessment.")
    if reason := conflict(assessor.person, candidate):
        raise ValidationError(reason)
    exercise = _exercise(cohort, exercise)
    if candidate.scoresheets.filter(assessor=assessor, exercise=exercise).exists():
        raise ValidationError(f"{assessor} scores {candidate} already.")
    sheet = Scoresheet.objects.create(
        candidate=candidate,
        exercise=exercise,
        assessor=assessor,
        due_on=due_for(assessor.person),
        why="Chosen by L&D.",
    )
    audit.record("scoresheet.assigned", sheet, by=by, after={"due_on": sheet.due_on})
    notices.scoring_asked([sheet])
    return sheet


def _exercise(cohort: Cohort, wanted: Exercise | None) -> Exercise:
    exercises = list(exercises_of(cohort))
    if wanted is None and len(exercises) == 1:
        return exercises[0]
    if wanted is None:
        raise ValidationError({"exercise": "Say in which exercise."})
    if wanted not in exercises:
        raise ValidationError({"exercise": f"“{wanted}” is no exercise of {cohort}."})
    return wanted


@transaction.atomic
def unassign_assessor(sheet: Scoresheet, *, by: Membership) -> None:
    """Take an open sheet away again, with what was drafted on it."""
    require_organization()
    sheet = _locked_sheet(sheet)
    if sheet.state == Scoresheet.State.SUBMITTED:
        raise ValidationError("This score sheet was submitted. It stays as it is.")
    notices.scoring_settled(sheet)
    audit.record("scoresheet.taken_away", sheet, by=by)
    sheet.delete()


@transaction.atomic
def assign_evenly(cohort: Cohort, *, by: Membership) -> list[Scoresheet]:
    """Spread all admitted candidates over the panel: as many assessors in each exercise as the plan asks for,
    loads as even as they can be, assessors tied together by candidates they share, no conflicts of interest;
    what exists stays. Raises ValidationError, naming who cannot get enough assessors."""
    require_organization()
    cohort = _locked_cohort(cohort)
    _check_before_slate(cohort)
    candidates = {candidate.pk: candidate for candidate in admitted(cohort)}
    assessors = {assessor.pk: assessor for assessor in cohort.assessors.select_related("person")}
    exercises = {exercise.pk: exercise for exercise in exercises_of(cohort)}
    if not exercises:
        raise ValidationError("Name the exercises in the selection plan first.")
    needed = max(exercise.assessors for exercise in exercises.values())
    if len(assessors) < needed:
        raise ValidationError(f"Put at least {needed} people on the panel first.")
    result = assign(problem_of(candidates, exercises, assessors))
    if result.shortages:
        names = ", ".join(dict.fromkeys(str(candidates[each.candidate]) for each in result.shortages))
        raise ValidationError(
            f"There are not enough people on the panel who may score {names}. Add somebody from outside their line."
        )
    sheets = Scoresheet.objects.bulk_create(
        Scoresheet(
            candidate=candidates[pair.seat.candidate],
            exercise=exercises[pair.seat.exercise],
            assessor=assessors[pair.seat.assessor],
            due_on=due_for(assessors[pair.seat.assessor].person),
            why=sentence(pair.why),
        )
        for pair in result.pairs
        if pair.why.kind != Kind.PINNED
    )
    audit.record("assessors.assigned", cohort, by=by, after={"sheets": len(sheets)})
    notices.scoring_asked(sheets)
    return sheets


def problem_of(
    candidates: Mapping[int, Candidate], exercises: Mapping[int, Exercise], assessors: Mapping[int, Assessor]
) -> Problem:
    """What the core is asked; score sheets that exist are pins."""
    rows = Scoresheet.objects.filter(candidate__in=candidates).order_by()
    return Problem(
        candidates=list(candidates),
        exercises=[Sitting(exercise.pk, exercise.assessors) for exercise in exercises.values()],
        assessors=[OnPanel(pk) for pk in assessors],
        conflicts=conflicts_of(candidates.values(), assessors.values()),
        pins=[Seat(*row) for row in rows.values_list("candidate_id", "exercise_id", "assessor_id")],
    )


def due_for(person: Person) -> date:
    """The tenth business day from now where the assessor works."""
    return business_days_for(person, DAYS_TO_SCORE)


# --- scoring -----------------------------------------------------------------------------------------


@transaction.atomic
def save_scores(sheet: Scoresheet, marks: Mapping[int, Mark], *, by: Membership) -> Scoresheet:
    """Keep a draft: ratings and observations by behaviour id. What is left out stays as it was; an empty
    mark takes back. Nobody but the assessor sees any of it."""
    require_organization()
    sheet = _locked_sheet(sheet)
    _check_scorer(sheet, by)
    known = {behavior.pk for behavior in behaviors_of(sheet)}
    if unknown := set(marks) - known:
        raise ValidationError(f"There is no behavior {min(unknown)} in this exercise.")
    for behavior, mark in marks.items():
        if mark.score is not None and not 1 <= mark.score <= 5:
            raise ValidationError("Ratings run from 1 to 5.")
        _keep_rating(sheet, behavior, mark.score)
        _keep_observation(sheet, behavior, mark.observation.strip())
    sheet.saved_at = timezone.now()
    sheet.save(update_fields=["saved_at"])
    return sheet


@transaction.atomic
def submit_scoresheet(sheet: Scoresheet, *, by: Membership) -> Scoresheet:
    """Hand the sheet in; from then on it cannot change. Raises ValidationError unless every rating has an
    observation and every competency a rating."""
    require_organization()
    sheet = _locked_sheet(sheet)
    _check_scorer(sheet, by)
    behaviors = behaviors_of(sheet)
    problems = _unready(behaviors, marks_of(sheet))
    if problems:
        raise ValidationError(problems)
    sheet.state, sheet.submitted_at = Scoresheet.State.SUBMITTED, timezone.now()
    sheet.save(update_fields=["state", "submitted_at"])
    notices.scoring_settled(sheet)
    audit.record("scoresheet.submitted", sheet, by=by, before={"state": "open"}, after={"state": sheet.state})
    return sheet


def _unready(behaviors: Iterable[Behavior], marks: Mapping[int, tuple[int | None, str]]) -> list[str]:
    problems: list[str] = []
    rated: dict[str, bool] = {}
    for behavior in behaviors:
        score, text = marks.get(behavior.pk, (None, ""))
        rated.setdefault(behavior.competency.name, False)
        if score is not None:
            rated[behavior.competency.name] = True
            if not text:
                problems.append(f"Write what you saw for “{behavior.text}”. A rating needs an observation.")
    empty = [name for name, done in rated.items() if not done]
    if empty:
        problems.append(f"Rate at least one behaviour of {', '.join(empty)}.")
    return problems


def _keep_rating(sheet: Scoresheet, behavior: int, score: int | None) -> None:
    if score is None:
        sheet.ratings.filter(behavior_id=behavior).delete()
    else:
        Rating.objects.update_or_create(scoresheet=sheet, behavior_id=behavior, defaults={"score": score})


def _keep_observation(sheet: Scoresheet, behavior: int, text: str) -> None:
    """Keeps the time of the first note on a behaviour, however often its words change."""
    noted = sheet.observations.filter(behavior_id=behavior).first()
    if not text:
        sheet.observations.filter(behavior_id=behavior).delete()
    elif noted is None:
        Observation.objects.create(scoresheet=sheet, behavior_id=behavior, text=text)
    elif noted.text != text:
        noted.text = text
        noted.save(update_fields=["text"])


def _check_scorer(sheet: Scoresheet, by: Membership) -> None:
    if not access.is_assessor(by, sheet):
        raise PermissionDenied("Only the assessor it was given to can score this sheet.")
    if sheet.state == Scoresheet.State.SUBMITTED:
        raise ValidationError("You have submitted this sheet. It stays as it is.")
    if sheet.candidate.state != Candidate.State.ADMITTED:
        raise ValidationError(f"{sheet.candidate} is no longer in this selection. Nothing needs scoring.")
    if sheet.candidate.cohort.state != Cohort.State.ASSESSING:
        raise ValidationError("Scoring opens when nominations have closed and ends with the assessment.")


def _check_before_slate(cohort: Cohort) -> None:
    if cohort.state not in (Cohort.State.DRAFT, *BEFORE_SLATE):
        raise ValidationError("The assessment of this cohort is over.")


def _locked_cohort(cohort: Cohort) -> Cohort:
    return Cohort.objects.select_for_update(of=("self",)).select_related("program").get(pk=cohort.pk)


def _locked_sheet(sheet: Scoresheet) -> Scoresheet:
    return (
        Scoresheet.objects.select_for_update(of=("self",))
        .select_related(
            "candidate__person", "candidate__cohort__program", "exercise", "assessor__person", "organization"
        )
        .get(pk=sheet.pk)
    )
