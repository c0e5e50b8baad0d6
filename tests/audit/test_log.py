"""The audit log: append-only, searched, read by those it is for."""

import datetime as dt

import pytest
import time_machine
from django.db import ProgrammingError, transaction

from amdp.audit import services as audit
from amdp.audit.models import AuditEntry
from tests.factories.directory import PersonFactory


@pytest.fixture
def entries(owner, ld_admin):
    person = PersonFactory(first_name="Nora", last_name="Field")
    audit.record("nomination.approved", by=ld_admin, why="Ready")
    audit.record("import.applied", by=owner, after={"people": 12})
    audit.record("export.downloaded", by=ld_admin, after={"file": "outcomes.csv"})
    audit.record("person.changed", person, by=owner, before={"grade": "5"}, after={"grade": "6"})


@pytest.fixture
def seen(sign_in):
    def verbs(member, path="audit/", query=""):
        response = sign_in(member).get(f"/o/acme/settings/{path}?{query}")
        return [entry.verb for entry in response.context["list"].rows]

    return verbs


def test_entries_are_never_changed_or_deleted(entries):
    for change in (AuditEntry.objects.all().delete, lambda: AuditEntry.objects.update(why="Other")):
        with pytest.raises(ProgrammingError, match="never changed or deleted"), transaction.atomic():
            change()


def test_owners_read_everything_newest_first(entries, seen, owner):
    assert seen(owner) == [
        "person.changed",
        "export.downloaded",
        "import.applied",
        "nomination.approved",
    ]


def test_hr_reads_what_concerns_hr_data(entries, seen, hr_analyst):
    assert seen(hr_analyst) == ["person.changed", "export.downloaded", "import.applied"]


@pytest.mark.parametrize("path", ["audit/", "exports/"])
def test_for_others_there_is_no_log(path, sign_in, ld_admin, sponsor, alice):
    for member in (ld_admin, sponsor, alice):
        assert sign_in(member).get(f"/o/acme/settings/{path}").status_code == 404


def test_the_export_log_holds_exports_only(entries, seen, owner):
    assert seen(owner, "exports/") == ["export.downloaded"]


def test_it_is_searched_by_who_what_and_which(entries, seen, owner):
    assert seen(owner, query="q=Lena") == ["export.downloaded", "nomination.approved"]
    assert seen(owner, query="q=Nomination+approved") == ["nomination.approved"]
    assert seen(owner, query="q=nora") == ["person.changed"]
    assert seen(owner, query="about=exports") == ["export.downloaded"]


def test_it_is_narrowed_by_days_of_the_readers_clock(acme, owner, seen):
    owner.time_zone = "Asia/Tokyo"
    owner.save()
    with time_machine.travel(
        dt.datetime(2026, 3, 3, 16, tzinfo=dt.UTC), tick=False
    ):  # 4 March, 01:00 in Tokyo
        audit.record("nomination.approved", by=owner)
    assert seen(owner, query="since=2026-03-04&until=2026-03-04") == ["nomination.approved"]
    assert seen(owner, query="until=2026-03-03") == []
    assert seen(owner, query="since=0001-01-01&until=9999-12-31") == ["nomination.approved"]


def test_what_changed_is_told_in_words(entries, sign_in, owner):
    page = sign_in(owner).get("/o/acme/settings/audit/?q=nora").content.decode()
    assert "Person changed" in page
    assert "<dt>Grade</dt><dd>5 → 6</dd>" in page


def test_the_log_of_another_organization_stays_there(entries, sign_in, charlie):
    response = sign_in(charlie).get("/o/globex/settings/audit/")
    assert response.context["list"].count == 0


def test_the_list_costs_the_same_with_many(sign_in, owner, count_queries):
    client = sign_in(owner)
    audit.record("nomination.approved", by=owner)
    one = count_queries(lambda: client.get("/o/acme/settings/audit/"))
    for number in range(30):
        audit.record("nomination.approved", by=owner, after={"number": number})
    assert count_queries(lambda: client.get("/o/acme/settings/audit/")) == one


def test_downloading_the_log_is_itself_logged(entries, sign_in, owner, seen):
    response = sign_in(owner).get("/o/acme/settings/audit/?q=nora&download=csv")
    assert b"Person" not in b"".join(response.streaming_content).split(b"\r\n")[0]
    assert seen(owner, "exports/") == ["export.audit", "export.downloaded"]
    assert AuditEntry.objects.latest("id").after == {"rows": 1, "format": "csv", "search": "nora"}
