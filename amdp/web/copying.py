"""Big tables as CSV: PostgreSQL writes the file itself, formulas neutralised on the way, memory bounded.

``CopyColumn`` is a ``Column`` that the database can read: an expression instead of a function.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, QuerySet, TextField
from django.db.models.expressions import Combinable
from django.db.models.sql.compiler import SQLCompiler

from amdp.web.exports import DANGEROUS, Column, neutralise, write_xlsx

CHUNK = 2000


class SafeText(Func):
    """Text with an apostrophe before what a spreadsheet would run; the same rule as ``exports.neutralise``."""

    output_field = TextField()
    template = (
        "CASE WHEN strpos(%(marks)s, left(ltrim(%(expressions)s, ' '), 1)) > 0"
        " AND ltrim(%(expressions)s, ' ') <> ''"
        " THEN '''' || %(expressions)s ELSE %(expressions)s END"
    )

    def __init__(self, expression: str | Combinable) -> None:
        marks = "U&'" + "".join(f"\\{ord(mark):04X}" for mark in sorted(DANGEROUS)) + "'"
        super().__init__(expression, marks=marks)

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """The template names its expression four times, so what it is given has to come four times too."""
        sql, params = super().as_sql(compiler, connection, *args, **context)
        return sql, tuple(params) * 4


@dataclass(frozen=True)
class CopyColumn:
    """One column: its heading, the expression the database reads, and what it means."""

    heading: str
    expression: str | Combinable
    definition: str = ""


@dataclass(frozen=True)
class Export:
    """What somebody may take out: the rows, their columns, and what heads the definitions."""

    title: str
    rows: QuerySet[Any]
    columns: Sequence[CopyColumn]
    notes: Sequence[tuple[str, object]] = ()


def selected(rows: QuerySet[Any], columns: Sequence[CopyColumn]) -> QuerySet[Any, tuple[Any, ...]]:
    """The rows as tuples of these columns."""
    named = {f"column_{place}": _expression(column) for place, column in enumerate(columns)}
    return rows.annotate(**named).values_list(*named)


def copy_csv(stream: IO[bytes], rows: QuerySet[Any], columns: Sequence[CopyColumn]) -> int:
    """Write headings and rows as UTF-8 with a byte order mark, by ``COPY``; the number of rows."""
    stream.write(_headings(columns))
    sql, params = selected(rows, columns).query.sql_with_params()
    with connection.cursor() as cursor:
        query = cursor.mogrify(sql, params).decode()
        cursor.copy_expert(f"COPY ({query}) TO STDOUT WITH (FORMAT csv)", stream)
        return int(cursor.rowcount)


def copy_xlsx(
    stream: IO[bytes],
    rows: QuerySet[Any],
    columns: Sequence[CopyColumn],
    *,
    title: str,
    notes: Sequence[tuple[str, object]] = (),
) -> int:
    """The same rows as an Excel file with its definitions, read in chunks; the number of rows."""
    readers = [
        Column(column.heading, _reader(place), column.definition) for place, column in enumerate(columns)
    ]
    found = selected(rows, columns).iterator(chunk_size=CHUNK)
    return write_xlsx(stream, readers, found, title=title, notes=notes)


def _expression(column: CopyColumn) -> Any:
    return F(column.expression) if isinstance(column.expression, str) else column.expression


def _reader(place: int) -> Any:
    return lambda row: row[place]


def _headings(columns: Sequence[CopyColumn]) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\n").writerow([neutralise(column.heading) for column in columns])
    return line.getvalue().encode("utf-8-sig")
