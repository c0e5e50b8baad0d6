"""From bytes to rows, and files that are no tables."""

import io

import pytest

from amdp.imports import reading
from amdp.imports.problems import FileRefused


def rows_of(data):
    file = io.BytesIO(data)
    table = reading.inspect(file)
    return table, list(reading.read(file, table))


@pytest.mark.parametrize(
    ("data", "encoding", "delimiter"),
    [
        ("number,name\n1,Zoë\n".encode(), "utf-8-sig", ","),
        ("number;name\r\n1;Zoë\r\n".encode("utf-8-sig"), "utf-8-sig", ";"),
        ("number;name\n1;Zoë\n".encode("cp1252"), "cp1252", ";"),
        ("number\tname\n1\tZoë\n".encode(), "utf-8-sig", "\t"),
    ],
    ids=["utf-8", "byte-order mark and semicolons", "windows-1252", "tabs"],
)
def test_encodings_and_delimiters_are_found_out(data, encoding, delimiter):
    table, rows = rows_of(data)
    assert (table.encoding, table.delimiter, table.header) == (encoding, delimiter, ("number", "name"))
    assert rows == [(2, ["1", "Zoë"])]


def test_rows_are_numbered_as_a_spreadsheet_does():
    _, rows = rows_of(b'number,name\n1,"two\nlines"\n\n,\n2,Bob\n')
    assert rows == [(2, ["1", "two\nlines"]), (5, ["2", "Bob"])]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty"),
        (b" \n ", "The file is empty"),
        (b"PK\x03\x04 workbook", "Excel workbook"),
        (b"\xff\xfen\x00", "UTF-16"),
        (b"a,b\n1,\x002\n", "NUL"),
        (b"a,b\n1,\x81\xff\n", "neither UTF-8 nor Windows-1252"),
        (b"a,b\n", "no rows"),
        (b"just some words\nmore words\n", "does not look like a table"),
        (b"a,a\n1,2\n", "Two columns are called"),
        (b'a,b\n1,"2\n3,4\n', "Row 2 cannot be read"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(FileRefused, match=sentence):
        rows_of(data)


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    assert len(rows_of(b"a,b\n1,1\n2,2\n")[1]) == 2
    with pytest.raises(FileRefused, match="more than 2 rows"):
        rows_of(b"a,b\n1,1\n2,2\n3,3\n")


def test_too_large_files_are_refused(monkeypatch):
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    with pytest.raises(FileRefused, match="larger than 50 MB"):
        rows_of(b"a,b\n1,1\n2,2\n3,3\n")
