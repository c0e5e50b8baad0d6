import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.changes import announce
from amdp.directory.queries import forget_facets
from amdp.identity.models import Membership
from amdp.imports import columns, files, reading, retention
from amdp.imports.importer import Outcome, Progress
from amdp.imports.kinds import IMPORTERS
from amdp.imports.models import ImportMapping, ImportRun
from amdp.imports.problems import FileRefused
from amdp.imports.queries import table_of
from amdp.imports.reading import Table
from amdp.imports.staging import joining_by_hash
from amdp.notifications.services import Message, notify
from amdp.tenancy.context import require_organization
from amdp.tenancy.models import Organization

SHOWN = 1_000
LONG_WORK = timedelta(seconds=30)
State = ImportRun.State
COUNTS = "{run.new:,} new, {run.changed:,} changed, {run.unchanged:,} unchanged, {run.absent:,} missing from the file."
OUTCOMES = {
    State.CHECKED: ("Confirm the import of {}", f"The file is right. Importing it means: {COUNTS}"),
    State.DONE: ("{} is imported", COUNTS),
    State.REFUSED: (
        "Mend {}: it was refused",
        "Nothing was written. {run.error_count:,} things are wrong; each is named with its row and column.",
    ),
}


# --- a file, whole or not at all ------------------------------------------------------------------------


