"""From an uploaded CSV or Excel file to rows by heading."""

import zipfile
from collections.abc import Iterator, Sequence
from typing import IO, Any

from amdp.imports import reading
from amdp.imports.cells import tidy
from amdp.imports.problems import FileRefused
from selection.bulk.base import MOST_ROWS, BulkColumn, Row

MOST_BYTES = 10 * 1024 * 1024
UNPACKED = 100 * 1024 * 1024
NOT_A_BOOK = "This is no Excel file we can read. Save it as .xlsx or as CSV UTF-8 and upload that file."


def rows_of(file: IO[bytes], columns: Sequence[BulkColumn]) -> list[tuple[int, Row]]:
    """Every row that is not blank, with its number as a spreadsheet shows it. Raises FileRefused with what to do."""
    file.seek(0, 2)
    if file.tell() > MOST_BYTES:
        raise FileRefused("The file is larger than 10 MB. Split it into several files.")
    file.seek(0)
    is_book = file.read(4) == b"PK\x03\x04"
    header, records = _book(file) if is_book else _text(file)
    named = _named(header, columns)
    found = []
    for number, cells in records:
        row = {heading: tidy(cells[place]) if place < len(cells) else "" for heading, place in named.items()}
        if any(row.values()):
            found.append((number, row))
        if len(found) > MOST_ROWS:
            raise FileRefused(f"The file has more than {MOST_ROWS:,} rows. Split it into several files.")
    if not found:
        raise FileRefused("The file has a heading but no rows.")
    return found


def _named(header: Sequence[str], columns: Sequence[BulkColumn]) -> dict[str, int]:
    places = {tidy(name).lower(): place for place, name in enumerate(header)}
    found = {each.heading: places[each.heading.lower()] for each in columns if each.heading.lower() in places}
    for each in columns:
        if each.required and each.heading not in found:
            raise FileRefused(
                f"The file has no column “{each.heading}”. Download the file here and fill that one in."
            )
    return found


def _text(file: IO[bytes]) -> tuple[Sequence[str], Iterator[tuple[int, list[str]]]]:
    table = reading.inspect(file)
    return table.header, reading.read(file, table)


def _book(file: IO[bytes]) -> tuple[Sequence[str], Iterator[tuple[int, list[str]]]]:
    import openpyxl  # only where an Excel file is read

    file.seek(0)
    try:
        with zipfile.ZipFile(file) as packed:
            if sum(each.file_size for each in packed.infolist()) > UNPACKED:
                raise FileRefused("The file unpacks to more than 100 MB. Split it into several files.")
        file.seek(0)
        sheet: Any = openpyxl.load_workbook(file, read_only=True, data_only=True).worksheets[0]
        lines = [
            (number, [_cell(value) for value in line])
            for number, line in enumerate(sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 2), 1)
        ]
    except FileRefused:
        raise
    except Exception as broken:
        raise FileRefused(NOT_A_BOOK) from broken
    filled = [(number, cells) for number, cells in lines if any(cells)]
    if not filled:
        raise FileRefused("The file is empty.")
    return filled[0][1], iter(filled[1:])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
