"""Bringing a file in from the browser."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.directory.models import Person
from amdp.imports import files, services, tasks
from amdp.imports.models import ImportMapping, ImportRun
from amdp.notifications.models import Notification
from tests.factories.directory import PersonFactory
from tests.imports.files import person, table

State = ImportRun.State


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def no_queue(monkeypatch):
    """The worker's part is done by the test, step by step."""
    monkeypatch.setattr(tasks.check_run, "delay", lambda *ids: None)
    monkeypatch.setattr(tasks.import_run, "delay", lambda *ids: None)


def url(name, *args):
    return reverse(f"imports:{name}", args=["acme", *args])


@pytest.fixture
def upload(sign_in, owner):
    """Upload rows and choose the guessed columns; returns the client and the run."""

    def send(*rows, **how):
        client = sign_in(owner)
        file = table(*rows, **how)
        file.name = "people.csv"
        response = client.post(url("import_new"), {"kind": "people", "file": file})
        run = ImportRun.objects.latest("pk")
        assert response.url == url("import_columns", run.pk)
        client.post(response.url, run.mapping)
        return client, run

    return send


def check(run):
    tasks.check_run(run.organization_id, run.pk)
    run.refresh_from_db()
    return run


def page(client, run):
    return " ".join(client.get(url("import_detail", run.pk)).content.decode().split())


def test_upload_check_confirm_done(upload, django_capture_on_commit_callbacks):
    PersonFactory(employee_number="gone", first_name="Greta", last_name="Gone")
    client, run = upload(person("1", last_name="Lovelace"), person("2", manager_number="1"))
    assert "being checked" in page(client, run)
    assert check(run).state == State.CHECKED
    text = page(client, run)
    assert "2 new, 0 changed, 0 unchanged, 1 missing from the file" in text
    assert "Greta Gone" in text
    client.post(url("import_confirm", run.pk))
    assert "being imported" in page(client, run)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.import_run(run.organization_id, run.pk)
    run.refresh_from_db()
    assert (run.state, Person.objects.count()) == (State.DONE, 3)
    assert "The directory now holds what the file says" in page(client, run)
    assert files.open_file(run.folder, files.SOURCE) is None
    missing = client.get(url("import_file", run.pk, "missing.csv"))
    assert "gone,Greta Gone" in b"".join(missing).decode()
    verbs = list(
        AuditEntry.objects.filter(verb__startswith="import.").order_by("id").values_list("verb", flat=True)
    )
    assert verbs == ["import.uploaded", "import.check_started", "import.confirmed", "import.done"]


def test_a_refused_file_shows_each_fault_and_gives_the_rows_back(upload):
    client, run = upload(
        person("1", email="nonsense", first_name="=cmd"), person("2"), person("3", time_zone="Mars")
    )
    assert (check(run).state, run.error_count) == (State.REFUSED, 2)
    text = page(client, run)
    assert "2 things are wrong" in text
    assert "This is not an e-mail address." in text
    assert "There is no time zone of this name." in text
    rejected = b"".join(client.get(url("import_file", run.pk, "rejected-rows.csv"))).decode("utf-8-sig")
    lines = rejected.splitlines()
    assert lines[0].startswith("Row,What is wrong,employee_number")
    assert [line.split(",")[0] for line in lines[1:]] == ["2", "4"]
    assert "'=cmd" in lines[1]
    errors = b"".join(client.get(url("import_file", run.pk, "errors.csv"))).decode("utf-8-sig")
    assert "2,email,nonsense,This is not an e-mail address." in errors
    assert client.get(url("import_file", run.pk, "source.csv")).status_code == 404
    assert Person.objects.count() == 0
    assert AuditEntry.objects.filter(verb="export.import_list").count() == 2


def test_errors_come_in_pages(upload):
    client, run = upload(*(person(str(number), email="nonsense") for number in range(60)))
    check(run)
    assert page(client, run).count("This is not an e-mail address") == 50
    second = client.get(url("import_detail", run.pk), {"page": 2}).content.decode()
    assert second.count("This is not an e-mail address") == 10


