import csv
import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amdp.web.exports import Column, file_response, neutralise, plain, sheet_name, write_csv, write_xlsx

COLUMNS = [
    Column("Name", lambda row: row[0], "As in the HR file"),
    Column("Score", lambda row: row[1]),
    Column("Since", lambda row: row[2]),
]
ROWS = [
    ("=1+1", Decimal("-4.5"), dt.date(2027, 3, 4)),
    ('Zoë, "Zo"\nLind', 7, None),
    ("-5", -5, dt.datetime(2027, 3, 4, 9, 30, tzinfo=dt.UTC)),
]


@pytest.mark.parametrize(
    "text", ["=SUM(A1)", "+1", "-1", "@x", "\tx", "\rx", "\nx", "\uff1dx", " =x", "\u22123"]
)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert neutralise(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Ana", "", "1-2", "'=x", "a=b", 5, -5, None])
def test_other_values_stay_what_they_are(value):
    assert neutralise(value) == value


@given(st.text())
def test_no_text_ever_starts_a_formula(text):
    said = str(neutralise(text))
    assert said.lstrip(" ")[:1] not in {"=", "+", "-", "@", "\t", "\r"}
    assert said.removeprefix("'") == text.removeprefix("'")


def test_values_are_written_plainly():
    assert [plain(value) for value in (None, True, 3, dt.date(2027, 3, 4))] == ["", "yes", 3, "2027-03-04"]


def test_csv_has_a_byte_order_mark_and_every_row():
    stream = io.BytesIO()
    assert write_csv(stream, COLUMNS, iter(ROWS)) == 3
    raw = stream.getvalue()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))) == [
        ["Name", "Score", "Since"],
        ["'=1+1", "-4.5", "2027-03-04"],
        ['Zoë, "Zo"\nLind', "7", ""],
        ["'-5", "-5", "2027-03-04 09:30"],
    ]


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_csv_reads_back_what_was_written(texts):
    stream = io.BytesIO()
    write_csv(stream, [Column("Text", lambda text: text)], texts)
    rows = list(csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"), newline="")))
    assert [row[0] if row else "" for row in rows[1:]] == [neutralise(text) for text in texts]


def test_xlsx_keeps_numbers_as_numbers_and_explains_its_columns():
    stream = io.BytesIO()
    assert (
        write_xlsx(stream, COLUMNS, iter(ROWS), title="People: all", notes=[("As of", dt.date(2027, 3, 4))])
        == 3
    )
    book = openpyxl.load_workbook(stream)
    assert book.sheetnames == ["People  all", "Definitions"]
    assert [[cell.value for cell in row] for row in book["People  all"].iter_rows()] == [
        ["Name", "Score", "Since"],
        ["'=1+1", -4.5, "2027-03-04"],
        ['Zoë, "Zo"\nLind', 7, None],
        ["'-5", -5, "2027-03-04 09:30"],
    ]
    assert [cell.value for cell in book["Definitions"][1]] == [
        "As of",
        "2027-03-04",
    ]
    assert ["Name", "As in the HR file"] in [
        [cell.value for cell in row] for row in book["Definitions"].iter_rows()
    ]


def test_rows_are_read_one_after_the_other():
    alive: list[int] = []

    def rows():
        for number in range(5):
            alive.append(number)
            yield (str(number), number, None)
            assert len(alive) == number + 1

    assert write_csv(io.BytesIO(), COLUMNS, rows()) == 5


def test_a_file_is_whole_when_the_view_returns():
    response = file_response("csv", "people", COLUMNS, iter(ROWS))
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    assert b"".join(response).count(b"\r\n") == 4


def test_sheet_names_are_ones_excel_takes():
    assert sheet_name("[a]:b*c?d/e\\f" + "x" * 40) == " a  b c d e f".strip() + "x" * 18
    assert sheet_name("///") == "Data"
