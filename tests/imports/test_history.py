"""Job events, ratings and accounts: rows about people who are in the directory."""

import pytest

from amdp.directory.models import Account, Grade, JobEvent, PerformanceRating
from amdp.imports.services import import_file
from tests.factories.directory import GradeFactory, PersonFactory
from tests.imports.files import table

EVENTS = "employee_number,event,effective_date,job_title,grade,business_unit"
RATINGS = "employee_number,year,rating"
ACCOUNTS = "account_number,name,kind,city,region,country,complexity,owner_number"


@pytest.fixture
def ada(acme):
    return PersonFactory(employee_number="1", grade=GradeFactory(code="5"))


def bring_in(kind, header, *rows):
    outcome = import_file(kind, table(*rows, header=header))
    return (outcome.new, outcome.changed, outcome.unchanged), [(e.row, e.column) for e in outcome.errors]


def test_job_events(ada):
    rows = ["1,hire,2020-01-06,Rep,5,Oncology", "1,Promoted,2022-01-03,Manager,6,Oncology"]
    assert bring_in("job_events", EVENTS, *rows) == ((2, 0, 0), [])
    assert bring_in("job_events", EVENTS, *rows) == ((0, 0, 2), [])
    rows[1] = rows[1].replace("Manager", "District manager")
    assert bring_in("job_events", EVENTS, *rows) == ((0, 1, 1), [])
    found = JobEvent.objects.values_list("event", "job_title", "grade__code")
    assert list(found) == [("promotion", "District manager", "6"), ("hire", "Rep", "5")]
    assert Grade.objects.filter(code="6", rank=6).exists()


def test_wrong_job_events(ada):
    rows = [
        "2,hire,2020-01-06,,,",
        "1,fired,2020-01-06,,,",
        "1,hire,,,,",
        "1,leave,2020-01-06,,X,",
        "1,leave,2020-01-06,,,",
    ]
    assert bring_in("job_events", EVENTS, *rows) == (
        (0, 0, 0),
        [
            (2, "employee_number"),
            (3, "event"),
            (4, "effective_date"),
            (5, "grade"),
            (5, "employee_number"),
            (6, "employee_number"),
        ],
    )
    assert JobEvent.objects.count() == 0


def test_ratings_and_the_mean_of_a_year_rated_twice(ada):
    rows = ["1,2024,4", "1,2025,3", "1,2025,4"]
    outcome = import_file("ratings", table(*rows, header=RATINGS))
    assert (outcome.new, outcome.notes) == (
        2,
        ["Once a person has more than one rating for a year; their mean counts."],
    )
    assert bring_in("ratings", RATINGS, *reversed(rows)) == ((0, 0, 2), [])
    found = PerformanceRating.objects.values_list("year", "rating")
    assert [(year, str(rating)) for year, rating in found] == [(2025, "3.50"), (2024, "4.00")]


def test_wrong_ratings(ada):
    assert bring_in("ratings", RATINGS, "1,2024,6", "1,24,3", "9,2024,3", "1,2023,") == (
        (0, 0, 0),
        [(2, "rating"), (3, "year"), (4, "employee_number"), (5, "rating")],
    )


def test_accounts(ada):
    rows = ["010001,Tidewater,idn,Boaz,AL,us,9,1", "2,=Plus,Payer,,,,,"]
    assert bring_in("accounts", ACCOUNTS, *rows) == ((2, 0, 0), [])
    assert bring_in("accounts", ACCOUNTS, *rows) == ((0, 0, 2), [])
    found = Account.objects.order_by("account_number")
    assert list(found.values_list("account_number", "name", "kind", "country", "complexity", "owner")) == [
        ("010001", "Tidewater", "idn", "US", 9, ada.pk),
        ("2", "=Plus", "payer", "", None, None),
    ]


def test_wrong_accounts(ada):
    rows = ["1,A,idn,,,UK,,", "2,B,bank,,,,,", "3,C,,,,,11,", "4,D,,,,,,9", "5,,,,,,,", "5,E,,,,,,"]
    assert bring_in("accounts", ACCOUNTS, *rows) == (
        (0, 0, 0),
        [
            (2, "country"),
            (3, "kind"),
            (4, "complexity"),
            (5, "owner_number"),
            (6, "name"),
            (6, "account_number"),
            (7, "account_number"),
        ],
    )
