"""Drawing up the slate: the ranking as it is then, kept."""

from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort
from cohorts.services import move_cohort
from selection import access
from selection.models import CalibrationSession, Decision, Slate
from selection.plan_parts.seats import shares_in
from selection.queries.plan import plan_of, version_of, weights_of
from selection.queries.preconditions import too_close
from selection.queries.slate import TIE_BREAK, Drawn, Least, draw, least_of, tie_seed
from selection.tasks import measure_sensitivity


@transaction.atomic
def draw_slate(cohort: Cohort, *, by: Membership) -> Slate:
    """Close the assessment if it is still open and rank the candidates; the ranking is kept as it is then.

    Raises ValidationError with what is missing, and when there is a slate already.
    """
    require_organization()
    cohort = Cohort.objects.select_for_update(of=("self",)).select_related("program").get(pk=cohort.pk)
    if not access.can_run_selection(by, cohort):
        raise PermissionDenied("Only L&D draws up a slate.")
    if cohort.slates.exists():
        raise ValidationError("The slate is drawn up already.")
    if cohort.calibrations.filter(state=CalibrationSession.State.OPEN).exists():
        raise ValidationError(
            "The calibration of this cohort is still open. Close it, then draw up the slate."
        )
    if cohort.state == Cohort.State.ASSESSING:
        cohort = move_cohort(cohort, to=Cohort.State.SELECTING, by=by)
    if cohort.state != Cohort.State.SELECTING:
        raise ValidationError("The slate can be drawn up when the assessment is complete.")
    if undecided := too_close(cohort):
        raise ValidationError(undecided)
    plan, least, weights = plan_of(cohort), least_of(cohort), weights_of(cohort)
    if not any(weights.values()):
        raise ValidationError(
            "The weights of the criteria add up to 0, so nobody can be ranked. Change them."
        )
    slate = Slate.objects.create(
        cohort=cohort,
        weights=weights,
        quotas={market: list(share) for market, share in shares_in(plan).items()} if plan else {},
        knock_outs=_kept(least),
        plan_version=version_of(plan) if plan else 1,
        tie_break=list(TIE_BREAK),
        tie_seed=tie_seed(cohort),
        seats=cohort.seats,
        drawn_by=by,
    )
    drawn = draw(cohort)
    Decision.objects.bulk_create(_places(slate, drawn))
    transaction.on_commit(partial(measure_sensitivity.delay, require_organization(), slate.pk))
    facts = {"candidates": len(drawn.entries), "seats": slate.seats, "weights": slate.weights}
    audit.record("slate.drawn", slate, by=by, after=facts)
    return slate


def _kept(least: Least) -> dict[str, dict[str, str]]:
    """The knock-outs as a slate keeps them."""
    competencies = {str(key): str(value) for key, value in least.competencies.items()}
    return {"criteria": {k: str(v) for k, v in least.criteria.items()}, "competencies": competencies}


def _places(slate: Slate, drawn: Drawn) -> list[Decision]:
    places = [
        Decision(
            slate=slate,
            candidate_id=int(place.key),
            rank=place.rank,
            place=place.place,
            composite=place.composite,
            points={key: str(points) for key, points in place.points.items()},
            missing=list(place.missing),
            is_tied=bool(place.tied_with),
        )
        for place in drawn.ranking.ranked
    ]
    places += [
        Decision(
            slate=slate,
            candidate_id=int(each.key),
            missing=list(each.missing),
            unranked_why=each.reason[:200],
        )
        for each in drawn.ranking.unranked
    ]
    places += [
        Decision(slate=slate, candidate_id=pk, is_knocked_out=True, unranked_why=why[:200])
        for pk, why in drawn.knocked_out.items()
    ]
    for place in places:
        place.market = drawn.markets[place.candidate_id]
        scores = drawn.entries[place.candidate_id].scores
        place.scores = {key: None if score is None else str(score) for key, score in scores.items()}
        found = drawn.assessments.get(place.candidate_id)
        place.assessors_count = found.assessors if found else 0
    return places