@transaction.atomic
def import_file(
    kind: str,
    file: IO[bytes],
    *,
    mapping: Mapping[str, str] | None = None,
    table: Table | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Bring a file into the current organization: all of its rows, or none when one of them is wrong.

    Without a mapping the columns are guessed from the heading. Raises FileRefused when the file cannot
    be read at all; what is wrong with rows is in ``errors`` of the outcome. Imports of one organization
    wait for each other. The caller records the run.
    """
    organization = Organization.objects.get(pk=require_organization())
    table = table or reading.inspect(file)
    importer = IMPORTERS[kind]
    chosen = mapping or columns.guess(importer.columns, table.header, remembered_mapping(kind))
    if not dry_run:
        _wait_for_other_imports()
    with joining_by_hash():
        return importer(organization, chosen).run(file, table, dry_run=dry_run, progress=progress)


def remembered_mapping(kind: str) -> dict[str, str]:
    """The columns chosen for the last file of this kind."""
    found = ImportMapping.objects.filter(kind=kind).first()
    return found.columns if found else {}


def _wait_for_other_imports() -> None:
    text = f"amdp.imports:{require_organization()}"
    key = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


@transaction.atomic
def record_run(kind: str, file_name: str, outcome: Outcome, *, by: Membership | None = None) -> ImportRun:
    """Remember an import that was done at once, from the command line or a program."""
    run = ImportRun(kind=kind, file_name=file_name[:255], started_by=by, started_by_name=_name(by))
    _note(run, outcome)
    run.state = State.REFUSED if outcome.refused else State.DONE
    run.finished_at = timezone.now()
    if run.errors or run.absent_rows:
        retention.keep(run)
    run.save()
    _audit(run, by)
    _tell_directory()
    return run


# --- the life of a run in the browser -------------------------------------------------------------------


@transaction.atomic
def upload_file(kind: str, file: IO[bytes], name: str, *, by: Membership) -> ImportRun:
    """Keep a file and find out how to read it. Raises FileRefused with what to do when it is no table."""
    table = reading.inspect(file)
    folder = files.new_folder()
    file.seek(0)
    files.keep(folder, files.SOURCE, file)
    guessed = columns.guess(IMPORTERS[kind].columns, table.header, remembered_mapping(kind))
    run = ImportRun(
        kind=kind,
        file_name=name[-255:],
        folder=folder,
        encoding=table.encoding,
        delimiter=table.delimiter,
        header=list(table.header),
        rows=table.rows,
        mapping=guessed,
        started_by=by,
        started_by_name=_name(by),
    )
    retention.keep(run)
    run.save()
    facts = {"kind": kind, "file": run.file_name, "rows": run.rows}
    audit.record("import.uploaded", run, by=by, after=facts)
    return run


@transaction.atomic
def choose_columns(run: ImportRun, mapping: Mapping[str, str], *, by: Membership) -> ImportRun:
    """Say which column holds what, remember it for the next file, and start the check."""
    run = _locked(run.pk)
    importer = IMPORTERS[run.kind]
    chosen = {column.name: mapping.get(column.name, "") for column in importer.columns}
    used = [heading for heading in chosen.values() if heading]
    for column in importer.columns:
        heading = chosen[column.name]
        if heading and heading not in run.header:
            raise ValidationError({column.name: "The file has no such column."})
        if heading and used.count(heading) > 1:
            raise ValidationError({column.name: f"“{heading}” is chosen twice."})
    for column in columns.missing(importer.columns, chosen):
        raise ValidationError({column.name: f"Choose the column that holds the {column.label.lower()}."})
    ImportMapping.objects.update_or_create(kind=run.kind, defaults={"columns": chosen})
    run.mapping = chosen
    _move(run, State.CHECKING, "mapping")
    audit.record("import.check_started", run, by=by)
    _start(run)
    return run


@transaction.atomic
def confirm_import(run: ImportRun, *, by: Membership) -> ImportRun:
    """Import what was checked."""
    run = _locked(run.pk)
    _move(run, State.IMPORTING)
    audit.record("import.confirmed", run, by=by)
    _start(run)
    return run


@transaction.atomic
def restart_run(run: ImportRun, *, by: Membership) -> ImportRun:
    """Start a check or import again that has stopped, for instance with the machine it ran on."""
    run = _locked(run.pk)
    if run.state == State.FAILED:
        _move(run, State.CHECKING)
    elif not run.is_working:
        raise ValidationError("This import is not being worked on.")
    run.worked_at = timezone.now()
    run.problem = ""
    run.save(update_fields=["worked_at", "problem"])
    audit.record("import.restarted", run, by=by)
    _start(run)
    return run


@transaction.atomic
def discard_run(run: ImportRun, *, by: Membership) -> ImportRun:
    """Leave a file that was not imported, and delete what was stored of it."""
    run = _locked(run.pk)
    run.kept_until = None
    _move(run, State.DISCARDED, "kept_until")
    audit.record("import.discarded", run, by=by)
    transaction.on_commit(lambda: files.remove(run.folder))
    return run


# --- what the worker does -------------------------------------------------------------------------------


@transaction.atomic
def check_run(run_id: int, *, progress: Progress | None = None) -> None:
    """The dry run. Safe to run twice: a run that is not being checked any more is left alone."""
    run = _locked(run_id)
    if run.state == State.CHECKING:
        _work(run, dry_run=True, progress=progress)


@transaction.atomic
def import_run(run_id: int, *, progress: Progress | None = None) -> None:
    """The import itself, in one transaction with the state of the run. Safe to run twice."""
    run = _locked(run_id)
    if run.state == State.IMPORTING:
        _work(run, dry_run=False, progress=progress)


@transaction.atomic
def fail_run(run_id: int) -> None:
    """Say on the page that the work stopped; nothing of it was written."""
    run = _locked(run_id)
    if not run.is_working:
        return
    run.problem = "Something broke on our side while the file was worked on. Nothing of it was written."
    _move(run, State.FAILED, "problem")
    audit.record("import.failed", run, by=None)


def _work(run: ImportRun, *, dry_run: bool, progress: Progress | None) -> None:
    table = table_of(run)
    source = files.open_file(run.folder, files.SOURCE)
    if source is None:
        run.problem = "The stored file is gone. Upload it again."
        _move(run, State.FAILED, "problem")
        return
    with source:
        try:
            outcome = import_file(
                run.kind, source, mapping=run.mapping, table=table, dry_run=dry_run, progress=progress
            )
        except FileRefused as refused:
            outcome = Outcome(rows=run.rows)
            run.problem = refused.messages[0]
        if outcome.errors:
            files.keep_errors(run.folder, outcome.errors)
            files.keep_rejected(run.folder, source, table, outcome.errors)
    if outcome.absent_rows:
        files.keep_absent(run.folder, outcome.absent_rows)
    _settle(run, outcome, dry_run=dry_run)


def _settle(run: ImportRun, outcome: Outcome, *, dry_run: bool) -> None:
    _note(run, outcome)
    if outcome.refused or run.problem:
        state = State.REFUSED
    else:
        state = State.CHECKED if dry_run else State.DONE
    if not run.may_become(state):
        raise ValidationError("This import has moved on.")
    run.state = state
    run.finished_at = None if state == State.CHECKED else timezone.now()
    run.kept_until = None
    if state == State.CHECKED or run.errors or run.absent_rows:
        retention.keep(run)
    run.save()
    if state == State.DONE:
        _tell_directory()
    if state != State.CHECKED:
        _audit(run, run.started_by)
        transaction.on_commit(lambda: files.remove(run.folder, files.SOURCE))
    _tell_who_left_the_page(run)


def _tell_who_left_the_page(run: ImportRun) -> None:
    """After long work the person has turned to something else; after short work a message would be noise."""
    took = timezone.now() - (run.worked_at or timezone.now())
    if run.started_by is None or took < LONG_WORK:
        return
    subject, sentence = OUTCOMES[State(run.state)]
    message = Message(
        kind="imports.finished",
        subject=subject.format(run.file_name),
        why="You brought this file in.",
        body=(sentence.format(run=run),),
        action="See the file",
        path=reverse("imports:import_detail", args=[run.started_by.organization.slug, run.pk]),
    )
    notify(run.started_by, message, about=run, period=run.state)


def _note(run: ImportRun, outcome: Outcome) -> None:
    for name in ("rows", "new", "changed", "unchanged", "absent", "notes"):
        setattr(run, name, getattr(outcome, name))
    run.absent_rows = [list(row) for row in outcome.absent_rows[:SHOWN]]
    run.error_count = len(outcome.errors)
    run.errors = [error.as_dict() for error in outcome.errors[:SHOWN]]


def _audit(run: ImportRun, by: Membership | None) -> None:
    facts: dict[str, Any] = {"kind": run.kind, "file": run.file_name, "rows": run.rows}
    if run.state == State.REFUSED:
        audit.record("import.refused", run, by=by, after={**facts, "errors": run.error_count})
        return
    counts = {name: getattr(run, name) for name in ("new", "changed", "unchanged", "absent")}
    audit.record("import.done", run, by=by, after=facts | counts)


def _locked(run_id: int) -> ImportRun:
    require_organization()
    return (
        ImportRun.objects.select_for_update(of=("self",))
        .select_related("started_by__user", "started_by__organization")
        .get(pk=run_id)
    )


def _move(run: ImportRun, state: str, *changed: str) -> None:
    if not run.may_become(state):
        raise ValidationError(f"This import is {run.get_state_display().lower()}; that cannot be done now.")
    run.state = state
    run.worked_at = timezone.now()
    run.save(update_fields=["state", "worked_at", *changed])


def _start(run: ImportRun) -> None:
    from amdp.imports import tasks

    task = tasks.check_run if run.state == State.CHECKING else tasks.import_run
    organization_id, run_id = require_organization(), run.pk
    transaction.on_commit(lambda: task.delay(organization_id, run_id))


def _tell_directory() -> None:
    organization_id = require_organization()
    transaction.on_commit(lambda: forget_facets(organization_id))
    announce()


def _name(by: Membership | None) -> str:
    return by.display_name if by else "Command line"
