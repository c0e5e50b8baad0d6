"""The feedback reports of candidates: as they were released, or as they would be now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum

from cohorts.development import offers_of
from cohorts.models import Behavior, Cohort
from selection.feedback import Facts, Report, Seen, edited, from_document, write
from selection.models import Candidate, Decision, FeedbackReport, Rating, Scoresheet
from selection.queries.assessment import assessments_of
from selection.queries.conflicts import counts


@dataclass(frozen=True)
class Feedback:
    """The report on one candidate: as it is read, as it was worked out, and what L&D did with it."""

    candidate: Candidate
    report: Report
    written: Report
    row: FeedbackReport | None

    @property
    def is_released(self) -> bool:
        return self.row is not None and self.row.content is not None

    @property
    def is_checked(self) -> bool:
        return self.row is not None and self.row.checked_at is not None

    @property
    def edits(self) -> dict[str, dict[str, str]]:
        return self.row.edits if self.row else {}


def feedback_on(candidate: Candidate) -> Feedback | None:
    """The report on one candidate; None when nobody assessed them."""
    return feedback_in(candidate.cohort, [candidate]).get(candidate.pk)


def feedback_in(cohort: Cohort, candidates: Sequence[Candidate]) -> dict[int, Feedback]:
    """Reports by candidate, of those who were assessed; as many queries for one as for all."""
    rows = {
        row.candidate_id: row
        for row in FeedbackReport.objects.filter(candidate__in=[one.pk for one in candidates]).select_related(
            "edited_by__user", "checked_by__user"
        )
    }
    found = {}
    left = []
    for candidate in candidates:
        row = rows.get(candidate.pk)
        if row is not None and row.content is not None:
            kept = from_document(row.content)
            found[candidate.pk] = Feedback(candidate, kept, kept, row)
        else:
            left.append(candidate)
    facts = _facts(cohort, left) if left else {}
    for candidate in left:
        if candidate.pk in facts:
            row, written = rows.get(candidate.pk), write(facts[candidate.pk])
            texts = {key: edit["text"] for key, edit in row.edits.items()} if row else {}
            found[candidate.pk] = Feedback(candidate, edited(written, texts), written, row)
    return found


def _facts(cohort: Cohort, candidates: Sequence[Candidate]) -> dict[int, Facts]:
    assessments, seen = assessments_of(cohort, candidates), _seen(cohort, candidates)
    exercises, outcomes = _exercises(candidates), _outcomes(candidates)
    offered = offers_of(cohort.program_id)
    facts = {}
    for candidate in candidates:
        assessment = assessments.get(candidate.pk)
        if assessment is None:
            continue
        takes_part = outcomes.get(candidate.pk) == Decision.Outcome.SELECTED
        names = [result.competency for result in assessment.competencies]
        facts[candidate.pk] = Facts(
            first_name=candidate.person.first_name,
            cohort=cohort.name,
            exercises=tuple(exercises.get(candidate.pk, ())),
            assessors=assessment.assessors,
            competencies=tuple(
                (result.competency.name, result.competency.description, result.mean)
                for result in assessment.competencies
            ),
            seen=tuple(seen.get(candidate.pk, ())),
            offers={one.name: offered.get(one.pk, []) for one in names} if takes_part else {},
        )
    return facts


def _seen(cohort: Cohort, candidates: Sequence[Candidate]) -> dict[int, list[Seen]]:
    """By candidate the mean of each behaviour: over assessors, then over exercises, as competencies have it."""
    rows = (
        Rating.objects.filter(
            counts("scoresheet__"),
            scoresheet__candidate__in=[one.pk for one in candidates],
            scoresheet__state=Scoresheet.State.SUBMITTED,
        )
        .order_by()
        .values_list("scoresheet__candidate_id", "behavior_id", "scoresheet__exercise_id")
        .annotate(total=Sum("score"), count=Count("pk"))
    )
    means: dict[int, dict[int, list[Decimal]]] = {}
    for candidate, behavior, _, total, count in rows:
        means.setdefault(candidate, {}).setdefault(behavior, []).append(Decimal(total) / count)
    model = Behavior.objects.filter(competency__program=cohort.program_id).select_related("competency")
    behaviors = list(model.order_by("competency__position", "competency_id", "position", "pk"))
    return {
        candidate: [
            Seen(
                behavior.pk,
                behavior.text,
                behavior.competency.name,
                tuple(behavior.anchors),
                sum(found[behavior.pk], Decimal(0)) / len(found[behavior.pk]),
            )
            for behavior in behaviors
            if behavior.pk in found
        ]
        for candidate, found in means.items()
    }


def _exercises(candidates: Sequence[Candidate]) -> dict[int, list[str]]:
    """By candidate the names of the exercises they were seen in; none for an assessment that is one."""
    rows = (
        Scoresheet.objects.filter(
            counts(), candidate__in=[one.pk for one in candidates], state=Scoresheet.State.SUBMITTED
        )
        .select_related("exercise")
        .order_by("exercise__position", "exercise_id")
    )
    found: dict[int, list[str]] = {}
    for sheet in rows:
        names = found.setdefault(sheet.candidate_id, [])
        if sheet.exercise.title and sheet.exercise.title not in names:
            names.append(sheet.exercise.title)
    return found


def _outcomes(candidates: Sequence[Candidate]) -> dict[int, str]:
    rows = Decision.objects.filter(candidate__in=[one.pk for one in candidates]).order_by()
    return dict(rows.values_list("candidate_id", "outcome"))


@dataclass(frozen=True)
class Reading:
    """How far the reports of a cohort are read through."""

    checked: int
    total: int

    @property
    def is_done(self) -> bool:
        return self.checked == self.total


def reading_of(cohort: Cohort) -> Reading:
    """How many of the candidates who were assessed have a report that L&D has read through; two queries."""
    assessed = (
        cohort.candidates.filter(
            state=Candidate.State.ADMITTED, scoresheets__state=Scoresheet.State.SUBMITTED
        )
        .order_by()
        .distinct()
    )
    checked = FeedbackReport.objects.filter(candidate__in=assessed.values("pk"), checked_at__isnull=False)
    return Reading(checked.count(), assessed.count())


def last_edit(feedback: Feedback) -> tuple[str, datetime] | None:
    """Who edited the report last, and when."""
    row = feedback.row
    if row is None or row.edited_at is None:
        return None
    return str(row.edited_by or "Somebody who left"), row.edited_at


def with_reports(candidates: QuerySet[Candidate]) -> QuerySet[Any]:
    """``edited_at`` and ``checked_at`` of each one's report."""
    rows = FeedbackReport.objects.filter(candidate=OuterRef("pk"))
    return candidates.annotate(
        edited_at=Subquery(rows.values("edited_at")), checked_at=Subquery(rows.values("checked_at"))
    )
