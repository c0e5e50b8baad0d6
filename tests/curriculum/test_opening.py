"""What opens later can be read, but neither started nor marked done, nor attended before it begins."""

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.directory.queries import local_today
from amdp.identity.models import Membership
from curriculum import home, services
from curriculum.models import Attendance, Project
from tests.factories.cohorts import CohortFactory, ParticipantFactory
from tests.factories.curriculum import (
    ActivityFactory,
    AttendanceFactory,
    FacilitatorFactory,
    ItemFactory,
    ModuleFactory,
    ProjectFactory,
    SessionFactory,
)
from tests.factories.directory import AccountFactory

MONDAY = datetime.date(2027, 3, 1)
THURSDAY = datetime.date(2027, 3, 4)
LATER = {"opens_on": THURSDAY, "due_on": datetime.date(2027, 3, 12)}
ANSWERS = {"Business drivers?": "Growth", "Clinical drivers?": "Oncology"}


@pytest.fixture(autouse=True)
def on_monday(acme):
    """Noon in New York, where Bob works."""
    with time_machine.travel("2027-03-01T17:00:00+00:00", tick=False):
        yield


@pytest.fixture
def reading(bob):
    return ItemFactory(participant__person=bob.person, activity__title="Read the market", **LATER)


@pytest.fixture
def job(bob):
    return ItemFactory(participant__person=bob.person, job=True, **LATER)


def page(client, name, *args):
    return client.get(reverse(f"curriculum:{name}", args=["acme", *args])).content.decode()


def post(client, path, body):
    return client.post(f"/api/v1/o/acme/{path}", body, content_type="application/json")


def test_nothing_is_done_before_the_day_it_opens(reading, bob):
    with pytest.raises(ValidationError, match="This opens on Thu 4 Mar"):
        services.complete_activity(reading, by=bob)
    reading.refresh_from_db()
    assert (reading.state, AuditEntry.objects.count()) == ("to_do", 0)
    with time_machine.travel("2027-03-04T14:00:00+00:00", tick=False):
        assert services.complete_activity(reading, by=bob).state == "done"


def test_the_day_is_the_participants_own(bob):
    """At 15:00 UTC on Wednesday it is Thursday already in Tokyo, in New York it is not."""
    with time_machine.travel("2027-03-03T15:00:00+00:00", tick=False):
        item = ItemFactory(participant__person=bob.person, **LATER)
        with pytest.raises(ValidationError, match="opens on Thu 4 Mar"):
            services.complete_activity(item, by=bob)
        bob.person.time_zone = "Asia/Tokyo"
        bob.person.save()
        item.participant.refresh_from_db()
        assert services.complete_activity(item, by=bob).state == "done"


def test_work_on_an_account_is_not_started_before_it_opens(job, bob):
    with pytest.raises(ValidationError, match="This opens on Thu 4 Mar"):
        services.start_project(job, by=bob)
    assert not Project.objects.exists()


def test_a_draft_begun_before_its_date_moved_is_kept_and_handed_in_later(job, bob):
    project = ProjectFactory(item=job, answers={})
    account = AccountFactory(owner=bob.person)
    services.save_draft(project, answers=ANSWERS, account=account, by=bob)
    with pytest.raises(ValidationError, match="opens on Thu 4 Mar"):
        services.submit_project(project, answers=ANSWERS, account=account, by=bob)
    project.refresh_from_db()
    assert (project.state, project.answers) == ("draft", ANSWERS)


def test_what_was_returned_is_answered_whatever_its_dates(job, bob):
    job.state = "returned"
    job.save()
    project = ProjectFactory(item=job, state="returned", submitted_at=timezone.now())
    account = AccountFactory(owner=bob.person)
    services.submit_project(project, answers=ANSWERS, account=account, by=bob)
    assert Project.objects.get().state == "submitted"


def test_the_day_and_the_module_before_are_both_named(bob):
    first = ModuleFactory(title="Marketplace")
    me = ParticipantFactory(person=bob.person)
    ItemFactory(participant=me, activity=ActivityFactory(module=first))
    second = ActivityFactory(module=ModuleFactory(program=first.program))
    item = ItemFactory(participant=me, activity=second, **LATER)
    with pytest.raises(ValidationError, match="opens on Thu 4 Mar, when “Marketplace” is done"):
        services.complete_activity(item, by=bob)


