"""Having the agreement of the assessors worked out."""

from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort
from selection import access
from selection.models import Candidate, ReliabilityReport, Scoresheet
from selection.tasks import measure_reliability


@transaction.atomic
def work_out_reliability(cohort: Cohort, *, by: Membership | None) -> ReliabilityReport:
    """Have a worker measure how far the assessors agree, from what is handed in by then.

    Raises PermissionDenied for who does not run the selection, ValidationError when no sheet is handed in.
    """
    require_organization()
    if by is not None and not access.can_run_selection(by, cohort):
        raise PermissionDenied(access.NOT_THE_PANEL)
    submitted = Scoresheet.objects.filter(candidate__cohort=cohort, state=Scoresheet.State.SUBMITTED)
    if not submitted.exists():
        raise ValidationError("No score sheet is submitted yet, so there is nothing to compare.")
    report, _ = ReliabilityReport.objects.update_or_create(
        cohort=cohort, defaults={"asked_at": timezone.now()}
    )
    transaction.on_commit(partial(measure_reliability.delay, require_organization(), report.pk))
    return report


def work_out_when_complete(cohort: Cohort) -> None:
    """Once the last sheet is in, nobody has to ask. Sheets of those who withdrew are closed and awaited no more."""
    open_ = Scoresheet.objects.filter(candidate__cohort=cohort, state=Scoresheet.State.OPEN)
    if not open_.filter(candidate__state=Candidate.State.ADMITTED).exists():
        work_out_reliability(cohort, by=None)
