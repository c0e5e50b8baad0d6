"""A kind of file to download: CSV, or Excel with what each column means and what can be chosen."""

import tempfile
from typing import IO, cast

import xlsxwriter
from django.http import FileResponse
from django.utils import timezone

from amdp.web.exports import IN_MEMORY, TYPES, Column, neutralise, write_cell, write_csv, write_definitions
from selection.bulk.base import Kind, Row


def bulk_file(kind: Kind, file_format: str) -> FileResponse:
    """The rows of this kind, to be read or filled in."""
    stream = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    rows = kind.rows()
    columns = [
        Column(each.heading, lambda row, heading=each.heading: row.get(heading, ""), each.help)  # type: ignore[misc]
        for each in kind.columns()
    ]
    if file_format == "csv":
        write_csv(cast(IO[bytes], stream), columns, rows)
    else:
        _write_book(cast(IO[bytes], stream), kind, columns, rows)
    stream.seek(0)
    name = f"{kind.key} {kind.cohort}-{timezone.localdate():%Y-%m-%d}.{file_format}"
    return FileResponse(stream, as_attachment=True, filename=name, content_type=TYPES[file_format])


def _write_book(stream: IO[bytes], kind: Kind, columns: list[Column], rows: list[Row]) -> None:
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold, wrap = (
        book.add_format({"bold": True, "bottom": 1}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    sheet = book.add_worksheet("Rows")
    sheet.freeze_panes(1, 0)
    for place, (column, asked) in enumerate(zip(columns, kind.columns(), strict=True)):
        sheet.set_column(place, place, 50 if len(asked.help) > 40 and not asked.choices else 18, wrap)
        sheet.write_string(0, place, str(neutralise(column.heading)), bold)
        if asked.choices:
            among = {"validate": "list", "source": list(asked.choices), "error_message": asked.help[:250]}
            sheet.data_validation(1, place, max(1, len(rows), 1000), place, among)
    numbers = {each.heading for each in kind.columns() if each.choices}
    for number, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            text = str(column.value(row))
            is_number = column.heading in numbers and text.isdigit()
            write_cell(sheet, number, place, int(text) if is_number else neutralise(text))
    write_definitions(book, columns, [("What it is for", kind.about)], bold)
    book.close()
