"""The command: the same verbs, an exit code, and words."""

import io

import pytest
from django.core.management import CommandError, call_command

from amdp.audit.models import AuditEntry
from amdp.directory.models import PerformanceRating, Person
from amdp.imports.models import ImportRun
from tests.imports.files import person, table


@pytest.fixture
def people_file(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(table(person("1"), person("2", manager_number="1")).getvalue())
    return path


@pytest.fixture
def ratings_file(tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text("employee_number,year,rating\n1,2024,4\n")
    return path


def run(*args, **options):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_directory", "acme", *args, stdout=out, stderr=err, **options)
    except CommandError as error:
        return out.getvalue(), err.getvalue(), str(error)
    return out.getvalue(), err.getvalue(), ""


def test_files_come_in_in_order_and_runs_are_remembered(acme, people_file, ratings_file):
    out, _, error = run(ratings=ratings_file, people=people_file)
    assert error == ""
    assert "people.csv: 2 people: 2 new, 0 changed, 0 unchanged" in out
    assert "ratings.csv: 1 performance ratings: 1 new" in out
    runs = ImportRun.objects.order_by("id").values_list("kind", "state", "new", "started_by_name")
    assert list(runs) == [("people", "done", 2, "Command line"), ("ratings", "done", 1, "Command line")]
    assert AuditEntry.objects.filter(verb="import.done").count() == 2


def test_a_dry_run_writes_nothing_but_later_files_see_earlier_ones(acme, people_file, ratings_file):
    out, _, error = run("--dry-run", people=people_file, ratings=ratings_file)
    assert (error, "1 new" in out, "nothing was written" in out) == ("", True, True)
    assert [Person.objects.count(), ImportRun.objects.count(), AuditEntry.objects.count()] == [0, 0, 0]


def test_one_wrong_row_refuses_all_files(acme, people_file, ratings_file):
    ratings_file.write_text("employee_number,year,rating\n1,2024,9\n")
    _, err, error = run(people=people_file, ratings=ratings_file)
    assert error == "Nothing was written."
    assert "row 2, rating “9”: It is not between 1 and 5. Write a number from 1 to 5." in err
    assert [Person.objects.count(), PerformanceRating.objects.count()] == [0, 0]
    assert list(ImportRun.objects.values_list("kind", "state", "error_count")) == [("ratings", "refused", 1)]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [({}, "Name at least one file"), ({"people": "nowhere.csv"}, "cannot be read")],
)
def test_what_cannot_be_done_is_said(acme, tmp_path, options, sentence):
    assert sentence in run(**{name: tmp_path / value for name, value in options.items()})[2]


def test_a_file_that_is_missing_is_said_before_another_is_read(acme, people_file, tmp_path):
    out, _, error = run(people=people_file, accounts=tmp_path / "nowhere.csv")
    assert out == ""
    assert error.endswith("nowhere.csv cannot be read: No such file or directory. Nothing was written.")
    assert Person.objects.count() == 0


def test_an_unknown_organization_is_said(db, people_file):
    with pytest.raises(CommandError, match="There is no organization"):
        call_command("import_directory", "nowhere", people=people_file)
