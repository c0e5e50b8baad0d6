"""Files made by a worker: the same content as small ones, for whoever asked alone."""

import csv
import datetime
import io
import tracemalloc

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from amdp.audit.models import AuditEntry
from amdp.directory.exports import PEOPLE
from amdp.directory.models import Person
from amdp.directory.services import rebuild_lines
from amdp.directory.tables import PERSON_COLUMNS
from amdp.directory.views import people
from amdp.exports.models import ExportRun
from amdp.exports.services import ask_for_export, fail_export, make_file
from amdp.notifications.due import run_due
from amdp.notifications.models import Due, Notification
from amdp.web.copying import CopyColumn, SafeText, copy_csv, copy_xlsx
from amdp.web.exports import neutralise, write_csv
from tests.factories.directory import PersonFactory

State = ExportRun.State


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def parsed(stream):
    return list(csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"), newline="")))


def made(member, file_format="csv", query=""):
    run = ask_for_export("people", file_format, query, by=member)
    make_file(run.pk)
    run.refresh_from_db()
    return run


def new_url(kind="people", file_format="csv", query=""):
    return reverse("exports:export_new", args=["acme", kind, file_format]) + query


# --- the writer --------------------------------------------------------------------------------------


def test_the_copied_file_equals_the_written_one(acme):
    boss = PersonFactory(first_name="=Dana", last_name="Ruiz, “Dee”")
    PersonFactory(first_name=" +Lee", last_name="O'Neil\nJr.", manager=boss, job_title='"Key" account')
    PersonFactory(
        first_name="李",
        last_name="-",
        termination_date=datetime.date(2026, 1, 31),
        termination_type="voluntary",
    )
    rows = Person.objects.order_by("pk")
    copied, written = io.BytesIO(), io.BytesIO()
    assert copy_csv(copied, rows, PEOPLE) == write_csv(written, PERSON_COLUMNS, rows) == 3
    assert parsed(copied) == parsed(written)


def test_the_excel_file_holds_the_same(acme):
    PersonFactory(first_name="=Dana")
    stream = io.BytesIO()
    copy_xlsx(stream, Person.objects.all(), PEOPLE, title="People", notes=[("Search", "da")])
    book = openpyxl.load_workbook(stream)
    assert [cell.value for cell in book["People"][2]][:2] == [Person.objects.get().employee_number, "'=Dana"]
    assert [cell.value for cell in book["Definitions"][1]] == ["Search", "da"]


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8))
def test_the_database_neutralises_like_python(acme, text):
    person = Person.objects.first() or PersonFactory()
    Person.objects.filter(pk=person.pk).update(job_title=text)
    stream = io.BytesIO()
    copy_csv(stream, Person.objects.filter(pk=person.pk), [CopyColumn("Title", SafeText("job_title"))])
    assert parsed(stream)[1] == [neutralise(text)]


def test_memory_does_not_grow_with_the_rows(acme, tmp_path):
    def peak(rows):
        columns = [CopyColumn("Title", SafeText("job_title"))]
        tracemalloc.start()
        with (tmp_path / "people.csv").open("wb") as file:
            copy_csv(file, rows, columns)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    Person.objects.bulk_create(
        Person(employee_number=f"B{number}", job_title="Key account manager " * 5) for number in range(5000)
    )
    assert peak(Person.objects.all()) - peak(Person.objects.all()[:50]) < 500_000


def test_another_organization_is_in_no_file(acme, globex):
    from amdp.tenancy.context import organization_context

    PersonFactory(last_name="Here")
    with organization_context(globex):
        PersonFactory(last_name="Elsewhere")
    stream = io.BytesIO()
    assert copy_csv(stream, Person.objects.all(), PEOPLE) == 1
    assert "Elsewhere" not in stream.getvalue().decode()


# --- asking, making, fetching --------------------------------------------------------------------------


def test_a_file_is_made_logged_and_told(hr_analyst):
    PersonFactory.create_batch(3)
    run = made(hr_analyst, query="q=")
    assert (run.state, run.rows) == (State.READY, 3)
    entry = AuditEntry.objects.get(verb="export.people")
    assert (entry.actor_name, entry.after["rows"]) == ("Hana Analyst", 3)
    assert Notification.objects.get(kind="exports.ready").membership == hr_analyst


def test_making_it_twice_changes_nothing(hr_analyst):
    PersonFactory()
    run = made(hr_analyst)
    make_file(run.pk)
    assert AuditEntry.objects.filter(verb="export.people").count() == 1


def test_search_and_filter_hold_in_the_file(hr_analyst, client, sign_in):
    PersonFactory(last_name="Okafor", market="US")
    PersonFactory(last_name="Okoye", market="DE")
    assert (made(hr_analyst, query="q=ok").rows, made(hr_analyst, query="q=ok&market=DE").rows) == (2, 1)


def test_a_leader_takes_out_the_own_line_alone(alice, bob):
    PersonFactory.create_batch(3)
    assert made(alice).rows == 2


def test_a_role_withdrawn_meanwhile_makes_no_file(hr_analyst):
    PersonFactory()
    run = ask_for_export("people", "csv", "", by=hr_analyst)
    hr_analyst.granted_roles = []
    hr_analyst.save()
    make_file(run.pk)
    run.refresh_from_db()
    assert (run.state, run.file) == (State.FAILED, "")


