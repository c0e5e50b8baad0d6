"""What is kept of a file, and for how long: HR data stays no longer than it takes to mend and import it."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from amdp.audit import services as audit
from amdp.imports import files
from amdp.imports.models import ImportRun
from amdp.notifications.services import wake_at
from amdp.tenancy.context import organization_context

KEPT_FOR = timedelta(days=7)
# A run that a worker holds right now is looked at again after this time.
AGAIN = timedelta(hours=1)
State = ImportRun.State


def keep(run: ImportRun) -> None:
    """Put off the day on which everything stored of this run is deleted; the caller saves ``kept_until``."""
    run.kept_until = timezone.now() + KEPT_FOR
    wake_at(run.kept_until)


def delete_old(organization_id: int, now: datetime) -> None:
    """The tick's hook (``settings.TICK_HOOKS``): delete what was kept long enough, and say when to come back.

    A file that was uploaded and not imported until then is discarded. Safe to run twice.
    """
    with organization_context(organization_id):
        following = _next()
        if following is not None and following <= now:
            for run in _old(now):
                _delete(run)
            following = _next()
        if following is not None:
            wake_at(max(following, now + AGAIN))


def _next() -> datetime | None:
    at: datetime | None = ImportRun.objects.aggregate(at=Min("kept_until"))["at"]
    return at


def _old(now: datetime) -> list[ImportRun]:
    old = ImportRun.objects.filter(kept_until__lte=now)
    return list(old.select_for_update(skip_locked=True, of=("self",)))


def _delete(run: ImportRun) -> None:
    if run.is_working:  # its worker is gone, or it would hold the row
        run.state = State.FAILED
    discarded = run.may_become(State.DISCARDED)
    if discarded:
        run.state = State.DISCARDED
    transaction.on_commit(partial(files.remove, run.folder))
    run.folder, run.errors, run.absent_rows, run.kept_until = "", [], [], None
    run.save(update_fields=["state", "folder", "errors", "absent_rows", "kept_until"])
    why = f"Kept for {KEPT_FOR.days} days."
    audit.record("import.discarded" if discarded else "import.lists_deleted", run, by=None, why=why)
