"""The panel of a cohort and who scores whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from amdp.audit import services as audit
from amdp.directory.models import Person
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort
from selection import notices
from selection.assignment import Assignment, Kind, Problem, Seat, assign, sentence
from selection.days import business_days_for, today_of
from selection.models import Assessor, Candidate, Exercise, Scoresheet
from selection.queries.assessment import admitted, exercises_of
from selection.queries.conflicts import conflict
from selection.queries.sitting import problem_of
from selection.services.closeness import settle_conflicts
from selection.services.followups import follow_sheets

DAYS_TO_SCORE = 10
BEFORE_SLATE = (Cohort.State.DRAFT, Cohort.State.NOMINATING, Cohort.State.ASSESSING)


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


# --- one by one --------------------------------------------------------------------------------------


@transaction.atomic
def assign_assessor(
    candidate: Candidate, assessor: Assessor, *, by: Membership, exercise: Exercise | None = None
) -> Scoresheet:
    """Give one candidate to one assessor in an exercise; it has to be named where there are several. It stays
    when sheets are spread anew. Raises ValidationError on a conflict of interest or without training."""
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
    if not assessor.may_score(exercise):
        raise ValidationError(f"{assessor} is not trained for “{exercise}”. Note the training in the plan.")
    if candidate.scoresheets.filter(assessor=assessor, exercise=exercise).exists():
        raise ValidationError(f"{assessor} scores {candidate} already.")
    sheet = Scoresheet.objects.create(
        candidate=candidate,
        exercise=exercise,
        assessor=assessor,
        due_on=due_for(assessor.person),
        why="Chosen by L&D.",
        pinned=True,
    )
    audit.record("scoresheet.assigned", sheet, by=by, after={"due_on": sheet.due_on})
    notices.scoring_asked([sheet])
    follow_sheets(cohort, [candidate.pk])
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
def unassign_assessor(sheet: Scoresheet, *, by: Membership, why: str = "") -> None:
    """Take an open sheet away again, with what was drafted on it."""
    require_organization()
    sheet = _locked_sheet(sheet)
    if sheet.state == Scoresheet.State.SUBMITTED:
        raise ValidationError("This score sheet was submitted. It stays as it is.")
    _note_taken(sheet, by=by, why=why)
    sheet.delete()
    notices.plan_scoring_reminders([sheet.assessor])
    settle_conflicts(sheet.candidate, sheet.assessor)
    follow_sheets(sheet.candidate.cohort, [sheet.candidate_id])


def _note_taken(sheet: Scoresheet, *, by: Membership, why: str) -> None:
    """The sheet is gone after this; the candidate's story reads it from here."""
    facts = {
        "candidate": sheet.candidate_id,
        "assessor": str(sheet.assessor),
        "exercise": sheet.exercise.title,
    }
    audit.record("scoresheet.taken_away", sheet, by=by, before=facts, why=why)


@transaction.atomic
def pin_scoresheet(sheet: Scoresheet, pinned: bool, *, by: Membership) -> Scoresheet:
    """Keep a sheet with its assessor when sheets are spread anew, or let it move again."""
    require_organization()
    sheet = _locked_sheet(sheet)
    _check_before_slate(_locked_cohort(sheet.candidate.cohort))
    if sheet.pinned != pinned:
        sheet.pinned = pinned
        sheet.save(update_fields=["pinned"])
        verb = "scoresheet.pinned" if pinned else "scoresheet.unpinned"
        audit.record(verb, sheet, by=by)
    return sheet


# --- all at once -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spread:
    """What is to be spread, and the question as the core is asked it."""

    candidates: dict[int, Candidate]
    exercises: dict[int, Exercise]
    assessors: dict[int, Assessor]
    movable: dict[Seat, Scoresheet]
    problem: Problem


def spread_of(cohort: Cohort, *, anew: bool = False) -> Spread:
    """Read who may score whom. Raises ValidationError while exercises or people are missing."""
    _check_before_slate(cohort)
    candidates = {candidate.pk: candidate for candidate in admitted(cohort)}
    assessors = {
        assessor.pk: assessor for assessor in cohort.assessors.select_related("person").order_by("pk")
    }
    exercises = {exercise.pk: exercise for exercise in exercises_of(cohort)}
    if not exercises:
        raise ValidationError("Name the exercises in the selection plan first.")
    needed = max(exercise.assessors for exercise in exercises.values())
    if len(assessors) < needed:
        raise ValidationError(f"Put at least {needed} people on the panel first.")
    movable = _movable(cohort) if anew else {}
    problem = problem_of(candidates, exercises, assessors, movable=movable)
    return Spread(candidates, exercises, assessors, movable, problem)


