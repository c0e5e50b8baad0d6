"""What speaks for and against a candidate, side by side: ratings, how far assessors were apart, nominations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db.models import Prefetch, QuerySet, Sum
from django.db.models.aggregates import Count

from amdp.directory.models import PerformanceRating
from cohorts.models import Cohort, Competency
from selection.models import (
    CalibrationPlace,
    Candidate,
    ConsensusRating,
    Nomination,
    NominationEvidence,
    Rating,
    Scoresheet,
)
from selection.queries.assessment import Assessment, assessments_of
from selection.queries.calibration import FAR_APART, cautions_of
from selection.queries.conflicts import counts
from selection.queries.consensus import agreed_ratings
from selection.queries.reliability import reliability_of
from selection.queries.slate import RATINGS_COUNTED

POOR = 0.5
# by candidate, exercise and competency: each assessor's mean over the behaviours they rated
Cells = dict[tuple[int, int, int], dict[int, Decimal]]


@dataclass(frozen=True)
class Spread:
    """One competency of one candidate: the mean, and the lowest and highest of any assessor in any exercise."""

    competency: Competency
    mean: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    assessors: int = 0
    apart: Decimal = Decimal(0)
    agreed: tuple[ConsensusRating, ...] = ()

    @property
    def is_far(self) -> bool:
        """Whether assessors who watched the same exercise differ by a point and a half or more."""
        return self.apart >= FAR_APART


@dataclass(frozen=True)
class Evidence:
    """Everything about one candidate that the session talks about."""

    place: CalibrationPlace
    spreads: list[Spread]
    ratings: list[PerformanceRating]
    nominations: list[Nomination]
    hints: list[str] = field(default_factory=list)

    @property
    def candidate(self) -> Candidate:
        return self.place.candidate

    @property
    def cautions(self) -> list[str]:
        return cautions_of(self.place)


@dataclass(frozen=True)
class SideBySide:
    """One competency across the candidates that are compared; ``shaky`` says where assessors agree poorly."""

    competency: Competency
    shaky: str
    cells: list[tuple[Evidence, Spread]]


def side_by_side(cohort: Cohort, compared: Sequence[Evidence]) -> list[SideBySide]:
    """The rows of a comparison; the queries of ``shaky_competencies``."""
    if not compared:
        return []
    shaky = shaky_competencies(cohort)
    return [
        SideBySide(
            row[0].competency, shaky.get(row[0].competency.pk, ""), list(zip(compared, row, strict=True))
        )
        for row in zip(*(each.spreads for each in compared), strict=True)
    ]


def evidence_of(
    cohort: Cohort, places: Sequence[CalibrationPlace], *, names_raters: bool = False
) -> list[Evidence]:
    """The evidence on these candidates, in their order; a fixed number of queries. ``names_raters`` says who
    rates strictly or mildly: for those who run the selection."""
    candidates = [place.candidate for place in places]
    cells, assessments = _cells(cohort, candidates), assessments_of(cohort, candidates)
    model = list(Competency.objects.filter(program=cohort.program_id, behaviors__isnull=False).distinct())
    ratings, agreed = _ratings(candidates), agreed_ratings(candidates)
    nominations: dict[int, list[Nomination]] = {}
    for each in _nominations(candidates):
        nominations.setdefault(each.candidate_id, []).append(each)
    remarks = _remarks(cohort) if names_raters else {}
    return [
        Evidence(
            place,
            [
                replace(each, agreed=_on(each.competency, agreed.get(place.candidate_id, [])))
                for each in _spreads(place.candidate_id, model, cells, assessments.get(place.candidate_id))
            ],
            ratings.get(place.candidate.person_id, []),
            nominations.get(place.candidate_id, []),
            _hints(place.candidate_id, cells, remarks),
        )
        for place in places
    ]


def widest_gaps(cohort: Cohort) -> dict[int, Decimal]:
    """By candidate, the most that two assessors of the same exercise differ in one competency; one query."""
    found: dict[int, Decimal] = {}
    for (candidate, _, _), means in _cells(cohort).items():
        if len(means) > 1:
            gap = max(means.values()) - min(means.values())
            found[candidate] = max(gap, found.get(candidate, Decimal(0)))
    return found


def shaky_competencies(cohort: Cohort) -> dict[int, str]:
    """By competency, in which exercises the assessors agree poorly, as worked out last."""
    report = reliability_of(cohort)
    found: dict[int, list[str]] = {}
    for row in report.rows if report else ():
        if row.single and row.single.value < POOR:
            where = row.exercise.title or "the assessment"
            found.setdefault(row.competency.pk, []).append(f"{where} ({row.single.value:.2f})")
    return {key: f"Assessors agree poorly in {', '.join(where)}" for key, where in found.items()}


def _cells(cohort: Cohort, candidates: Iterable[Candidate] | None = None) -> Cells:
    rows = Rating.objects.filter(
        counts("scoresheet__"),
        scoresheet__candidate__cohort=cohort,
        scoresheet__state=Scoresheet.State.SUBMITTED,
    )
    if candidates is not None:
        rows = rows.filter(scoresheet__candidate__in=[each.pk for each in candidates])
    columns = rows.order_by().values_list(
        "scoresheet__candidate_id",
        "scoresheet__exercise_id",
        "behavior__competency_id",
        "scoresheet__assessor_id",
    )
    cells: Cells = {}
    for candidate, exercise, competency, assessor, total, count in columns.annotate(
        total=Sum("score"), count=Count("pk")
    ):
        cells.setdefault((candidate, exercise, competency), {})[assessor] = Decimal(total) / count
    return cells


def _spreads(
    candidate: int, model: Iterable[Competency], cells: Cells, assessment: Assessment | None
) -> list[Spread]:
    means = {each.competency.pk: each for each in assessment.competencies} if assessment else {}
    found = []
    for competency in model:
        mine = [
            by_assessor
            for (whom, _, what), by_assessor in cells.items()
            if whom == candidate and what == competency.pk
        ]
        values = [value for by_assessor in mine for value in by_assessor.values()]
        raters = len({assessor for by_assessor in mine for assessor in by_assessor})
        result = means.get(competency.pk)
        if result is None or not values:
            found.append(Spread(competency))
            continue
        apart = max(max(each.values()) - min(each.values()) for each in mine)
        found.append(Spread(competency, result.mean, min(values), max(values), raters, apart))
    return found


def _on(competency: Competency, ratings: Iterable[ConsensusRating]) -> tuple[ConsensusRating, ...]:
    return tuple(each for each in ratings if each.competency_id == competency.pk)


def _ratings(candidates: Iterable[Candidate]) -> dict[int, list[PerformanceRating]]:
    """By person, the yearly ratings that count, newest first."""
    found: dict[int, list[PerformanceRating]] = {}
    people = [each.person_id for each in candidates]
    for rating in PerformanceRating.objects.filter(person__in=people).order_by("person", "-year"):
        kept = found.setdefault(rating.person_id, [])
        if len(kept) < RATINGS_COUNTED:
            kept.append(rating)
    return found


def _nominations(candidates: Iterable[Candidate]) -> QuerySet[Nomination]:
    """Those that were approved, with what they say."""
    said = NominationEvidence.objects.order_by("position", "pk")
    return (
        Nomination.objects.filter(
            candidate__in=[each.pk for each in candidates], state=Nomination.State.APPROVED
        )
        .select_related("candidate__person", "nominator", "written_by", "endorser")
        .prefetch_related(Prefetch("evidence_given", said))
        .order_by("submitted_at", "pk")
    )


def _remarks(cohort: Cohort) -> dict[int, str]:
    """By assessor, what stands out in how they rate."""
    report = reliability_of(cohort)
    return {
        row.assessor.pk: f"{row.assessor} is {remark}"
        for row in (report.raters if report else ())
        for remark in row.remarks
        if remark.endswith("than the others")
    }


def _hints(candidate: int, cells: Cells, remarks: dict[int, str]) -> list[str]:
    raters = {assessor for (whom, _, _), means in cells.items() if whom == candidate for assessor in means}
    return sorted(remarks[assessor] for assessor in raters & remarks.keys())