def test_in_the_browser_one_asks_waits_and_fetches(hr_analyst, sign_in):
    PersonFactory(last_name="Okafor")
    client = sign_in(hr_analyst)
    assert b"1 row" in client.get(new_url()).content
    page = client.post(new_url())["Location"]
    assert b"is being made" in client.get(page).content
    run = ExportRun.objects.get()
    assert client.get(f"{page}file/").status_code == 404
    make_file(run.pk)
    assert b"is ready" in client.get(page).content
    response = client.get(f"{page}file/")
    assert "Okafor" in b"".join(response.streaming_content).decode()
    assert response["Content-Disposition"].startswith("attachment")


def test_what_stopped_starts_again(hr_analyst, sign_in):
    PersonFactory()
    run = ask_for_export("people", "csv", "", by=hr_analyst)
    fail_export(run.pk)
    sign_in(hr_analyst).post(reverse("exports:export_again", args=["acme", run.pk]))
    run.refresh_from_db()
    assert run.state == State.ASKED


def test_only_who_asked_finds_it(hr_analyst, owner, charlie, sign_in):
    PersonFactory()
    run = made(hr_analyst)
    names = ("export_detail", "export_file")
    urls = [reverse(f"exports:{name}", args=["acme", run.pk]) for name in names]
    for other in (owner, charlie):
        assert [sign_in(other).get(url).status_code for url in urls] == [404, 404]


def test_there_is_nothing_for_who_sees_nobody(sponsor, hr_analyst, sign_in):
    PersonFactory()
    assert [sign_in(sponsor).get(new_url()).status_code, sign_in(sponsor).post(new_url()).status_code] == [
        404
    ] * 2
    assert sign_in(hr_analyst).get(new_url("secrets")).status_code == 404
    assert sign_in(hr_analyst).get(new_url(file_format="exe")).status_code == 404


def test_a_week_later_the_file_is_deleted(hr_analyst, django_capture_on_commit_callbacks):
    PersonFactory()
    run = made(hr_analyst)
    week = run.finished_at + datetime.timedelta(days=7)

    def tick(moment):
        with django_capture_on_commit_callbacks(execute=True):
            run_due(run.organization_id, moment, enqueue=lambda *ids: None)
        run.refresh_from_db()
        return run.state, default_storage.exists(run.file)

    assert tick(week - datetime.timedelta(minutes=5)) == (State.READY, True)
    assert Due.objects.filter(next_due_at__lte=week + datetime.timedelta(minutes=1)).exists()
    assert tick(week + datetime.timedelta(minutes=1)) == (State.EXPIRED, False)


def test_a_long_list_is_made_by_a_worker(hr_analyst, sign_in, monkeypatch):
    PersonFactory.create_batch(3)
    people = reverse("directory:person_list", args=["acme"])
    client = sign_in(hr_analyst)
    assert client.get(f"{people}?download=csv").status_code == 200
    monkeypatch.setattr("amdp.directory.views.people.LARGE", 2)
    assert client.get(f"{people}?download=csv&market=US")["Location"].startswith(new_url(query="?"))


def test_a_long_line_is_made_into_a_file_of_just_that_line(sign_in, alice, bob, hr_analyst, monkeypatch):
    monkeypatch.setattr(people, "LARGE", 1)
    PersonFactory(last_name="Below", manager=bob.person)
    PersonFactory(last_name="Beside")
    rebuild_lines()
    line = reverse("directory:person_line", args=["acme", alice.person.pk])
    answer = sign_in(hr_analyst).get(f"{line}?download=csv")
    assert answer.status_code == 302
    run = made(hr_analyst, query=answer.url.partition("?")[2])
    with default_storage.open(run.file) as file:
        text = file.read().decode()
    assert ("Below" in text, "Mentor" in text, "Beside" in text, run.rows) == (True, True, False, 2)
    nobody = ask_for_export("people", "csv", f"below={bob.person.pk}", by=bob)
    assert nobody.state == State.ASKED
    with pytest.raises(ValidationError, match="no such file"):
        ask_for_export("people", "csv", f"below={alice.person.pk}", by=bob)


def test_a_list_is_never_cut_off_in_what_it_asks_for(hr_analyst):
    PersonFactory()
    with pytest.raises(ValidationError, match="too long"):
        ask_for_export("people", "csv", f"{'x' * 1000}=&employed=yes", by=hr_analyst)


def test_a_file_whose_worker_ended_can_be_started_again(
    sign_in, hr_analyst, django_capture_on_commit_callbacks
):
    PersonFactory()
    run = ask_for_export("people", "csv", "", by=hr_analyst)
    page, again = (
        reverse(f"exports:{name}", args=["acme", run.pk]) for name in ("export_detail", "export_again")
    )
    client = sign_in(hr_analyst)
    assert "Start again" not in client.get(page).content.decode()
    assert "not stopped" in client.post(again, follow=True).content.decode()

    ExportRun.objects.update(asked_at=timezone.now() - datetime.timedelta(minutes=11))
    assert "Start again" in client.get(page).content.decode()
    with django_capture_on_commit_callbacks() as started:
        client.post(again)
    assert len(started) == 1
    assert "Start again" not in client.get(page).content.decode()  # it has its time once more