@transaction.atomic
def assign_evenly(
    cohort: Cohort, *, by: Membership, anew: bool = False, solved: tuple[Problem, Assignment] | None = None
) -> list[Scoresheet]:
    """Spread all admitted candidates over the panel: as many assessors in each exercise as the plan asks for,
    loads as even as they can be, assessors tied together by candidates they share, no conflicts of interest,
    nobody untrained or above their most. What exists stays; with ``anew`` sheets may move that nobody has
    begun and that are not pinned. ``solved`` is what a worker found beforehand; where the question is
    another one by now, it is asked anew. Returns what is new. Raises ValidationError, naming who cannot get enough
    assessors, and then nothing changes."""
    require_organization()
    cohort = _locked_cohort(cohort)
    spread = spread_of(cohort, anew=anew)
    candidates, exercises, movable = spread.candidates, spread.exercises, spread.movable
    asked, found = solved or (None, None)
    result = found if found is not None and asked == spread.problem else assign(spread.problem)
    if result.shortages:
        raise ValidationError(_too_few(str(candidates[each.candidate]) for each in result.shortages))
    taken = [movable[seat] for seat in result.dropped]
    for sheet in taken:
        _note_taken(sheet, by=by, why="Score sheets were spread anew.")
    Scoresheet.objects.filter(pk__in=[sheet.pk for sheet in taken]).delete()
    due = {pk: due_for(assessor.person) for pk, assessor in spread.assessors.items()}
    sheets = Scoresheet.objects.bulk_create(
        Scoresheet(
            candidate=candidates[pair.seat.candidate],
            exercise=exercises[pair.seat.exercise],
            assessor=spread.assessors[pair.seat.assessor],
            due_on=due[pair.seat.assessor],
            why=sentence(pair.why),
        )
        for pair in result.pairs
        if pair.why.kind != Kind.PINNED and pair.seat not in movable
    )
    audit.record("assessors.assigned", cohort, by=by, after={"sheets": len(sheets), "moved": len(taken)})
    notices.plan_scoring_reminders({sheet.assessor for sheet in taken})
    notices.scoring_asked(sheets)
    if sheets or taken:
        follow_sheets(cohort)
    return sheets


def _movable(cohort: Cohort) -> dict[Seat, Scoresheet]:
    """Sheets that nobody has begun and that are not pinned."""
    rows = Scoresheet.objects.select_related("candidate__person", "assessor__person", "exercise").filter(
        Q(candidate__cohort=cohort, candidate__state=Candidate.State.ADMITTED),
        state=Scoresheet.State.OPEN,
        pinned=False,
        saved_at=None,
    )
    return {Seat(each.candidate_id, each.exercise_id, each.assessor_id): each for each in rows}


def _too_few(names: Iterable[str]) -> str:
    return (
        f"There are not enough people on the panel who may score {', '.join(dict.fromkeys(names))}. "
        "Add somebody from outside their line."
    )


def due_for(person: Person) -> date:
    """The tenth business day from now where the assessor works."""
    return business_days_for(person, DAYS_TO_SCORE)


def _check_before_slate(cohort: Cohort) -> None:
    if cohort.state not in BEFORE_SLATE:
        raise ValidationError("The assessment of this cohort is over.")
    if cohort.calibrations.exists():
        raise ValidationError("Scoring ended when the calibration began, so nobody is given sheets any more.")


def _locked_cohort(cohort: Cohort) -> Cohort:
    return Cohort.objects.select_for_update(of=("self",)).select_related("program").get(pk=cohort.pk)


def _locked_sheet(sheet: Scoresheet) -> Scoresheet:
    rows = Scoresheet.objects.select_for_update(of=("self",))
    return rows.select_related("candidate__person", "candidate__cohort", "exercise", "assessor__person").get(
        pk=sheet.pk
    )