def test_the_page_can_be_read_and_offers_no_button(reading, job, bob, alice, sign_in):
    client = sign_in(bob)
    reading.activity.instructions = "Read the payer report first."
    reading.activity.save()
    shown = page(client, "activity_detail", reading.pk)
    assert "Read the payer report first." in shown
    assert "This opens on Thu 4 Mar." in shown
    assert "I have done this" not in shown
    shown = page(client, "activity_detail", job.pk)
    assert "Business drivers?" in shown
    assert "Opens Thu 4 Mar" in shown
    assert reverse("curriculum:project_edit", args=["acme", job.pk]) not in shown


def test_posting_anyway_is_told_the_day(reading, job, bob, sign_in):
    client = sign_in(bob)
    done = client.post(reverse("curriculum:activity_complete", args=["acme", reading.pk]))
    assert "This opens on Thu 4 Mar." in done.content.decode()
    work = client.get(reverse("curriculum:project_edit", args=["acme", job.pk]), follow=True)
    assert "This opens on Thu 4 Mar." in work.content.decode()
    assert not Project.objects.exists()


def test_the_api_says_the_same(reading, job, bob, sign_in):
    client = sign_in(bob)
    done = post(client, f"journey-activities/{reading.pk}/complete/", {})
    assert (done.status_code, done.json()["detail"]) == (400, "This opens on Thu 4 Mar.")
    work = {"account": AccountFactory(owner=bob.person).pk, "answers": ANSWERS}
    handed_in = post(client, f"journey-activities/{job.pk}/hand-in/", work)
    assert (handed_in.status_code, handed_in.json()["detail"]) == (400, "This opens on Thu 4 Mar.")


def test_home_offers_only_what_is_open(bob):
    first = ModuleFactory(title="Marketplace")
    me = ParticipantFactory(person=bob.person)
    opened = {"opens_on": MONDAY, "due_on": THURSDAY}
    ItemFactory(participant=me, activity=ActivityFactory(module=first, title="Open"), **opened)
    waiting = ActivityFactory(module=ModuleFactory(program=first.program), title="Waiting")
    ItemFactory(participant=me, activity=waiting, **opened)
    ItemFactory(participant=me, activity__title="Later", **LATER)
    assert local_today(bob) == MONDAY
    assert [task.title for task in home.tasks_for(bob)] == ["Open"]


# --- sessions ------------------------------------------------------------------------------------------


@pytest.fixture
def seat(bob, alice):
    """A seat in a session this afternoon at 15:00 in New York, held by Alice."""
    seat = AttendanceFactory(session=SessionFactory(day=MONDAY), participant__person=bob.person)
    FacilitatorFactory(session=seat.session, person=alice.person)
    return seat


def test_nobody_has_attended_before_a_session_begins(seat, alice, ld_admin):
    for member in (alice, ld_admin):
        with pytest.raises(ValidationError, match="opens when the session begins: Mon 1 Mar"):
            services.record_attendance(seat.session, {seat.participant_id: "attended"}, by=member)
    with time_machine.travel("2027-03-01T20:00:00+00:00", tick=False):
        services.record_attendance(seat.session, {seat.participant_id: "attended"}, by=alice)
    assert Attendance.objects.get().state == "attended"


def test_the_roster_shows_who_is_expected_until_then(seat, alice, sign_in):
    client = sign_in(alice)
    shown = page(client, "roster", seat.session_id)
    assert "The roster opens when the session begins" in shown
    assert str(seat.participant.person) in shown
    assert "Save the roster" not in shown
    refused = client.post(
        reverse("curriculum:roster", args=["acme", seat.session_id]),
        {f"mark_{seat.participant_id}": "attended"},
    )
    assert "error-summary" in refused.content.decode()


def test_the_api_takes_no_roster_before_a_session_begins(seat, alice, sign_in):
    body = {"marks": [{"participant": seat.participant_id, "state": "attended"}]}
    refused = post(sign_in(alice), f"sessions/{seat.session_id}/attendance/", body)
    assert refused.status_code == 400
    assert refused.json()["detail"].startswith("The roster opens when the session begins")


def test_l_and_d_is_led_from_an_empty_template_to_the_dates(ld_admin):
    cohort = CohortFactory(name="Account Director 2027", state="running", starts_on=MONDAY)

    def titles():
        member = Membership.objects.select_related("user", "organization").get(pk=ld_admin.pk)
        return [task.title for task in home.tasks_for(member)]

    assert titles() == ["Design the journey of Account Director 2027"]
    ModuleFactory(program=cohort.program)
    assert titles() == ["Schedule the journey of Account Director 2027"]
