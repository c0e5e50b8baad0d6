"""Where the files of a run lie: in a folder of the organization, served to nobody by address."""

import io
import uuid
from collections.abc import Iterable
from typing import IO

from django.core.files.base import File
from django.core.files.storage import default_storage

from amdp.imports import reading
from amdp.imports.problems import RowError
from amdp.imports.reading import Table
from amdp.tenancy.context import require_organization
from amdp.web.exports import Column, write_csv

SOURCE, REJECTED, ERRORS, ABSENT = "source.csv", "rejected-rows.csv", "errors.csv", "missing.csv"


def new_folder() -> str:
    """A folder no other run has, under the organization's id."""
    return f"{require_organization()}/imports/{uuid.uuid4().hex}"


def keep(folder: str, name: str, file: IO[bytes]) -> None:
    """Store a file in a run's folder, in place of an older one of that name."""
    path = f"{folder}/{name}"
    if default_storage.exists(path):
        default_storage.delete(path)
    default_storage.save(path, File(file))


def open_file(folder: str, name: str) -> IO[bytes] | None:
    """A stored file, or None when the run has none of that name."""
    path = f"{folder}/{name}"
    return default_storage.open(path, "rb") if folder and default_storage.exists(path) else None


def remove(folder: str, *names: str) -> None:
    """Delete stored files; HR data is not kept longer than it is needed."""
    for name in names or (SOURCE, REJECTED, ERRORS, ABSENT):
        if folder:
            default_storage.delete(f"{folder}/{name}")


def keep_errors(folder: str, errors: list[RowError]) -> None:
    """Every error of a refused file."""
    columns = [
        Column("Row", lambda error: error.row, "Row of the file; the heading is row 1"),
        Column("Column", lambda error: error.column, "Column of the file"),
        Column("Value", lambda error: error.value, "What stands there"),
        Column("What is wrong", lambda error: error.problem, "Why the file was refused"),
        Column("How to mend it", lambda error: error.remedy, "What to do"),
    ]
    _keep_csv(folder, ERRORS, columns, errors)


def keep_rejected(folder: str, file: IO[bytes], table: Table, errors: list[RowError]) -> None:
    """The rows with errors as they are in the file, with their numbers and what is wrong in front."""
    wrong: dict[int, list[str]] = {}
    for error in errors:
        wrong.setdefault(error.row, []).append(f"{error.column}: {error.problem} {error.remedy}")
    columns = [
        Column("Row", lambda item: item[0], "Row of the file"),
        Column("What is wrong", lambda item: " ".join(wrong[item[0]]), "Why it was refused"),
        *(Column(name, _cell(place), "As in the file") for place, name in enumerate(table.header)),
    ]
    _keep_csv(folder, REJECTED, columns, (item for item in reading.read(file, table) if item[0] in wrong))


def keep_absent(folder: str, rows: list[tuple[str, ...]]) -> None:
    """What the directory has and the file does not mention."""
    columns = [
        Column("Number", lambda row: row[0], "Number in the directory"),
        Column("Name", lambda row: row[1], "Name in the directory"),
        Column("Left on", lambda row: row[2] if len(row) > 2 else "", "Last day, of people who have left"),
    ]
    _keep_csv(folder, ABSENT, columns, rows)


def _cell(place: int):
    return lambda item: item[1][place] if place < len(item[1]) else ""


def _keep_csv(folder: str, name: str, columns: list[Column], rows: Iterable[object]) -> None:
    stream = io.BytesIO()
    write_csv(stream, columns, rows)
    stream.seek(0)
    keep(folder, name, stream)
