"""What is stored of a file is deleted after a week: the file, rejected rows, errors, who was missing."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.imports import files, services, tasks
from amdp.imports.models import ImportRun
from amdp.imports.retention import KEPT_FOR
from amdp.notifications.due import run_due
from amdp.notifications.models import Due
from amdp.web.time import day
from tests.factories.directory import PersonFactory
from tests.imports.files import person, table

State = ImportRun.State


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def no_queue(monkeypatch):
    monkeypatch.setattr(tasks.check_run, "delay", lambda *ids: None)
    monkeypatch.setattr(tasks.import_run, "delay", lambda *ids: None)


@pytest.fixture
def checked(owner, django_capture_on_commit_callbacks):
    """A file that was uploaded and checked."""

    def check(*rows):
        run = services.upload_file("people", table(*rows), "people.csv", by=owner)
        services.choose_columns(run, run.mapping, by=owner)
        with django_capture_on_commit_callbacks(execute=True):
            tasks.check_run(run.organization_id, run.pk)
        run.refresh_from_db()
        return run

    return check


@pytest.fixture
def tick(django_capture_on_commit_callbacks):
    """What beat does, so many days after the file came; the run as it is then."""

    def at(run, **later):
        with django_capture_on_commit_callbacks(execute=True):
            run_due(run.organization_id, timezone.now() + timedelta(**later), enqueue=lambda *ids: None)
        run.refresh_from_db()
        return run

    return at


def page(client, run):
    address = reverse("imports:import_detail", args=["acme", run.pk])
    return " ".join(client.get(address).content.decode().split())


def stored(folder):
    names = (files.SOURCE, files.REJECTED, files.ERRORS, files.ABSENT)
    return [name for name in names if files.open_file(folder, name) is not None]


def test_rejected_rows_are_kept_a_week_and_the_page_says_so(checked, tick, sign_in, owner):
    run = checked(person("1", email="nonsense"), person("2"))
    folder, until = run.folder, day((timezone.now() + KEPT_FOR).date())
    assert stored(folder) == [files.REJECTED, files.ERRORS]
    client = sign_in(owner)
    text = page(client, run)
    assert "The rejected rows and this table can be downloaded until" in text
    assert f">{until}</time>" in text
    assert tick(run, days=6, hours=23).kept_until is not None
    assert stored(folder) == [files.REJECTED, files.ERRORS]

    tick(run, days=7, hours=1)
    assert (run.state, run.errors, run.kept_until, stored(folder)) == (State.REFUSED, [], None, [])
    text = page(client, run)
    assert "1 thing is wrong" in text
    assert "was deleted a week after the check" in text
    assert "nonsense" not in text
    rejected = reverse("imports:import_file", args=["acme", run.pk, files.REJECTED])
    assert client.get(rejected).status_code == 404
    entry = AuditEntry.objects.get(verb="import.lists_deleted")
    assert entry.why == "Kept for 7 days."


def test_the_tick_is_told_when_to_come(checked):
    run = checked(person("1", email="nonsense"))
    assert Due.objects.filter(
        organization=run.organization_id, next_due_at__lte=timezone.now() + KEPT_FOR
    ).exists()


def test_a_file_nobody_imported_is_discarded(checked, tick, sign_in, owner):
    run = checked(person("1"))
    folder = run.folder
    assert stored(folder) == [files.SOURCE]
    assert "A file that is not imported is deleted on" in page(sign_in(owner), run)
    tick(run, days=8)
    assert (run.state, stored(folder)) == (State.DISCARDED, [])
    assert AuditEntry.objects.get(verb="import.discarded").actor_id is None


def test_a_file_whose_columns_nobody_chose_is_discarded(owner, tick):
    run = services.upload_file("people", table(person("1")), "people.csv", by=owner)
    folder = run.folder
    tick(run, days=8)
    assert (run.state, stored(folder)) == (State.DISCARDED, [])


def test_work_whose_worker_is_gone_is_discarded(checked, owner, tick):
    run = checked(person("1"))
    services.confirm_import(run, by=owner)
    folder = run.folder
    tick(run, days=8)
    assert (run.state, stored(folder)) == (State.DISCARDED, [])


def test_who_was_missing_is_forgotten_and_the_counts_stay(
    checked, owner, tick, sign_in, django_capture_on_commit_callbacks
):
    PersonFactory(employee_number="gone", first_name="Greta", last_name="Gone")
    run = checked(person("1"))
    services.confirm_import(run, by=owner)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.import_run(run.organization_id, run.pk)
    run.refresh_from_db()
    folder, client = run.folder, sign_in(owner)
    assert stored(folder) == [files.ABSENT]
    assert "The list can be downloaded until" in page(client, run)
    tick(run, days=8)
    assert (run.state, run.absent, run.absent_rows, stored(folder)) == (State.DONE, 1, [], [])
    assert "Greta Gone" not in page(client, run)


def test_an_import_that_left_nothing_behind_needs_no_looking_after(checked, owner):
    run = checked(person("1"))
    services.confirm_import(run, by=owner)
    tasks.import_run(run.organization_id, run.pk)
    run.refresh_from_db()
    assert (run.state, run.kept_until) == (State.DONE, None)


def test_errors_of_a_file_sent_by_program_are_forgotten_too(sign_in, owner, tick):
    file = io.BytesIO(table(person("1", email="nonsense")).read())
    file.name = "people.csv"
    answer = sign_in(owner).post("/api/v1/o/acme/imports/", {"kind": "people", "file": file})
    assert answer.status_code == 400
    run = ImportRun.objects.get(pk=answer.json()["id"])
    assert answer.json()["kept_until"]
    assert len(run.errors) == 1
    assert tick(run, days=8).errors == []
