"""Bringing files in by program."""

import pytest

from amdp.directory.models import Person
from amdp.imports import tasks
from amdp.imports.models import ImportRun
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


def upload(client, *rows, to="upload/"):
    file = table(*rows)
    file.name = "people.csv"
    return client.post(f"{URL}{to}", {"kind": "people", "file": file})


def post(client, path, **body):
    return client.post(f"{URL}{path}/", body, content_type="application/json")


@pytest.fixture
def media(settings, tmp_path, monkeypatch):
    """Files of their own; the worker's part is done by the test."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(tasks.check_run, "delay", lambda *ids: None)
    monkeypatch.setattr(tasks.import_run, "delay", lambda *ids: None)


def test_a_file_is_checked_before_it_comes_in(sign_in, owner, acme, media):
    client = sign_in(owner)
    uploaded = upload(client, person("1")).json()
    assert (uploaded["state"], uploaded["mapping"]["email"]) == ("uploaded", "email")
    run = uploaded["id"]
    refused = post(client, f"{run}/columns", columns={"email": "made up"})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["email"])
    assert post(client, f"{run}/confirm").status_code == 400
    assert post(client, f"{run}/columns", columns={}).json()["state"] == "checking"
    tasks.check_run(acme.pk, run)
    assert client.get(f"{URL}{run}/").json()["state"] == "checked"
    assert Person.objects.count() == 0
    assert post(client, f"{run}/confirm").json()["state"] == "importing"
    tasks.import_run(acme.pk, run)
    assert client.get(f"{URL}{run}/").json()["state"] == "done"
    assert Person.objects.count() == 1


def test_one_that_is_not_wanted_is_discarded(sign_in, owner, media):
    client = sign_in(owner)
    run = upload(client, person("1")).json()["id"]
    assert post(client, f"{run}/restart").json()["detail"] == "This import is not being worked on."
    assert post(client, f"{run}/discard").json()["state"] == "discarded"
    assert post(client, f"{run}/discard").status_code == 400


@pytest.mark.parametrize("who", ["ld_admin", "bob", "charlie"])
def test_nobody_else_takes_a_step(request, sign_in, owner, media, who):
    run = upload(sign_in(owner), person("1")).json()["id"]
    client = sign_in(request.getfixturevalue(who))
    assert upload(client, person("1")).status_code == (404 if who == "charlie" else 403)
    verbs = ("columns", "confirm", "restart", "discard")
    assert [post(client, f"{run}/{verb}", columns={}).status_code for verb in verbs] == [404] * 4
    assert ImportRun.objects.get().state == "uploaded"
