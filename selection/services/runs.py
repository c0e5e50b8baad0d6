"""Starting and stopping long work of an assessment."""

from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort
from selection import access
from selection.models import AssessmentRun
from selection.queries.dayplan import day_plan_of
from selection.tasks import work_on_assessment

State, Kind = AssessmentRun.State, AssessmentRun.Kind
STUCK = "The worker was stopped before it was done. Nothing changed."


@transaction.atomic
def start_assessment_run(cohort: Cohort, kind: str, *, by: Membership, anew: bool = False) -> AssessmentRun:
    """Have a worker give candidates their assessors, or plan the days. While one is under way that one is
    returned; one whose worker was stopped is ended first. Raises ValidationError without days to plan."""
    require_organization()
    cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    if not access.can_run_selection(by, cohort):
        raise PermissionDenied(access.NOT_THE_PANEL if kind == Kind.ASSIGN else access.NOT_THE_DAYS)
    if not access.can_plan_days(by, cohort):
        raise ValidationError("The assessment of this cohort is over.")
    if kind == Kind.DAYS:
        plan = day_plan_of(cohort)
        if plan is None or not plan.days.exists():
            raise ValidationError("Say on which days first.")
    busy = AssessmentRun.objects.filter(cohort=cohort, kind=kind, state__in=AssessmentRun.UNDER_WAY).first()
    if busy is not None and not busy.is_stuck:
        return busy
    if busy is not None:
        _end(busy, State.FAILED, STUCK)
    run = AssessmentRun.objects.create(cohort=cohort, kind=kind, anew=anew, started_by=by)
    audit.record("assessment_run.started", run, by=by, after={"kind": kind, "anew": anew})
    transaction.on_commit(partial(work_on_assessment.delay, require_organization(), run.pk))
    return run


@transaction.atomic
def stop_assessment_run(run: AssessmentRun, *, by: Membership) -> AssessmentRun:
    """Stop it; what is worked out by then is thrown away and nothing changes."""
    require_organization()
    run = AssessmentRun.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=run.pk)
    if not access.can_run_selection(by, run.cohort):
        raise PermissionDenied(access.NOT_THE_PANEL)
    if not run.is_under_way:
        raise ValidationError("It is over already.")
    _end(run, State.CANCELLED, f"{by} stopped it. Nothing changed.")
    audit.record("assessment_run.stopped", run, by=by)
    return run


def _end(run: AssessmentRun, state: str, said: str) -> None:
    run.state, run.said, run.claimed_until, run.finished_at = state, said, None, timezone.now()
    run.save(update_fields=["state", "said", "claimed_until", "finished_at"])
