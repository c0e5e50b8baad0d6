"""Who may score whom, and what the submitted sheets say together."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Sum

from amdp.audit.models import AuditEntry
from amdp.audit.queries import entries_about
from cohorts.models import Behavior, Cohort, Competency
from selection.models import Candidate, Exercise, Observation, Rating, Scoresheet
from selection.queries.conflicts import IN_THE_RUNNING, counts
from selection.queries.consensus import counts_agreed
from selection.ranking import normalize

# metrics.md, Assessment: at least this share of the competencies has to be rated
NEEDED_PERCENT = 80


# --- progress ----------------------------------------------------------------------------------------


def admitted(cohort: Cohort) -> QuerySet[Candidate]:
    """The candidates that are assessed, by name."""
    return (
        cohort.candidates.filter(state=Candidate.State.ADMITTED)
        .select_related("person__grade", "cohort")
        .order_by("person__last_name_key", "pk")
    )


def exercises_of(cohort: Cohort) -> QuerySet[Exercise]:
    """The exercises of the cohort's plan, in order."""
    return Exercise.objects.filter(plan__cohort=cohort)


def needs_of(cohort: Cohort) -> dict[int, int]:
    """By exercise, how many assessors each candidate needs."""
    return dict(Exercise.objects.filter(plan__cohort=cohort).order_by().values_list("pk", "assessors"))


def short_of(cohort: Cohort) -> set[int]:
    """Ids of the admitted candidates who lack an assessor in some exercise; three queries."""
    needs = needs_of(cohort)
    have: dict[int, Counter[int]] = {
        pk: Counter()
        for pk in cohort.candidates.filter(state=Candidate.State.ADMITTED).values_list("pk", flat=True)
    }
    sheets = Scoresheet.objects.filter(counts() | Q(state=Scoresheet.State.OPEN), candidate__in=have)
    rows = sheets.order_by().values_list("candidate_id", "exercise_id")
    for candidate, exercise in rows:
        have[candidate][exercise] += 1
    return {
        candidate
        for candidate, found in have.items()
        if any(found[pk] < count for pk, count in needs.items())
    }


def with_progress(candidates: QuerySet[Candidate]) -> QuerySet[Any]:
    """``sheets`` and ``submitted``: how many score sheets there are and how many are in."""
    done = Q(scoresheets__state=Scoresheet.State.SUBMITTED)
    return candidates.annotate(
        sheets=Count("scoresheets", distinct=True),
        submitted=Count("scoresheets", filter=done, distinct=True),
    )


def panel(cohort: Cohort) -> QuerySet[Any]:
    """The assessors with ``sheets``, ``submitted`` and ``is_candidate``, by name."""
    done = Q(scoresheets__state=Scoresheet.State.SUBMITTED)
    rivals = Candidate.objects.filter(
        cohort=cohort, person=OuterRef("person"), state__in=IN_THE_RUNNING
    ).order_by()
    return (
        cohort.assessors.select_related("person")
        .annotate(
            sheets=Count("scoresheets"),
            submitted=Count("scoresheets", filter=done),
            is_candidate=Exists(rivals),
        )
        .order_by("person__last_name_key", "pk")
    )


@dataclass(frozen=True)
class Sitting:
    """A candidate in an exercise: the sheets handed out, and how many assessors are missing."""

    exercise: Exercise
    sheets: list[Scoresheet]

    @property
    def missing(self) -> int:
        return max(0, self.exercise.assessors - len(self.sheets))


def sittings_of(exercises: Iterable[Exercise], sheets: Iterable[Scoresheet]) -> list[Sitting]:
    """Each exercise with the sheets of one candidate. No query."""
    listed = list(sheets)
    return [Sitting(each, [sheet for sheet in listed if sheet.exercise_id == each.pk]) for each in exercises]


# --- sheets ------------------------------------------------------------------------------------------


def behaviors_of(sheet: Scoresheet) -> list[Behavior]:
    """The behaviours that are observed in the exercise of a sheet, in order."""
    behaviors = Behavior.objects.filter(competency__program=sheet.candidate.cohort.program_id)
    if not sheet.exercise.whole:
        behaviors = behaviors.filter(observed_in__exercise=sheet.exercise_id)
    return list(
        behaviors.select_related("competency").order_by(
            "competency__position", "competency_id", "position", "pk"
        )
    )


