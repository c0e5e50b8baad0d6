"""The release at a set time: pending until then, once, or held back with the reason."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.notifications.models import Due, Notification
from amdp.tenancy.context import organization_context
from cohorts.models import Cohort
from selection import access
from selection.clock import release_due
from selection.models import Letter, Offer, SelectionPlan, Slate
from selection.queries.releasing import set_time_of
from selection.queries.tasks import tasks_for, waiting_for
from selection.services import (
    accept_ranking,
    check_feedback,
    decide,
    draw_slate,
    move_reserve,
    release_slate,
    schedule_release,
    unschedule_release,
    withdraw_candidate,
)
from selection.services.slate import release_when_due
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.selection import signed
from tests.selection.pages import client_of, post, url
from tests.selection.test_slate import assessed_cohort, by_name

HOUR = timedelta(hours=1)


@pytest.fixture
def slate(acme, ld_admin):
    """Decided and signed: two selected, two in reserve, one not."""
    slate = draw_slate(assessed_cohort(name="Account Director 2027"), by=ld_admin)
    accept_ranking(slate, reserve=2, by=ld_admin)
    return signed(slate)


def anew(slate):
    return Slate.objects.get(pk=slate.pk)


def tick(slate, at):
    release_due(slate.organization_id, at)
    return anew(slate)


# --- setting the time --------------------------------------------------------------------------------


def test_a_time_is_set_moved_and_taken_back(slate, ld_admin):
    at = timezone.now() + HOUR
    schedule_release(slate, at=at, by=ld_admin)
    schedule_release(slate, at=at + HOUR, by=ld_admin)
    assert (anew(slate).release_at, anew(slate).release_set_by) == (at + HOUR, ld_admin)
    assert Due.objects.filter(next_due_at__lte=at).exists()
    unschedule_release(slate, by=ld_admin)
    assert anew(slate).release_at is None
    assert tick(slate, at + 3 * HOUR).state == "signed"
    with pytest.raises(ValidationError, match="No time is set"):
        unschedule_release(slate, by=ld_admin)


def test_a_time_needs_a_slate_that_is_ready_and_lies_ahead(slate, ld_admin, hr_analyst):
    with pytest.raises(ValidationError, match="That moment has passed"):
        schedule_release(slate, at=timezone.now() - HOUR, by=ld_admin)
    with pytest.raises(ValidationError, match="more than a year"):
        schedule_release(slate, at=timezone.now() + timedelta(days=400), by=ld_admin)
    with pytest.raises(PermissionDenied):
        schedule_release(slate, at=timezone.now() + HOUR, by=hr_analyst)
    Slate.objects.update(state="open")
    with pytest.raises(ValidationError, match="Ask HR to co-sign"):
        schedule_release(slate, at=timezone.now() + HOUR, by=ld_admin)


def test_the_time_is_said_where_the_selection_is_and_where_one_sits(slate, ld_admin):
    SelectionPlan.objects.filter(cohort=slate.cohort).update(time_zone="Europe/Berlin")
    at = datetime(2027, 1, 11, 8, 0, tzinfo=UTC)
    slate.release_at = at
    with timezone.override("America/New_York"):
        said = set_time_of(slate)
        assert (said.there, said.here) == (
            "Mon 11 Jan 2027, 09:00 in Berlin",
            "Mon 11 Jan 2027, 03:00",
        )
    with timezone.override("Europe/Paris"):
        assert set_time_of(slate).here == ""


def test_nothing_leaks_before_the_moment(slate, ld_admin, sponsor, login):
    ana = by_name(slate)["Ana"].candidate
    person, leader = login(ana.person), login(ana.nominations.get().nominator)
    schedule_release(slate, at=timezone.now() + HOUR, by=ld_admin)
    for member in (person, leader, sponsor):
        assert not access.visible_decisions(member).exists()
        assert not access.visible_letters(member).exists()
        assert not access.visible_offers(member).exists()
        assert client_of(member).get(url("slate_detail", slate.cohort_id)).status_code == 404
        assert client_of(member).get(url("letter_list", slate.cohort_id)).status_code == 404
        assert client_of(member).get(url("outcome_detail", ana.pk)).status_code == 404
    assert not Letter.objects.exists()
    assert not Notification.objects.filter(kind__startswith="selection.outcome").exists()


# --- the moment --------------------------------------------------------------------------------------


def test_the_clock_releases_at_the_moment_once_in_the_name_of_who_set_it(slate, ld_admin):
    at = timezone.now() + HOUR
    schedule_release(slate, at=at, by=ld_admin)
    assert tick(slate, at - timedelta(seconds=1)).state == "signed"
    found = tick(slate, at)
    assert (found.state, found.released_by, found.release_at) == ("released", ld_admin, None)
    told = Notification.objects.count()
    tick(slate, at)
    assert release_when_due(slate, now=at + HOUR) is None
    assert Notification.objects.count() == told
    assert AuditEntry.objects.filter(verb="slate.released").count() == 1
    assert (Letter.objects.count(), Offer.objects.count()) == (5, 2)


def test_somebody_who_withdrew_meanwhile_holds_it_back_and_ld_is_told_why(slate, ld_admin, acme):
    at = timezone.now() + HOUR
    schedule_release(slate, at=at, by=ld_admin)
    withdraw_candidate(by_name(slate)["Ana"].candidate, why="Moves to another company.", by=ld_admin)
    found = tick(slate, at)
    assert (found.state, found.release_at) == ("signed", None)
    assert found.held_why == ["Ana has withdrawn. Decide anew."]
    [notice] = Notification.objects.filter(kind="selection.release_held")
    assert notice.recipient == ld_admin
    assert notice.body[0] == "Ana has withdrawn. Decide anew."
    assert not Letter.objects.exists()
    assert AuditEntry.objects.get(verb="slate.release_held").why == "Ana has withdrawn. Decide anew."
    page = client_of(ld_admin).get(url("slate_detail", slate.cohort_id)).content.decode()
    assert "Nothing was released at the time that was set" in page


def test_fewer_seats_at_the_moment_hold_it_back(slate, ld_admin):
    at = timezone.now() + HOUR
    schedule_release(slate, at=at, by=ld_admin)
    Cohort.objects.filter(pk=slate.cohort_id).update(seats=1)
    assert tick(slate, at).held_why == ["2 are selected for 1 seat. Move some to the reserve."]


def refuses(cohort, to):
    return ["Adverse impact is not reviewed."] if to == "running" else []


def test_what_apps_above_ask_for_holds_it_back_too(slate, ld_admin, settings):
    at = timezone.now() + HOUR
    schedule_release(slate, at=at, by=ld_admin)
    settings.COHORT_PRECONDITIONS = [*settings.COHORT_PRECONDITIONS, f"{__name__}.refuses"]
    found = tick(slate, at)
    assert (found.state, found.held_why) == ("signed", ["Adverse impact is not reviewed."])
    assert not Letter.objects.exists()
    assert not Offer.objects.exists()


def test_another_decision_takes_the_time_back(slate, ld_admin):
    schedule_release(slate, at=timezone.now() + HOUR, by=ld_admin)
    move_reserve(by_name(slate)["Dan"], up=True, by=ld_admin)
    assert (anew(slate).state, anew(slate).release_at) == ("open", None)
    assert AuditEntry.objects.filter(verb="slate.release_unscheduled").exists()


def test_who_withdrew_after_the_drawing_is_left_out_and_the_next_takes_the_place(acme, ld_admin):
    slate = draw_slate(assessed_cohort(), by=ld_admin)
    candidate = by_name(slate)["Ana"].candidate
    withdraw_candidate(candidate, why="Changed her mind.", by=ld_admin)
    accept_ranking(slate, reserve=1, by=ld_admin)
    assert {name: each.outcome for name, each in by_name(slate).items()} == {
        "Ana": "not_selected",
        "Ben": "selected",
        "Cleo": "selected",
        "Dan": "reserve",
        "Eve": "not_selected",
    }
    with pytest.raises(ValidationError, match="Ana has withdrawn"):
        decide(by_name(slate)["Ana"], outcome="reserve", reason="other", remark="All the same.", by=ld_admin)
    release_slate(signed(slate), by=ld_admin)
    assert not Letter.objects.filter(candidate=candidate).exists()
    assert candidate.scoresheets.filter(state="submitted").count() == 2


def test_who_withdrew_after_being_rated_is_not_on_the_slate_and_the_ratings_stay(acme, ld_admin):
    cohort = assessed_cohort()
    candidate = cohort.candidates.get(person__first_name="Ana")
    withdraw_candidate(candidate, why="Changed her mind.", by=ld_admin)
    slate = draw_slate(cohort, by=ld_admin)
    assert sorted(by_name(slate)) == ["Ben", "Cleo", "Dan", "Eve"]
    assert candidate.scoresheets.filter(state="submitted", ratings__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_the_clock_and_an_admin_at_once_release_once():
    organization = OrganizationFactory(slug="acme-clock")
    with organization_context(organization):
        admin = MembershipFactory(organization=organization, granted_roles=["ld_admin"])
        slate = draw_slate(assessed_cohort(values=(5, 3, 2)), by=admin)
        accept_ranking(slate, reserve=1, by=admin)
        at = timezone.now() + HOUR
        schedule_release(signed(slate), at=at, by=admin)
    ready, said = threading.Barrier(3), []

    def by_hand():
        try:
            with organization_context(organization):
                ready.wait(10)
                release_slate(slate, by=admin)
        except ValidationError as refused:
            said.append(refused.messages[0])
        finally:
            connection.close()

    def by_clock():
        try:
            ready.wait(10)
            release_due(organization.pk, at)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for one in (by_hand, by_clock, by_clock)]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    with organization_context(organization):
        assert anew(slate).state == "released"
        assert AuditEntry.objects.filter(verb="slate.released").count() == 1
        assert Letter.objects.count() == 3
        assert Notification.objects.filter(kind="selection.outcome").count() == 3
    assert all("already and stay as they are" in each for each in said)


# --- doors -------------------------------------------------------------------------------------------


def test_ld_sets_a_time_on_the_page(slate, ld_admin, hr_analyst):
    admin, path = client_of(ld_admin), url("release_schedule", slate.cohort_id)
    day = (timezone.now() + timedelta(days=2)).date().isoformat()
    assert client_of(hr_analyst).post(path, {"date": day, "time": "09:00"}).status_code == 403
    assert "Enter a day" in post(admin, path, date="soon", time="09:00")
    assert "That moment has passed" in post(admin, path, date="2020-01-01", time="09:00")
    assert "Everyone hears on" in post(admin, path, date=day, time="09:00")
    page = admin.get(url("slate_release", slate.cohort_id)).content.decode()
    assert "Take the time back" in page
    assert tasks_for(type(ld_admin).objects.get(pk=ld_admin.pk)) == []
    [waits] = waiting_for(type(ld_admin).objects.get(pk=ld_admin.pk))
    assert waits.title == "Everyone hears the outcome of Account Director 2027"
    assert "Nothing is released by itself" in post(admin, url("release_unschedule", slate.cohort_id))


def test_api_sets_and_takes_back_the_time(slate, ld_admin):
    admin, api = client_of(ld_admin), f"/api/v1/o/acme/slates/{slate.pk}/"
    at = (timezone.now() + HOUR).replace(microsecond=0)
    said = admin.post(f"{api}schedule/", {"at": at.isoformat()}, content_type="application/json").json()
    assert datetime.fromisoformat(said["release_at"]) == at
    assert admin.post(f"{api}unschedule/", content_type="application/json").json()["release_at"] is None


def test_the_page_says_how_many_feedback_reports_are_read_through(slate, ld_admin, sign_in):
    candidate = by_name(slate)["Ana"].candidate
    check_feedback(candidate, by=ld_admin)
    page = sign_in(ld_admin).get(url("slate_release", slate.cohort_id)).content.decode()
    assert "5 feedback reports can be read from then on; <b>1 of 5 are read through</b>" in page
