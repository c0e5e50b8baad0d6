"""Guessing and remembering what a column holds."""

from amdp.imports.columns import guess, missing
from amdp.imports.people import People


def test_headings_are_recognised_by_name_label_and_synonym():
    header = ("Employee ID", "Given name", "SURNAME", "E-mail", "Reports to", "Shoe size")
    assert guess(People.columns, header) == {
        "employee_number": "Employee ID",
        "first_name": "Given name",
        "last_name": "SURNAME",
        "email": "E-mail",
        "manager_number": "Reports to",
    }


def test_what_was_chosen_last_time_wins_also_that_nothing_was():
    header = ("PERNR", "Name", "Surname", "Sex")
    remembered = {"employee_number": "PERNR", "last_name": "Name", "gender": "", "email": "Mail of old"}
    assert guess(People.columns, header, remembered) == {"employee_number": "PERNR", "last_name": "Name"}


def test_required_columns_that_are_missing():
    assert [column.name for column in missing(People.columns, {"last_name": "Name"})] == ["employee_number"]
