"""From bytes to rows: encoding, delimiter, heading. Knows nothing of what the rows mean."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO, cast

from amdp.imports.problems import FileRefused

MAX_BYTES = 50 * 1024 * 1024
MAX_ROWS = 200_000
CHUNK = 1024 * 1024
DELIMITERS = ",;\t"
ENCODINGS = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}
WORKBOOKS = {b"PK\x03\x04": "an Excel workbook or a ZIP file", b"\xd0\xcf\x11\xe0": "an old Excel workbook"}
SAVE_AS_CSV = "Save it as “CSV UTF-8 (comma delimited)” and upload that file."


@dataclass(frozen=True)
class Table:
    """How a file is to be read, found out once by ``inspect``."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: int
    samples: tuple[tuple[str, ...], ...]

    @property
    def encoding_name(self) -> str:
        return ENCODINGS[self.encoding]


def inspect(file: IO[bytes], *, samples: int = 3) -> Table:
    """Look through a whole file. Raises FileRefused with what to do when it is not a usable table."""
    encoding = _encoding(file)
    delimiter = _delimiter(file, encoding)
    records = _records(file, encoding, delimiter)
    header = _header(next(records, (1, []))[1])
    count = 0
    shown: list[tuple[str, ...]] = []
    for _, cells in records:
        count += 1
        if len(shown) < samples:
            shown.append(tuple(cells))
    if not count:
        raise FileRefused("The file has a heading but no rows. Export it again with the rows in it.")
    return Table(encoding, delimiter, header, count, tuple(shown))


def read(file: IO[bytes], table: Table) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not blank, with its number as a spreadsheet shows it (the heading is row 1)."""
    records = _records(file, table.encoding, table.delimiter)
    next(records, None)
    return records


def _encoding(file: IO[bytes]) -> str:
    """UTF-8 (with or without a byte-order mark), else Windows-1252."""
    file.seek(0)
    start = file.read(4)
    if not start.strip():
        raise FileRefused("The file is empty. Export it again with the rows in it.")
    for signature, name in WORKBOOKS.items():
        if start.startswith(signature):
            raise FileRefused(f"This is {name}, not a CSV file. {SAVE_AS_CSV}")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused(f"The file is saved as UTF-16. {SAVE_AS_CSV}")
    return "utf-8-sig" if _decodes(file, "utf-8-sig") else _windows(file)


def _windows(file: IO[bytes]) -> str:
    if not _decodes(file, "cp1252"):
        raise FileRefused(f"The text is neither UTF-8 nor Windows-1252. {SAVE_AS_CSV}")
    return "cp1252"


def _decodes(file: IO[bytes], encoding: str) -> bool:
    """Whether the whole file is text in this encoding. Raises FileRefused on what no text file holds."""
    size = 0
    for chunk in _text(file, encoding):
        if chunk is None:
            return False
        size += len(chunk)
        if "\0" in chunk:
            raise FileRefused(f"The file holds NUL bytes, so it is not a text file. {SAVE_AS_CSV}")
        if size > MAX_BYTES:
            raise FileRefused(
                "The file is larger than 50 MB. Split it, or leave out columns that are not needed."
            )
    return True


def _text(file: IO[bytes], encoding: str) -> Iterator[str | None]:
    """The decoded file in chunks; None where it is not text in this encoding."""
    file.seek(0)
    wrapper = io.TextIOWrapper(cast(BinaryIO, _Unclosed(file)), encoding=encoding, newline="")
    try:
        while chunk := wrapper.read(CHUNK):
            yield chunk
    except UnicodeDecodeError:
        yield None
    finally:
        wrapper.detach()


class _Unclosed(io.RawIOBase):
    """A file whose wrappers may go away without closing it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = self.file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def read(self, size: int = -1) -> bytes:
        return self.file.read(size)

    def read1(self, size: int = -1) -> bytes:
        return self.file.read(size)


def _delimiter(file: IO[bytes], encoding: str) -> str:
    """The one that cuts the heading into most columns."""
    file.seek(0)
    heading = ""
    while not heading.strip() and (line := file.readline(64 * 1024)):
        heading = line.decode(encoding, errors="replace")
    return max(DELIMITERS, key=lambda mark: len(next(csv.reader([heading], delimiter=mark), [])))


def _records(file: IO[bytes], encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    file.seek(0)
    text = io.TextIOWrapper(cast(BinaryIO, _Unclosed(file)), encoding=encoding, newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if number > MAX_ROWS + 1:
                raise FileRefused(f"The file has more than {MAX_ROWS:,} rows. Split it into several files.")
            if any(cells) and any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise FileRefused(
            f"Row {number + 1} cannot be read: a quotation mark is opened and not closed, or stands in the "
            f"middle of a cell ({error}). Export the file again, or put such cells in quotation marks."
        ) from None
    finally:
        text.detach()


def _header(cells: list[str]) -> tuple[str, ...]:
    names = [" ".join(cell.split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) < 2:
        raise FileRefused(
            "This does not look like a table: its first row has fewer than two column names. "
            "The first row holds the column names, separated by commas or semicolons."
        )
    named = [name or f"Column {place}" for place, name in enumerate(names, 1)]
    twice = {name for name in named if named.count(name) > 1}
    if twice:
        raise FileRefused(f"Two columns are called “{min(twice)}”. Rename one of them.")
    return tuple(named)
