"""Reminding leaders of whom they could nominate."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from amdp.audit import services as audit
from amdp.directory.models import Person
from amdp.directory.queries import local_today
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort
from selection import access, notices
from selection.queries.equity import line_of


@transaction.atomic
def nudge_leader(cohort: Cohort, leader: Person, *, by: Membership) -> bool:
    """Tell a leader how many of the own line are eligible and until when, at most once a day. Whether they are
    told now. Raises ValidationError when the window is closed or nobody of the line is left to nominate."""
    require_organization()
    if not access.can_run_selection(by, cohort):
        raise PermissionDenied("L&D reminds leaders.")
    if not access.window_is_open(cohort):
        raise ValidationError(access.why_closed(cohort))
    line = line_of(cohort, leader)
    if not line.missing:
        raise ValidationError(f"Everybody eligible in the line of {leader} is nominated.")
    told = notices.leader_nudged(cohort, line, on=local_today(by))
    if told:
        after = {"leader": str(leader), "eligible": line.eligible, "nominated": line.nominated}
        audit.record("nominations.nudged", cohort, by=by, after=after)
    return told
