"""Tables as files: CSV and XLSX, written row by row, safe to open in a spreadsheet.

Both writers take any iterable of rows and never hold more than one of them. A page builds small files
within its request (``file_response``); a task writes big ones to disk with the same functions.
"""

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse
from django.utils import timezone

# What a spreadsheet would take for the start of a formula (OWASP, CSV injection), full-width forms too.
DANGEROUS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20\u2212")
NUMBERS = (int, float, Decimal)
IN_MEMORY = 4 * 1024 * 1024
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Column:
    """One column: its heading, how to read its value off a row, and what it means."""

    heading: str
    value: Callable[[Any], object]
    definition: str = ""


def neutralise(value: object) -> object:
    """Text that a spreadsheet would run gets an apostrophe before it; everything else stays what it is."""
    if isinstance(value, str) and value and (value[0] in DANGEROUS or value.lstrip(" ")[:1] in DANGEROUS):
        return f"'{value}"
    return value


def plain(value: object) -> object:
    """A value as both kinds of file hold it: numbers as numbers, days as ISO days, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, NUMBERS):
        return value
    if isinstance(value, dt.datetime):
        return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%d %H:%M}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return neutralise(str(value))


def write_csv(stream: IO[bytes], columns: Sequence[Column], rows: Iterable[Any]) -> int:
    """Write headings and rows as UTF-8 with a byte order mark (Excel needs it); the number of rows."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text)
    writer.writerow([neutralise(column.heading) for column in columns])
    readers = [column.value for column in columns]
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007
        writer.writerow([plain(read(row)) for read in readers])
    text.detach()  # flushes, and leaves the stream open for its owner
    return count


def write_xlsx(
    stream: IO[bytes],
    columns: Sequence[Column],
    rows: Iterable[Any],
    *,
    title: str = "Data",
    notes: Sequence[tuple[str, object]] = (),
) -> int:
    """Write one sheet of rows and one of definitions; the number of rows.

    ``notes`` head the definitions: as-of date, filters, who exported.
    """
    book = xlsxwriter.Workbook(
        stream, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet = book.add_worksheet(sheet_name(title))
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, max(12, min(40, len(column.heading) + 4)))
        sheet.write_string(0, index, str(neutralise(column.heading)), bold)
    readers = [column.value for column in columns]
    count = 0
    for count, row in enumerate(rows, start=1):
        for index, read in enumerate(readers):
            write_cell(sheet, count, index, plain(read(row)))
    write_definitions(book, columns, notes, bold)
    book.close()
    return count


def write_cell(sheet: Any, row: int, index: int, value: object) -> None:
    """A number as a number, the rest as text that is never read as a formula."""
    if isinstance(value, NUMBERS):
        sheet.write_number(row, index, float(value) if isinstance(value, Decimal) else value)
    elif value != "":
        sheet.write_string(row, index, str(value))


def write_definitions(
    book: Any, columns: Sequence[Column], notes: Sequence[tuple[str, object]], bold: Any
) -> None:
    """The sheet that says what each column means and how the file came to be."""
    sheet = book.add_worksheet("Definitions")
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    lines = [*notes, *([("", "")] if notes else []), ("Column", "What it means")]
    lines += [(column.heading, column.definition or column.heading) for column in columns]
    for row, (name, text) in enumerate(lines):
        sheet.write_string(row, 0, str(plain(name)), bold if name == "Column" else None)
        sheet.write_string(row, 1, str(plain(text)))


def sheet_name(title: str) -> str:
    """At most 31 characters and none that Excel forbids."""
    return "".join(" " if mark in "[]:*?/\\" else mark for mark in title)[:31].strip(" '") or "Data"


def file_response(
    kind: str,
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Any],
    *,
    notes: Sequence[tuple[str, object]] = (),
) -> FileResponse:
    """The whole file, built inside the request: a generator would run after the transaction and be empty."""
    stream = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    if kind == "xlsx":
        write_xlsx(stream, columns, rows, title=name, notes=notes)
    else:
        write_csv(stream, columns, rows)
    stream.seek(0)
    filename = f"{name}-{timezone.localdate():%Y-%m-%d}.{kind}"
    return FileResponse(stream, as_attachment=True, filename=filename, content_type=TYPES[kind])
