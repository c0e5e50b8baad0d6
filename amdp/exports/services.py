import uuid
from datetime import datetime, timedelta
from functools import partial
from os import SEEK_END
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.temp import NamedTemporaryFile
from django.db import transaction
from django.db.models import Min
from django.urls import reverse
from django.utils import timezone

from amdp.audit import services as audit
from amdp.exports.kinds import Paper, comes_as, export_of
from amdp.exports.models import ExportRun
from amdp.identity.models import Membership
from amdp.notifications.services import Message, notify, wake_at
from amdp.tenancy.context import organization_context, require_organization
from amdp.web.copying import Export, copy_csv, copy_xlsx

State = ExportRun.State
KEPT_FOR = timedelta(days=7)
LONGEST_QUERY = 1000


@transaction.atomic
def ask_for_export(kind: str, file_format: str, query: str, *, by: Membership) -> ExportRun:
    """Have a worker make a file; its maker is told when it is there.

    Raises ValidationError for what there is not, or the member may not take out.
    """
    require_organization()
    export = export_of(kind, by, query)
    if export is None or not comes_as(export, file_format):
        raise ValidationError("There is no such file to make.")
    if len(query) > LONGEST_QUERY:  # cut off it would ask for more than was asked for
        raise ValidationError("The address of this list is too long. Search and filter anew.")
    run = ExportRun.objects.create(kind=kind, file_format=file_format, query=query, asked_by=by)
    _start(run)
    return run


@transaction.atomic
def make_file(run_id: int) -> None:
    """Write the file, log the export and tell who asked. Safe to run twice.

    What the member may take out is asked again now: a role may have been withdrawn since.
    """
    run = _locked(run_id)
    if run.state != State.ASKED:
        return
    export = export_of(run.kind, run.asked_by, run.query) if run.asked_by.is_active else None
    if export is None:
        _move(run, State.FAILED)
        return
    with NamedTemporaryFile(suffix=f".{run.file_format}") as file:
        run.rows = _write(run, export, file.file)
        file.seek(0, SEEK_END)
        run.size = file.tell()
        file.seek(0)
        path = f"{require_organization()}/exports/{uuid.uuid4().hex}.{run.file_format}"
        run.file = default_storage.save(path, File(file))
    _move(run, State.READY)
    wake_at(timezone.now() + KEPT_FOR)
    facts = {"rows": run.rows, "format": run.file_format, "query": run.query}
    audit.record(f"export.{run.kind}", run, by=run.asked_by, after=facts)
    notify(run.asked_by, _message(run), about=run)


@transaction.atomic
def fail_export(run_id: int) -> None:
    """Say on the page that the work stopped."""
    run = _locked(run_id)
    if run.state == State.ASKED:
        _move(run, State.FAILED)


@transaction.atomic
def ask_again(run: ExportRun, *, by: Membership) -> ExportRun:
    """Start once more after the work stopped, or takes so long that it must have.

    Raises ValidationError while it may still be at work.
    """
    run = _locked(run.pk)
    if run.state != State.FAILED and not run.is_overdue:
        raise ValidationError("This file is not stopped.")
    _move(run, State.ASKED)
    _start(run)
    return run


def delete_old(organization_id: int, now: datetime) -> None:
    """The tick's hook (``settings.TICK_HOOKS``): names and results are kept for a week, then deleted; say
    when to come back. Safe to run twice."""
    with organization_context(organization_id):
        ready = ExportRun.objects.filter(state=State.READY)
        old = ready.filter(finished_at__lte=now - KEPT_FOR)
        for run in old.select_for_update(skip_locked=True, of=("self",)):
            transaction.on_commit(partial(default_storage.delete, run.file))
            _move(run, State.EXPIRED)
        oldest = ready.aggregate(at=Min("finished_at"))["at"]
        if oldest is not None:
            wake_at(max(oldest + KEPT_FOR, now + timedelta(hours=1)))


def _write(run: ExportRun, export: Export | Paper, file: IO[bytes]) -> int | None:
    if isinstance(export, Paper):
        export.write(file, run.file_format)
        return None
    if run.file_format == ExportRun.Format.XLSX:
        return copy_xlsx(file, export.rows, export.columns, title=export.title, notes=export.notes)
    return copy_csv(file, export.rows, export.columns)


def _message(run: ExportRun) -> Message:
    what = "It" if run.rows is None else f"It holds {run.rows:,} rows and"
    return Message(
        kind="exports.ready",
        subject=f"Download your file: {run.kind}",
        why=f"You asked for it. {what} is kept for seven days.",
        action="Download the file",
        path=reverse("exports:export_detail", args=[run.asked_by.organization.slug, run.pk]),
    )


def _start(run: ExportRun) -> None:
    from amdp.exports import tasks

    transaction.on_commit(partial(tasks.make_export.delay, run.organization_id, run.pk))


def _move(run: ExportRun, to: str) -> None:
    if to not in run.MOVES[run.state]:
        raise ValidationError(f"This file is {run.get_state_display().lower()} already.")
    run.state, run.finished_at = to, timezone.now()
    run.save(update_fields=["state", "finished_at", "rows", "size", "file"])


def _locked(run_id: int) -> ExportRun:
    return (
        ExportRun.objects.select_for_update(of=("self",))
        .select_related("asked_by__user", "asked_by__organization")
        .get(pk=run_id)
    )
