"""Bringing files in by program."""

import pytest

from amdp.directory.models import Person
from tests.imports.files import person, table

URL = "/api/v1/o/acme/imports/"


def send(client, *rows, kind="people"):
    file = table(*rows)
    file.name = "people.csv"
    return client.post(URL, {"kind": kind, "file": file})


def test_a_file_comes_in_as_a_whole(sign_in, owner):
    client = sign_in(owner)
    answer = send(client, person("1"), person("2", manager_number="1"))
    assert (answer.status_code, answer.json()["new"], answer.json()["state"]) == (201, 2, "done")
    assert client.get(URL).json()["count"] == 1


def test_or_is_refused_with_its_errors(sign_in, owner):
    answer = send(sign_in(owner), person("1"), person("2", email="nonsense"))
    assert answer.status_code == 400
    assert [(error["row"], error["column"]) for error in answer.json()["row_errors"]] == [(3, "email")]
    assert Person.objects.count() == 0


def test_what_is_no_table_is_a_problem(sign_in, owner):
    answer = send(sign_in(owner))
    assert (answer.status_code, answer.json()["detail"][:18]) == (400, "The file has a hea")


@pytest.mark.parametrize(
    ("role", "status"), [("ld_admin", 403), ("hr_analyst", 403), ("bob", 403), ("charlie", 404)]
)
def test_only_owners(request, sign_in, role, status, acme):
    client = sign_in(request.getfixturevalue(role))
    assert send(client, person("1")).status_code == status
    assert client.get(URL).json().get("count", 0) == 0
