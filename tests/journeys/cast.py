"""The people of the story, as the HR system of Acme writes them."""

import csv
from pathlib import Path

PEOPLE = [
    # number, first, last, title, grade, manager
    ("1", "Vera", "Price", "Chief Commercial Officer", "9", ""),
    ("2", "Dana", "Reyes", "Vice President Sales, West", "8", "1"),
    ("3", "Alice", "Morgan", "Regional Sales Director", "7", "2"),
    ("4", "Bob", "Lindqvist", "Territory Manager", "5", "3"),
    ("5", "Carol", "Nguyen", "Territory Manager", "5", "3"),
    ("6", "Henry", "Adler", "Territory Manager", "5", "3"),
    ("7", "Grace", "Kimura", "Vice President Sales, East", "8", "1"),
    ("8", "Erin", "Walsh", "Key Account Manager", "6", "7"),
    ("9", "Frank", "Osei", "Key Account Manager", "6", "7"),
    ("10", "Ines", "Castro", "Sales Trainer", "6", "7"),
]
HEADER = ["employee_number", "first_name", "last_name", "email", "job_title", "grade", "business_unit", "market",
          "time_zone", "language", "manager_number", "hire_date"]  # fmt: skip
ACCOUNTS = [
    ("A1", "Tidewater Health Network", "idn", "4"),
    ("A2", "Northgate Regional Payer", "payer", "8"),
    ("A3", "Summit Oncology Partners", "oncology_network", "9"),
]
NOMINEES = ["Bob", "Carol", "Henry"]
ZONE = "America/New_York"


def people_file(path: Path) -> Path:
    """Ten people in three levels, in no particular order."""
    rows = [
        [number, first, last, f"{first.lower()}@acme.example", title, grade, "Oncology Sales", "US", ZONE, "en",
         manager, "2017-03-06"]
        for number, first, last, title, grade, manager in reversed(PEOPLE)
    ]  # fmt: skip
    return _file(path / "people.csv", HEADER, rows)


def ratings_file(path: Path, year: int) -> Path:
    """Two good years for everybody; Bob's are best."""
    rows = [
        [person[0], each, "5" if person[1] == "Bob" else "4"]
        for person in PEOPLE
        for each in (year - 1, year)
    ]
    return _file(path / "ratings.csv", ["employee_number", "year", "rating"], rows)


def accounts_file(path: Path) -> Path:
    rows = [[number, name, kind, "US", complexity, "4"] for number, name, kind, complexity in ACCOUNTS]
    header = ["account_number", "name", "kind", "country", "complexity", "owner_number"]
    return _file(path / "accounts.csv", header, rows)


def _file(path: Path, header: list, rows: list) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path
