"""Bringing a file in, whole or not at all."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort
from selection.bulk import KINDS
from selection.bulk.base import Result, Row


@transaction.atomic
def bring_in_file(
    kind: str, cohort: Cohort, rows: Sequence[tuple[int, Row]], *, by: Membership, dry_run: bool = False
) -> Result:
    """Do what the rows of a file say: all of it, or nothing when one of them is wrong. The dry run does the same
    and undoes it again, so what it says is what would happen. Nobody is told of what was undone.

    Raises PermissionDenied for who may not bring such a file in now.
    """
    require_organization()
    if kind not in KINDS or not KINDS[kind].cohorts(by).filter(pk=cohort.pk).exists():
        raise Http404
    cohort = Cohort.objects.select_for_update(of=("self",), no_key=True).get(pk=cohort.pk)
    found = KINDS[kind](cohort, by)
    if why := found.may_bring_in():
        raise PermissionDenied(why)
    before = transaction.savepoint()
    found.bring_in(rows)
    if dry_run or found.result.errors:
        transaction.savepoint_rollback(before)
        return found.result
    transaction.savepoint_commit(before)
    after = {"kind": kind, "rows": len(rows), "changes": len(found.result.changes)}
    audit.record("selection.file_brought_in", cohort, by=by, after=after)
    return found.result
