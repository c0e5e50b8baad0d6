"""Releasing every outcome of a slate at once: now, or by itself at a time that was set."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.notifications.services import wake_at
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort, CompetencyScore
from cohorts.services import move_cohort
from selection import notices
from selection.days import today_in
from selection.models import Candidate, Decision, Slate
from selection.queries.assessment import assessments_of
from selection.queries.letters import drafts_of
from selection.queries.releasing import unready
from selection.services.slate.common import check_open, locked_slate
from selection.services.slate.letters import put_out
from selection.services.slate.moved import tell_above
from selection.services.slate.offers import make_offers

Outcome = Decision.Outcome
CENT = Decimal("0.01")
FURTHEST = timedelta(days=366)


@transaction.atomic
def release_slate(slate: Slate, *, by: Membership) -> Slate:
    """Release every outcome at once: offer the seats, put the letters out, keep the assessed competencies,
    start the cohort, and tell every candidate, leader and nominator. All of it or nothing, and only once."""
    require_organization()
    slate = locked_slate(slate)
    check_open(slate, by)
    _hold_candidates(slate)
    if sentences := unready(slate):
        raise ValidationError(sentences)
    return _release(slate, by=by)


@transaction.atomic
def schedule_release(slate: Slate, *, at: datetime, by: Membership) -> Slate:
    """Have the outcomes released by themselves at a moment. Until then everything stays pending, and a change
    of a decision takes the time back.

    Raises ValidationError with what is missing, and for a moment that has passed or is too far.
    """
    require_organization()
    slate = locked_slate(slate)
    check_open(slate, by)
    if sentences := unready(slate):
        raise ValidationError(sentences)
    now = timezone.now()
    if at <= now:
        raise ValidationError({"time": "That moment has passed. Choose a later one, or release now."})
    if at > now + FURTHEST:
        raise ValidationError({"date": "That is more than a year ahead. Choose an earlier day."})
    before, slate.release_at, slate.release_set_by = slate.release_at, at, by
    slate.held_why, slate.held_at = [], None
    slate.save(update_fields=["release_at", "release_set_by", "held_why", "held_at"])
    wake_at(at)
    audit.record(
        "slate.release_scheduled", slate, by=by, before={"release_at": before}, after={"release_at": at}
    )
    return slate


@transaction.atomic
def unschedule_release(slate: Slate, *, by: Membership) -> Slate:
    """Take the time back; nothing is released by itself any more."""
    require_organization()
    slate = locked_slate(slate)
    check_open(slate, by)
    if slate.release_at is None:
        raise ValidationError("No time is set for the release.")
    before, slate.release_at, slate.release_set_by = slate.release_at, None, None
    slate.save(update_fields=["release_at", "release_set_by"])
    audit.record("slate.release_unscheduled", slate, by=by, before={"release_at": before})
    return slate


@transaction.atomic
def release_when_due(slate: Slate, *, now: datetime) -> Slate | None:
    """What the clock does at the moment that was set: release, in the name of who set it, or hold everything
    back and tell L&D why. None when it was released, moved or taken back meanwhile."""
    require_organization()
    slate = locked_slate(slate)
    if slate.state == Slate.State.RELEASED or slate.release_at is None or slate.release_at > now:
        return None
    _hold_candidates(slate)
    sentences = unready(slate)
    if not sentences:
        try:
            with transaction.atomic():
                return _release(slate, by=slate.release_set_by)
        except ValidationError as refused:  # what apps above ask for before the cohort runs
            sentences, slate = refused.messages, locked_slate(slate)
    return _held_back(slate, sentences)


def _held_back(slate: Slate, sentences: Sequence[str]) -> Slate:
    before, slate.release_at = slate.release_at, None
    slate.held_why, slate.held_at = [sentence[:300] for sentence in sentences], timezone.now()
    slate.save(update_fields=["release_at", "held_why", "held_at"])
    audit.record(
        "slate.release_held",
        slate,
        by=None,
        before={"release_at": before},
        why=" ".join(slate.held_why),
    )
    notices.release_held(slate)
    return slate


def _hold_candidates(slate: Slate) -> None:
    """Nobody withdraws between the last look and the release: withdrawing holds the cohort, too."""
    Cohort.objects.select_for_update(no_key=True).get(pk=slate.cohort_id)


def _release(slate: Slate, *, by: Membership | None) -> Slate:
    now = timezone.now()
    drafts = drafts_of(slate, when=now)
    decisions = list(
        slate.decisions.select_related("candidate__person__manager", "organization").prefetch_related(
            "candidate__nominations__nominator", "candidate__nominations__endorser"
        )
    )
    slate.state, slate.released_at, slate.released_by = Slate.State.RELEASED, now, by
    slate.release_at, slate.held_why = None, []
    slate.save(update_fields=["state", "released_at", "released_by", "release_at", "held_why"])
    slate.cohort.released_at = now
    slate.cohort.save(update_fields=["released_at"])
    put_out(drafts, now=now)
    make_offers(slate, [each for each in decisions if each.outcome == Outcome.SELECTED], now=now)
    _keep_scores(slate, decisions, on=today_in(slate.cohort))
    move_cohort(slate.cohort, to=Cohort.State.RUNNING, by=by)
    counts = {label: sum(each.outcome == label for each in decisions) for label in Outcome.values}
    audit.record("slate.released", slate, by=by, after=counts)
    told = [each for each in decisions if each.candidate.state == Candidate.State.ADMITTED]
    notices.outcomes_released(slate, told)
    tell_above(slate, "released")
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