@dataclass(frozen=True)
class SheetRow:
    """One behaviour on a score sheet: its anchors, each with whether it was chosen, and what was noted."""

    behavior: Behavior
    score: int | None
    note: str
    jotted: tuple[Observation, ...] = ()
    yours: tuple[int | None, str] | None = None

    @property
    def shown(self) -> tuple[int | None, str]:
        """What the fields hold: what was to be kept where that is not what stands."""
        return self.yours or (self.score, self.note)

    @property
    def anchors(self) -> list[tuple[int, str, bool]]:
        score = self.shown[0]
        return [(point, text, point == score) for point, text in enumerate(self.behavior.anchors, 1)]


@dataclass(frozen=True)
class SheetGroup:
    """A competency on a score sheet."""

    competency: Competency
    rows: list[SheetRow]

    @property
    def rated(self) -> int:
        return sum(row.score is not None for row in self.rows)


def groups_of(
    behaviors: Iterable[Behavior],
    marks: Mapping[int, tuple[int | None, str]],
    jotted: Iterable[Observation] = (),
    yours: Mapping[int, tuple[int | None, str]] | None = None,
) -> list[SheetGroup]:
    """Competencies with their behaviours, each with what was marked and jotted down so far; ``yours`` is what
    was to be kept where something else stands by now. No query."""
    sorted_: dict[int, list[Observation]] = {}
    for each in jotted:
        if each.behavior_id:
            sorted_.setdefault(each.behavior_id, []).append(each)
    groups: dict[int, SheetGroup] = {}
    for behavior in behaviors:
        group = groups.setdefault(behavior.competency_id, SheetGroup(behavior.competency, []))
        seen = tuple(sorted_.get(behavior.pk, ()))
        mine = (yours or {}).get(behavior.pk)
        group.rows.append(SheetRow(behavior, *marks.get(behavior.pk, (None, "")), seen, mine))
    return list(groups.values())


def jotted_on(sheet: Scoresheet) -> list[Observation]:
    """What was written down while watching, in order of time."""
    return list(sheet.observations.filter(jotted=True))


def typed_in(sheet: Scoresheet) -> AuditEntry | None:
    """Who typed the draft in from paper, and when; None where the assessor began it."""
    return entries_about(sheet).filter(verb="scoresheet.typed_in").first()


def marks_of(sheet: Scoresheet) -> dict[int, tuple[int | None, str]]:
    """Score and observation by behaviour."""
    scores = dict(Rating.objects.filter(scoresheet=sheet).order_by().values_list("behavior_id", "score"))
    notes = dict(
        Observation.objects.filter(scoresheet=sheet, jotted=False)
        .order_by("-noted_at", "-pk")
        .values_list("behavior_id", "text")
    )
    return {pk: (scores.get(pk), notes.get(pk, "")) for pk in {*scores, *notes}}


# --- results -----------------------------------------------------------------------------------------

# Each assessor's mean in an exercise, of these the mean, and of these the mean over the exercises. Binary
# fractions on the way, cut to nine decimals: no two roads to one number end apart. Sums over counts, because
# PostgreSQL keeps an array for each group of an avg().
MEANS = """
SELECT candidate, competency, round((sum({score}) / count(*))::numeric, 9) FROM (
    SELECT candidate, competency, exercise, sum(total::float / ratings) / count(*) AS mean
    FROM ({sheets}) AS sheet (sheet, competency, candidate, exercise, total, ratings)
    GROUP BY candidate, competency, exercise
) AS sitting {agreed} GROUP BY candidate, competency
"""
TOTALS = "SELECT candidate, sum(mean), count(*) FROM ({means}) AS result (candidate, competency, mean) GROUP BY candidate"
# where the plan says so, what its assessors agreed on is the score of an exercise
AGREED = """
LEFT JOIN (SELECT candidate_id, exercise_id, competency_id, score::float FROM selection_consensusrating
           WHERE agreed_at IS NOT NULL) AS agreed (of_candidate, of_exercise, of_competency, score)
ON of_candidate = candidate AND of_exercise = exercise AND of_competency = competency
"""


