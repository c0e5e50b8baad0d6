"""People in: the whole file or nothing of it."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amdp.audit.models import AuditEntry
from amdp.demo.people_file import write_people_file
from amdp.directory.models import Demographics, Grade, Person
from amdp.directory.queries import below
from amdp.imports.cells import tidy
from amdp.imports.problems import FileRefused
from amdp.imports.services import import_file
from amdp.tenancy.context import organization_context
from amdp.web.exports import Column, write_csv
from tests.factories.directory import PersonFactory
from tests.imports.files import HEADER, person, table

SHARED = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def bring_in(*rows, dry_run=False, **how):
    return import_file("people", table(*rows, **how), dry_run=dry_run)


def counts(outcome):
    return outcome.new, outcome.changed, outcome.unchanged, outcome.absent


def wrongs(outcome):
    return [(error.row, error.column, error.value) for error in outcome.errors]


def test_people_come_in_with_lines_and_grades_whatever_the_order(acme):
    outcome = bring_in(
        person("3", manager_number="2", grade="5"), person("2", manager_number="1", grade="7"), person("1")
    )
    assert (outcome.errors, counts(outcome)) == ([], (3, 0, 0, 0))
    assert {p.employee_number for p in below(Person.objects.get(employee_number="1"))} == {"2", "3"}
    assert dict(Grade.objects.values_list("code", "rank")) == {"5": 5, "7": 7}
    assert outcome.notes == ["Added to the grade table, ranked by their number: 5, 7."]


def test_the_same_file_again_changes_nothing(acme, django_assert_max_num_queries):
    rows = [person("1", grade="5", hire_date="2020-01-06"), person("2", manager_number="1")]
    bring_in(*rows)
    before = list(Person.objects.values().order_by("id")), AuditEntry.objects.count()
    assert counts(bring_in(*rows)) == (0, 0, 2, 0)
    assert (list(Person.objects.values().order_by("id")), AuditEntry.objects.count()) == before


def test_a_newer_file_updates_and_lists_who_is_missing(acme):
    bring_in(person("1"), person("2", manager_number="1"), person("3", manager_number="2"))
    outcome = bring_in(person("2", last_name="Newname"), person("4", manager_number="3"))
    assert counts(outcome) == (1, 1, 0, 2)
    assert [row[0] for row in outcome.absent_rows] == ["1", "3"]
    assert dict(Person.objects.values_list("employee_number", "last_name")) == {
        "1": "Nr1",
        "2": "Newname",
        "3": "Nr3",
        "4": "Nr4",
    }
    top = Person.objects.get(employee_number="2")
    assert {p.employee_number for p in below(top)} == {"3", "4"}


def test_columns_that_are_not_in_the_file_keep_what_they_hold(acme):
    bring_in(person("1", email="ada@example.com", time_zone="Asia/Tokyo"), person("2", manager_number="1"))
    outcome = bring_in(person("2"), person("1"), header="employee_number,first_name,last_name")
    assert counts(outcome) == (0, 0, 2, 0)
    kept = Person.objects.get(employee_number="2")
    assert kept.manager.email == "ada@example.com"


def test_a_dry_run_counts_the_same_and_writes_nothing(acme):
    assert counts(bring_in(person("1", grade="5"), dry_run=True)) == (1, 0, 0, 0)
    assert (Person.objects.count(), Grade.objects.count()) == (0, 0)


def test_gender_goes_to_demographics_only_and_gives_way_to_what_people_say_themselves(acme):
    header = "employee_number,last_name,gender"
    bring_in("1,One,F", "2,Two,M", "3,Three,", header=header)
    Demographics.objects.filter(person__employee_number="2").update(gender="nonbinary", source="self")
    assert counts(bring_in("1,One,X", "2,Two,M", "3,Three,F", header=header)) == (0, 2, 1, 0)
    found = Demographics.objects.order_by("person__employee_number").values_list("gender", "source")
    assert list(found) == [("nonbinary", "hr_file"), ("nonbinary", "self"), ("female", "hr_file")]
    assert counts(bring_in("1,One,X", "2,Two,M", "3,Three,F", header=header)) == (0, 0, 3, 0)


@pytest.mark.parametrize("how", [{"bom": True}, {"delimiter": ";"}, {"encoding": "cp1252"}])
def test_spreadsheets_save_in_many_ways(acme, how):
    bring_in(person("1", first_name="Zoë", last_name="Müller"), **how)
    assert Person.objects.get().name == "Zoë Müller"


def test_every_fault_is_named_with_row_and_column_and_nothing_is_written(acme):
    boss = PersonFactory(employee_number="boss")
    outcome = bring_in(
        person("1", manager_number="2"),
        person("2", manager_number="1"),
        person("3", manager_number="nobody"),
        person("4"),
        person("4"),
        person("5", hire_date="2031-02-30"),
        person("6", hire_date="2015-01-01", termination_date="1999-01-01"),
        person("7", email="not-an-address"),
        person("8", time_zone="Mars/Olympus"),
        person("9", first_name="=HYPERLINK(1)", manager_number="boss"),
        person("10", grade="Senior"),
        person("11", manager_number="11"),
        person("", last_name=""),
    )
    assert wrongs(outcome) == [
        (2, "manager_number", "2"),
        (3, "manager_number", "1"),
        (4, "manager_number", "nobody"),
        (5, "employee_number", "4"),
        (6, "employee_number", "4"),
        (7, "hire_date", "2031-02-30"),
        (8, "termination_date", "1999-01-01"),
        (9, "email", "not-an-address"),
        (10, "time_zone", "Mars/Olympus"),
        (12, "grade", "Senior"),
        (13, "manager_number", "11"),
        (14, "employee_number", ""),
        (14, "last_name", ""),
    ]
    assert "1 → 2 → 1" in outcome.errors[0].problem
    assert outcome.errors[10].problem == "11 would report to themselves."
    assert list(Person.objects.all()) == [boss]
    assert Grade.objects.count() == 1


def test_a_circle_with_people_outside_the_file_is_found(acme):
    bring_in(person("1"), person("2", manager_number="1"), person("3", manager_number="2"))
    assert wrongs(bring_in(person("1", manager_number="3"))) == [(2, "manager_number", "3")]


def test_ragged_rows_are_named(acme):
    outcome = import_file(
        "people", io.BytesIO(b"employee_number,last_name\n1,One\n2\n3,Three,more\n4,Four,\n")
    )
    assert wrongs(outcome) == [(3, "whole row", ""), (4, "whole row", "")]


def test_a_wrong_file_is_refused(acme):
    with pytest.raises(FileRefused, match="No column of the file is the “employee number”"):
        import_file("people", table("x,y", header="colour,shape"))


def test_a_grade_whose_rank_is_taken_is_refused(acme):
    Grade.objects.create(code="L5", rank=5)
    assert wrongs(bring_in(person("1", grade="5"), person("2", grade="L5"))) == [(2, "grade", "5")]


def test_the_value_of_a_private_column_is_never_shown(acme):
    outcome = import_file("people", table("1,One," + "x" * 60, header="employee_number,last_name,gender"))
    assert wrongs(outcome) == [(2, "gender", "")]


def test_another_organization_keeps_its_people(acme, globex):
    bring_in(person("1", last_name="Acme"))
    with organization_context(globex):
        assert counts(bring_in(person("1", last_name="Globex"), person("2", manager_number="1"))) == (
            2,
            0,
            0,
            0,
        )
    assert [p.last_name for p in Person.objects.all()] == ["Acme"]
    with organization_context(globex):
        assert wrongs(bring_in(person("3", manager_number="4"))) == [(2, "manager_number", "4")]


def test_a_generated_file_is_the_same_for_the_same_seed_and_comes_in(acme, tmp_path):
    first = write_people_file(tmp_path / "a.csv", 500, seed=3)
    again = write_people_file(tmp_path / "b.csv", 500, seed=3)
    assert first.read_bytes() == again.read_bytes()
    with first.open("rb") as file:
        assert counts(import_file("people", file)) == (500, 0, 0, 0)
    assert below(Person.objects.get(employee_number="10000")).count() == 499


@SHARED
@given(st.randoms(use_true_random=False), st.lists(st.integers(0, 50), min_size=1, max_size=20))
def test_the_order_of_rows_does_not_matter(acme, chance, parents):
    rows = [
        person(str(number), manager_number=str(parent % number) if number and parent % 5 else "")
        for number, parent in enumerate(parents)
    ]
    bring_in(*rows)
    before = list(Person.objects.order_by("id").values("employee_number", "line", "manager_id"))
    chance.shuffle(rows)
    assert counts(bring_in(*rows)) == (0, 0, len(rows), Person.objects.count() - len(rows))
    assert list(Person.objects.order_by("id").values("employee_number", "line", "manager_id")) == before
    fresh = {p["employee_number"]: p for p in before}
    Person.objects.update(manager=None)
    Person.objects.all().delete()
    bring_in(*rows)
    for p in Person.objects.select_related("manager"):
        assert p.line.count("/") == fresh[p.employee_number]["line"].count("/")


@SHARED
@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_any_name_comes_back_from_an_export_as_it_went_in(acme, name):
    bring_in(person("1", last_name="x" + name), person("2", first_name=name))
    stored = Person.objects.get(employee_number="2")
    assert stored.first_name == tidy(name)
    columns = [Column(head, lambda p, head=head: getattr(p, head)) for head in HEADER.split(",")[:3]]
    file = io.BytesIO()
    write_csv(file, columns, Person.objects.all())
    cells = [cell for row in csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"))) for cell in row]
    assert not [cell for cell in cells if cell[:1] in set("=+-@") and cell]
    file.seek(0)
    outcome = import_file("people", file)
    assert (outcome.errors, outcome.changed, outcome.unchanged) == ([], 0, 2)
