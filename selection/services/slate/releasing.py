"""Releasing every outcome of a slate at once."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.queries import local_today
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort, CompetencyScore
from cohorts.services import enroll, move_cohort
from selection import notices
from selection.models import Decision, Slate
from selection.queries.assessment import assessments_of
from selection.queries.signing import why_unsigned
from selection.queries.slate import unready_to_release
from selection.services.slate.common import check_open, locked_slate

Outcome = Decision.Outcome
CENT = Decimal("0.01")


@transaction.atomic
def release_slate(slate: Slate, *, by: Membership) -> Slate:
    """Release every outcome at once: enroll those selected, keep the assessed competencies, start the
    cohort, and tell every candidate and nominator. All of it or nothing, and only once."""
    require_organization()
    slate = locked_slate(slate)
    check_open(slate, by)
    decisions = list(
        slate.decisions.select_related("candidate__person", "organization").prefetch_related(
            "candidate__nominations__nominator"
        )
    )
    if sentences := [*unready_to_release(slate, decisions), *why_unsigned(slate)]:
        raise ValidationError(sentences)
    now = timezone.now()
    slate.state, slate.released_at, slate.released_by = Slate.State.RELEASED, now, by
    slate.save(update_fields=["state", "released_at", "released_by"])
    slate.cohort.released_at = now
    slate.cohort.save(update_fields=["released_at"])
    selected = [each.candidate.person for each in decisions if each.outcome == Outcome.SELECTED]
    enroll(slate.cohort, selected, by=by)
    _keep_scores(slate, decisions, on=local_today(by))
    move_cohort(slate.cohort, to=Cohort.State.RUNNING, by=by)
    counts = {label: sum(each.outcome == label for each in decisions) for label in Outcome.values}
    audit.record("slate.released", slate, by=by, after=counts)
    notices.outcomes_released(slate, decisions)
    return slate


def _keep_scores(slate: Slate, decisions: Sequence[Decision], *, on: date) -> None:
    """What the assessment showed becomes part of each person's competency record."""
    results = assessments_of(slate.cohort, [each.candidate for each in decisions])
    CompetencyScore.objects.bulk_create(
        CompetencyScore(
            person=decision.candidate.person,
            competency=result.competency,
            source=CompetencyScore.Source.ASSESSMENT,
            score=result.mean.quantize(CENT, ROUND_HALF_UP),
            as_of=on,
        )
        for decision in decisions
        if decision.candidate_id in results
        for result in results[decision.candidate_id].competencies
    )