class CompetencyResult(NamedTuple):
    """Each assessor's mean over the behaviours they rated; the mean of these in each exercise; and of these
    the mean over the exercises in which the competency was observed. An exercise counts once, however many
    watched it, and an assessor once, however many behaviours they rated."""

    competency: Competency
    mean: Decimal


@dataclass(frozen=True)
class Assessment:
    """What the submitted sheets of one candidate say together. ``score`` is on 0–100."""

    competencies: tuple[CompetencyResult, ...]
    assessors: int
    score: Decimal | None


def assessments_of(cohort: Cohort, candidates: Iterable[Candidate] | None = None) -> dict[int, Assessment]:
    """Results by candidate, from submitted sheets that count; a handful of queries however many candidates.

    The score of an exercise is the mean of its assessors, or what they agreed on where the plan counts that."""
    model, sheets = _model(cohort), _counted(cohort, candidates)
    found: dict[int, dict[int, Decimal]] = {}
    for candidate, competency, mean in _rows(_means(sheets, agreed=counts_agreed(cohort))):
        found.setdefault(candidate, {})[competency] = mean
    raters = _raters(sheets)
    assessments = {}
    for candidate, means in found.items():
        results = tuple(CompetencyResult(each, means[each.pk]) for each in model if each.pk in means)
        score = _score(sum((each.mean for each in results), Decimal(0)), len(results), len(model))
        assessments[candidate] = Assessment(results, raters[candidate], score)
    return assessments


def scores_of(cohort: Cohort, candidates: Collection[int]) -> dict[int, Assessment]:
    """The same of candidates with these ids without the competencies, added up by the database: for long
    lists. The ids are written out, because PostgreSQL then knows how many sheets to expect."""
    model, sheets = _model(cohort), _submitted().filter(candidate__in=candidates)
    means, raters = _means(sheets, agreed=counts_agreed(cohort)), _raters(sheets)
    return {
        candidate: Assessment((), raters[candidate], _score(total, count, len(model)))
        for candidate, total, count in _rows(means and (TOTALS.format(means=means[0]), means[1]))
    }


def _model(cohort: Cohort) -> list[Competency]:
    return list(Competency.objects.filter(program=cohort.program_id, behaviors__isnull=False).distinct())


def _submitted() -> QuerySet[Scoresheet]:
    return Scoresheet.objects.filter(counts(), state=Scoresheet.State.SUBMITTED).order_by()


def _counted(cohort: Cohort, candidates: Iterable[Candidate] | None) -> QuerySet[Scoresheet]:
    sheets = _submitted().filter(candidate__cohort=cohort)
    return sheets if candidates is None else sheets.filter(candidate__in=[each.pk for each in candidates])


def _raters(sheets: QuerySet[Scoresheet]) -> dict[int, int]:
    return dict(sheets.values_list("candidate").annotate(count=Count("assessor", distinct=True)))


Statement = tuple[str, Sequence[Any]]


def _means(sheets: QuerySet[Scoresheet], *, agreed: bool) -> Statement | None:
    """By candidate and competency, as ``CompetencyResult`` has it; None where there cannot be any."""
    by_sheet = sheets.filter(ratings__isnull=False).values_list("pk", "ratings__behavior__competency_id")
    summed = by_sheet.annotate(
        of=Min("candidate"), at=Min("exercise"), total=Sum("ratings__score"), ratings_count=Count("ratings")
    )
    try:
        sql, parameters = summed.query.sql_with_params()
    except EmptyResultSet:
        return None
    score, join = ("coalesce(agreed.score, mean)", AGREED) if agreed else ("mean", "")
    return MEANS.format(sheets=sql, score=score, agreed=join), parameters


def _rows(statement: Statement | None) -> list[tuple[Any, ...]]:
    if statement is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        return cursor.fetchall()


def _score(total: Decimal, count: int, competencies: int) -> Decimal | None:
    """The mean of so many competencies' means on 0–100, when enough of all of them were rated."""
    if not competencies or 100 * count < NEEDED_PERCENT * competencies:
        return None
    return normalize(min(max(total / count, Decimal(1)), Decimal(5)), 1, 5)