def test_columns_are_chosen_and_remembered(sign_in, owner):
    client = sign_in(owner)

    def send():
        file = io.BytesIO(b"PERNR,Who,Sex\n1,Ada,F\n")
        file.name = "sap.csv"
        client.post(url("import_new"), {"kind": "people", "file": file})
        return ImportRun.objects.latest("pk")

    run = send()
    first = client.get(url("import_columns", run.pk)).content.decode()
    assert "Ada" in first
    assert "Private: not shown" in first
    lacking = client.post(url("import_columns", run.pk), {"employee_number": "PERNR"})
    assert "Choose the column that holds the last name." in lacking.content.decode()
    twice = client.post(url("import_columns", run.pk), {"employee_number": "Who", "last_name": "Who"})
    assert "is chosen twice" in twice.content.decode()
    client.post(url("import_columns", run.pk), {"employee_number": "PERNR", "last_name": "Who"})
    assert check(run).state == State.CHECKED
    assert ImportMapping.objects.get().columns["last_name"] == "Who"
    assert send().mapping == {"employee_number": "PERNR", "last_name": "Who"}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"", "The file is empty"), (b"PK\x03\x04", "not a CSV file"), (b"a,b\n1,\0\n", "NUL")],
)
def test_what_is_no_table_is_said_at_the_field(sign_in, owner, data, sentence):
    file = io.BytesIO(data)
    file.name = "people.csv"
    response = sign_in(owner).post(url("import_new"), {"kind": "people", "file": file})
    assert sentence in response.content.decode()
    assert ImportRun.objects.count() == 0


def test_the_directory_may_change_between_check_and_import(upload):
    boss = PersonFactory(employee_number="boss")
    client, run = upload(person("1", manager_number="boss"))
    check(run)
    client.post(url("import_confirm", run.pk))
    boss.delete()
    tasks.import_run(run.organization_id, run.pk)
    run.refresh_from_db()
    assert (run.state, run.error_count, Person.objects.count()) == (State.REFUSED, 1, 0)


def test_tasks_are_safe_to_run_twice(upload):
    client, run = upload(person("1"))
    check(run)
    check(run)
    client.post(url("import_confirm", run.pk))
    for _ in range(2):
        tasks.import_run(run.organization_id, run.pk)
    assert AuditEntry.objects.filter(verb="import.done").count() == 1


def test_work_that_breaks_is_said_and_can_be_started_again(upload, monkeypatch):
    client, run = upload(person("1"))
    with monkeypatch.context() as broken:
        broken.setattr(services, "import_file", lambda *a, **k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tasks.check_run(run.organization_id, run.pk)
    assert "Something broke on our side" in page(client, run)
    client.post(url("import_restart", run.pk))
    assert check(run).state == State.CHECKED


def test_work_that_does_not_move_can_be_started_again(upload):
    client, run = upload(person("1"))
    assert "Start again" not in page(client, run)
    ImportRun.objects.update(worked_at="2020-01-01T00:00:00Z")
    assert "Start again" in page(client, run)


def test_a_file_can_be_discarded(upload, django_capture_on_commit_callbacks):
    client, run = upload(person("1"))
    check(run)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url("import_discard", run.pk)).url == url("import_list")
    assert files.open_file(run.folder, files.SOURCE) is None
    assert "Nothing of this file was imported" in page(client, run)
    client.post(url("import_confirm", run.pk))
    run.refresh_from_db()
    assert run.state == State.DISCARDED


def test_only_owners_bring_files_in(client, sign_in, upload, ld_admin, hr_analyst, alice, charlie):
    _, run = upload(person("1"))
    addresses = [
        url("import_list"),
        url("import_new"),
        url("import_detail", run.pk),
        url("import_columns", run.pk),
    ]
    for member, status in ((ld_admin, 403), (hr_analyst, 403), (alice, 403), (charlie, 404)):
        assert {sign_in(member).get(address).status_code for address in addresses} == {status}
        assert sign_in(member).post(url("import_confirm", run.pk)).status_code == status
    client.logout()
    assert client.get(url("import_list")).status_code == 302


def test_the_history_lists_runs_with_the_same_queries(upload):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, _ = upload(person("1"))
    client.get(url("import_list"))
    with CaptureQueriesContext(connection) as few:
        client.get(url("import_list"))
    for _ in range(29):
        ImportRun.objects.create(kind="accounts", file_name="accounts.csv", state="done")
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(url("import_list")).context["list"].rows) == 25
    assert len(many) == len(few)


def test_who_left_during_long_work_is_told_and_short_work_is_quiet(upload, owner):
    _, run = upload(person("1"))
    check(run)
    assert Notification.objects.count() == 0
    ImportRun.objects.update(state=State.CHECKING, worked_at=timezone.now() - timedelta(minutes=3))
    check(run)
    told = Notification.objects.get()
    assert told.subject == "Confirm the import of people.csv"
    assert "1 new, 0 changed, 0 unchanged, 0 missing" in str(told.body)
