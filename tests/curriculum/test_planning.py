"""Live sessions in everybody's working hours; another date, a new time, none after all."""

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from amdp.audit.models import AuditEntry
from amdp.identity.models import Role
from amdp.notifications.models import Notification
from cohorts.models import Participant
from curriculum import services
from curriculum.models import Activity, Attendance, ParticipantActivity, Session
from curriculum.queries.hours import outside_hours
from tests.curriculum.conftest import START
from tests.factories.cohorts import CohortFactory, ParticipantFactory
from tests.factories.curriculum import ActivityFactory, FacilitatorFactory
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory

pytestmark = pytest.mark.usefixtures("in_march")

ENROLLED = datetime.datetime(2027, 2, 1, tzinfo=datetime.UTC)
MADRID = {"market": "ES", "time_zone": "Europe/Madrid"}
TOKYO = {"market": "JP", "time_zone": "Asia/Tokyo"}
DAY = datetime.date(2027, 3, 18)


def enroll(cohort, **person):
    return ParticipantFactory(cohort=cohort, person=PersonFactory(**person), enrolled_at=ENROLLED)


def told(kind):
    found = Notification.objects.filter(kind=f"curriculum.{kind}").order_by("pk")
    return [(str(one.person or one.membership), one.subject) for one in found]


def url(name, *args):
    return reverse(f"curriculum:{name}", args=["acme", *args])


def post(client, path, body):
    return client.post(f"/api/v1/o/acme/{path}", body, content_type="application/json")


@pytest.fixture(autouse=True)
def at_home_in_new_york(acme):
    acme.time_zone = "America/New_York"
    acme.save()


@pytest.fixture
def session(scheduled):
    """Bob's round table: Monday 15 March, 09:00 in New York."""
    return Session.objects.select_related("activity", "journey__cohort").get()


@pytest.fixture
def facilitator(acme):
    return MembershipFactory(organization=acme, user__name="Fay External", granted_roles=[Role.FACILITATOR])


# --- the scheduler ---------------------------------------------------------------------------------------


def test_a_session_moves_into_the_working_hours_of_madrid_and_new_york(cohort, bobs, ld_admin):
    Activity.objects.filter(title="Round table").update(session_starts=datetime.time(16))
    enroll(cohort, **MADRID)
    services.schedule_journey(cohort, by=ld_admin)
    session = Session.objects.get()
    # America is on summer time already, Europe is not: 11:30 in New York is 16:30 in Madrid, and 90 minutes
    # later it is 18:00 there.
    assert (session.day, session.starts) == (datetime.date(2027, 3, 15), datetime.time(11, 30))
    assert outside_hours([session]) == {}


def test_a_session_of_one_place_keeps_the_hour_of_the_template(session):
    assert (session.starts, session.zone) == (datetime.time(9), "America/New_York")


def test_tokyo_and_new_york_share_no_hour_and_the_pages_say_so(cohort, bobs, ld_admin, bob, sign_in):
    for _ in range(2):
        enroll(cohort, **TOKYO)
    services.schedule_journey(cohort, by=ld_admin)
    session = Session.objects.get()
    words = "Outside working hours for 1 person in New York"
    assert outside_hours([session])[session.pk].startswith(words)
    assert words in sign_in(ld_admin).get(url("session_list")).content.decode()
    assert words in sign_in(ld_admin).get(url("session_detail", session.pk)).content.decode()
    own = sign_in(bob).get(url("session_detail", session.pk)).content.decode()
    assert "This is outside working hours in New York" in own
    assert words not in own


def test_scheduling_in_the_browser_names_the_sessions_no_hour_suits(cohort, bobs, ld_admin, sign_in):
    enroll(cohort, **TOKYO)
    page = sign_in(ld_admin).post(url("journey_schedule", cohort.pk), follow=True).content.decode()
    assert "Outside somebody’s working hours: “Round table”." in page


def test_a_participant_elsewhere_is_due_on_their_own_day(cohort, ld_admin):
    tokyo = [enroll(cohort, **TOKYO) for _ in range(2)]
    enroll(cohort)
    services.schedule_journey(cohort, by=ld_admin)
    session = Session.objects.get()
    item = tokyo[0].activities.get(activity=session.activity_id)
    assert item.due_on == session.starts_at.astimezone(datetime.timezone(datetime.timedelta(hours=9))).date()
    assert item.due_on != session.day


def test_nothing_is_said_about_the_hours_of_the_past(session, cohort, ld_admin):
    Session.objects.update(starts=datetime.time(3))
    session.refresh_from_db()
    assert list(outside_hours([session])) == [session.pk]
    with time_machine.travel("2027-03-16T12:00:00+00:00", tick=False):
        assert outside_hours([session]) == {}


def test_people_who_come_to_a_place_meet_at_the_hours_of_that_place(cohort, bobs, ld_admin):
    Activity.objects.filter(title="Round table").update(
        mode=Activity.Mode.WORKSHOP, session_place="Head office"
    )
    enroll(cohort, **TOKYO)
    services.schedule_journey(cohort, by=ld_admin)
    session = Session.objects.select_related("activity", "journey").get()
    assert session.starts == datetime.time(9)
    assert outside_hours([session]) == {}


def test_who_sits_in_a_date_of_their_own_no_longer_counts(scheduled, cohort, session, ld_admin):
    japanese = enroll(cohort, **TOKYO)
    services.schedule_journey(cohort, by=ld_admin)
    session.refresh_from_db()
    assert session.starts != datetime.time(9)
    morning = Session(journey=session.journey, activity=session.activity, day=DAY, starts=datetime.time(10))
    morning.zone = "Asia/Tokyo"
    services.add_session(morning, participants=[japanese], by=ld_admin)
    services.schedule_journey(cohort, by=ld_admin)
    session.refresh_from_db()
    assert session.starts == datetime.time(9)
    assert japanese.attendances.get().session == morning
    assert outside_hours([session, morning]) == {}


def test_who_has_a_seat_is_told_when_the_schedule_moves_it(session, cohort, ld_admin, facilitator):
    FacilitatorFactory(session=session, person=None, membership=facilitator)
    session.activity.module.__class__.objects.update(offset_days=3)
    services.schedule_journey(cohort, by=ld_admin)
    services.schedule_journey(cohort, by=ld_admin)
    subject = "New time or place for “Round table”: Thu 18 Mar, 09:00"
    assert told("session_moved") == [("Bob Mentor", subject), (str(facilitator), subject)]


def test_planning_costs_the_same_queries_for_every_number_of_zones(cohort, ld_admin):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            services.schedule_journey(cohort, by=ld_admin)
        return len(queries)

    enroll(cohort)
    cost()
    settled = cost()
    for place in (MADRID, {"time_zone": "Europe/London", "market": "GB"}):
        enroll(cohort, **place)
    cost()
    assert cost() == settled


# --- another date ----------------------------------------------------------------------------------------


def plan(**changes):
    fields = {"day": str(DAY), "starts": "10:00", "zone": "Asia/Tokyo", "minutes": 90, "place": "Video"}
    return fields | changes


def test_an_ld_admin_adds_a_date_with_seats_and_a_facilitator(
    scheduled, session, cohort, sign_in, ld_admin, facilitator
):
    japanese = enroll(cohort, last_name="Sato", **TOKYO)
    services.schedule_journey(cohort, by=ld_admin)
    client = sign_in(ld_admin)
    assert "Round table" in client.get(url("session_add", cohort.pk)).content.decode()
    address = url("session_add", cohort.pk) + f"?activity={session.activity_id}"
    assert "which becomes free" in client.get(address).content.decode()
    fields = plan(participants=[japanese.pk], holders=[f"membership-{facilitator.pk}"], seats=5)
    added = client.post(address, fields)
    assert added.status_code == 302, added.context["form"].errors
    new = Session.objects.exclude(pk=session.pk).get()
    assert [seat.session for seat in japanese.attendances.all()] == [new]
    assert [str(one) for one in new.facilitators.all()] == [str(facilitator)]
    assert (new.set_by_hand, japanese.activities.get(activity=new.activity).due_on) == (True, DAY)
    assert told("seat_given") == [
        (str(japanese.person), "You have a seat in “Round table” on Thu 18 Mar, 10:00")
    ]
    assert AuditEntry.objects.filter(verb="session.added").count() == 1


def test_the_form_says_whose_night_it_would_be_before_anything_is_saved(
    scheduled, session, cohort, sign_in, ld_admin
):
    address = url("session_add", cohort.pk) + f"?activity={session.activity_id}"
    page = sign_in(ld_admin).post(address, plan(participants=[scheduled.pk], check="1")).content.decode()
    assert "Outside working hours for 1 person in New York (21:00): Bob Mentor." in page
    assert Session.objects.count() == 1
    fine = sign_in(ld_admin).post(
        address, plan(zone="America/New_York", participants=[scheduled.pk], check="1")
    )
    assert (
        "In working hours (08:00 to 18:00) of everybody with a seat and who holds it."
        in fine.content.decode()
    )


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_year_mistyped_is_no_plan(session, cohort, sign_in, ld_admin, day):
    add = url("session_add", cohort.pk) + f"?activity={session.activity_id}"
    for address in (add, url("session_edit", session.pk)):
        for check in ({"check": "1"}, {}):
            page = sign_in(ld_admin).post(address, plan(day=day) | check)
            assert "Choose a day within 20 years." in page.content.decode()
    body = plan(day=day, cohort=cohort.pk, activity=session.activity_id)
    assert post(sign_in(ld_admin), "sessions/", body).status_code == 400
    assert post(sign_in(ld_admin), f"sessions/{session.pk}/change/", plan(day=day)).status_code == 400


def test_a_date_is_for_live_sessions_of_that_journey_only(session, ld_admin):
    for activity in (
        Activity.objects.get(title="Read the market"),
        ActivityFactory(session=True),
    ):
        other = Session(journey=session.journey, activity=activity, day=DAY, starts=datetime.time(10))
        other.zone = "UTC"
        with pytest.raises(ValidationError, match="Choose a live session of the journey"):
            services.add_session(other, by=ld_admin)


def test_seats_are_for_active_participants_who_still_have_it_to_do(session, cohort, ld_admin):
    done, paused, stranger = enroll(cohort), enroll(cohort), ParticipantFactory()
    services.schedule_journey(cohort, by=ld_admin)
    done.activities.update(state=ParticipantActivity.State.DONE)
    Participant.objects.filter(pk=paused.pk).update(state=Participant.State.DEFERRED)
    new = Session(journey=session.journey, activity=session.activity, day=DAY, starts=datetime.time(10))
    new.zone = "UTC"
    new = services.add_session(new, by=ld_admin)
    for one in (done, paused, stranger):
        with pytest.raises(ValidationError, match="cannot get a seat"):
            services.give_seats(new, [one], by=ld_admin)
    assert not new.roster.exists()


def test_there_are_no_more_people_than_seats(session, scheduled, cohort, ld_admin):
    other = enroll(cohort)
    services.schedule_journey(cohort, by=ld_admin)
    new = Session(journey=session.journey, activity=session.activity, day=DAY, starts=datetime.time(10))
    new.zone, new.seats = "UTC", 1
    with pytest.raises(ValidationError, match="There are 1 seats, and 2 people would need one"):
        services.add_session(new, participants=[scheduled, other], by=ld_admin)


def test_seats_are_given_later_too(session, scheduled, cohort, sign_in, ld_admin):
    new = Session(journey=session.journey, activity=session.activity, day=DAY, starts=datetime.time(10))
    new.zone = "America/New_York"
    new = services.add_session(new, by=ld_admin)
    client = sign_in(ld_admin)
    assert "Bob Mentor" in client.get(url("session_seats", new.pk)).content.decode()
    assert client.post(url("session_seats", new.pk), {"participants": [scheduled.pk]}).status_code == 302
    assert Attendance.objects.get().session == new
    assert "Nobody needs a seat" in client.get(url("session_seats", new.pk)).content.decode()


def test_who_comes_back_to_a_date_is_told_again(session, scheduled, ld_admin):
    new = Session(journey=session.journey, activity=session.activity, day=DAY, starts=datetime.time(10))
    new.zone = "America/New_York"
    new = services.add_session(new, participants=[scheduled], by=ld_admin)
    services.give_seats(session, [scheduled], by=ld_admin)
    services.give_seats(new, [scheduled], by=ld_admin)
    assert [subject[-17:] for _, subject in told("seat_given")] == [
        "Thu 18 Mar, 10:00",
        "Mon 15 Mar, 09:00",
        "Thu 18 Mar, 10:00",
    ]


def test_everybody_reads_the_time_on_their_own_clock(session, scheduled, sign_in, bob, ld_admin):
    scheduled.person.time_zone = "Europe/Madrid"
    scheduled.person.save()
    item = scheduled.activities.get(activity=session.activity_id)
    for address in (
        url("session_detail", session.pk),
        url("activity_detail", item.pk),
        url("journey_detail", scheduled.pk),
        reverse("home:home", args=["acme"]),
    ):
        page = sign_in(bob).get(address).content.decode()
        assert "14:00" in page
    assert "In New York" in sign_in(bob).get(url("session_detail", session.pk)).content.decode()


# --- a new time, or none ---------------------------------------------------------------------------------


def test_moving_by_hand_is_accepted_and_the_night_is_named_before_and_after(
    session, scheduled, sign_in, ld_admin
):
    client = sign_in(ld_admin)
    asked = client.post(url("session_edit", session.pk), plan(check="1")).content.decode()
    words = "Outside working hours for 1 person in New York (21:00): Bob Mentor."
    assert words in asked
    session.refresh_from_db()
    assert session.zone == "America/New_York"
    saved = client.post(url("session_edit", session.pk), plan(), follow=True).content.decode()
    assert words in saved
    assert words in client.get(url("session_edit", session.pk)).content.decode()
    assert told("session_moved") == [("Bob Mentor", "New time or place for “Round table”: Wed 17 Mar, 21:00")]


def test_every_move_is_told_and_a_move_back_too(session, ld_admin):
    for hour in (10, 11, 10, 10):
        session.starts = datetime.time(hour)
        services.change_session(session, by=ld_admin)
    assert [subject[-5:] for _, subject in told("session_moved")] == ["10:00", "11:00", "10:00"]


def test_a_cancelled_session_is_told_with_the_reason_and_stays_cancelled(
    session, scheduled, cohort, sign_in, ld_admin, bob, facilitator
):
    FacilitatorFactory(session=session, person=None, membership=facilitator)
    client = sign_in(ld_admin)
    assert "1 participant with a seat" in client.get(url("session_cancel", session.pk)).content.decode()
    client.post(url("session_cancel", session.pk), {"because": "Fay is ill."})
    session.refresh_from_db()
    assert (session.state, session.cancelled_because) == ("cancelled", "Fay is ill.")
    subject = "“Round table” on Mon 15 Mar, 09:00 is cancelled"
    assert told("session_cancelled") == [("Bob Mentor", subject), (str(facilitator), subject)]
    item = scheduled.activities.get(activity=session.activity_id)
    assert (item.state, item.due_on, item.remind_at) == ("to_do", cohort.ends_on, None)
    services.schedule_journey(cohort, by=ld_admin)
    item.refresh_from_db()
    assert (item.due_on, item.remind_at) == (cohort.ends_on, None)
    assert Session.objects.count() == 1
    page = sign_in(bob).get(url("activity_detail", item.pk)).content.decode()
    assert "was cancelled" in page
    assert "There is no seat in a session yet" in page
    assert "Fay is ill." in sign_in(bob).get(url("session_detail", session.pk)).content.decode()
    for verb in (services.change_session, services.cancel_session):
        with pytest.raises(ValidationError, match="was cancelled"):
            verb(session, by=ld_admin)
    with pytest.raises(ValidationError, match="was cancelled"):
        services.record_attendance(session, {}, by=ld_admin)


@pytest.mark.parametrize("who", ["alice", "bob", "hr_analyst", "owner"])
def test_only_ld_admins_plan_sessions(session, sign_in, request, who):
    client = sign_in(request.getfixturevalue(who))
    addresses = [url(f"session_{verb}", session.pk) for verb in ("edit", "seats", "cancel")]
    addresses.append(url("session_add", session.journey.cohort_id))
    assert {client.post(address).status_code for address in addresses} <= {403, 404}
    assert Session.objects.get().state == "planned"


def test_nobody_is_late_for_a_session_they_have_no_seat_in(cohort, ld_admin):
    Activity.objects.filter(title="Round table").update(session_seats=1)
    seated, waiting = enroll(cohort), enroll(cohort)
    services.schedule_journey(cohort, by=ld_admin)
    due = [one.activities.get(activity__title="Round table") for one in (seated, waiting)]
    assert [one.due_on for one in due] == [datetime.date(2027, 3, 15), cohort.ends_on]
    assert [one.remind_at is None for one in due] == [False, True]


# --- the API ---------------------------------------------------------------------------------------------


def test_the_api_adds_moves_seats_and_cancels(session, scheduled, cohort, sign_in, ld_admin, bob):
    body = plan(cohort=cohort.pk, activity=session.activity_id, participants=[scheduled.pk])
    assert post(sign_in(bob), "sessions/", body).status_code == 404
    client = sign_in(ld_admin)
    made = post(client, "sessions/", body)
    assert made.status_code == 201, made.json()
    assert (
        made.json()["outside_hours"] == "Outside working hours for 1 person in New York (21:00): Bob Mentor."
    )
    path = f"sessions/{made.json()['id']}/"
    moved = post(client, f"{path}change/", plan(zone="America/New_York"))
    assert (moved.json()["zone"], moved.json()["outside_hours"]) == ("America/New_York", "")
    back = post(client, f"sessions/{session.pk}/seats/", {"participants": [scheduled.pk]})
    assert [line["participant"] for line in back.json()] == [scheduled.pk]
    cancelled = post(client, f"{path}cancel/", {"because": "Nobody is left."}).json()
    assert (cancelled["state"], cancelled["cancelled_because"]) == ("cancelled", "Nobody is left.")
    assert post(client, f"{path}cancel/", {}).status_code == 403
    assert post(sign_in(bob), f"sessions/{session.pk}/cancel/", {}).status_code == 403
    assert sign_in(bob).get(f"/api/v1/o/acme/sessions/{session.pk}/").json()["outside_hours"] == ""


def test_the_api_seats_nobody_of_another_cohort(session, cohort, sign_in, ld_admin):
    body = plan(cohort=cohort.pk, activity=session.activity_id, participants=[ParticipantFactory().pk])
    assert post(sign_in(ld_admin), "sessions/", body).status_code == 400


# --- the calendar file -------------------------------------------------------------------------------------


def event_of(response):
    return Calendar.from_ical(response.content).events[0]


def test_a_session_goes_into_ones_own_calendar(session, sign_in, bob, ld_admin):
    session.link = "https://video.example/round;table"
    session.place = "Video, room 1"
    services.change_session(session, by=ld_admin)
    response = sign_in(bob).get(url("session_calendar", session.pk))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="round-table.ics"'
    event = event_of(response)
    assert event["summary"] == "Round table"
    assert event.decoded("dtstart") == datetime.datetime(2027, 3, 15, 13, tzinfo=datetime.UTC)
    assert event.decoded("dtend") - event.decoded("dtstart") == datetime.timedelta(minutes=90)
    assert event["location"] == "Video, room 1 · https://video.example/round;table"
    assert event["sequence"] == 1
    assert url("session_detail", session.pk) in event["description"]


def test_a_cancelled_session_takes_itself_out(session, sign_in, bob, ld_admin):
    first = event_of(sign_in(bob).get(url("session_calendar", session.pk)))
    services.cancel_session(session, by=ld_admin)
    event = event_of(sign_in(bob).get(url("session_calendar", session.pk)))
    assert (event["status"], event["uid"]) == ("CANCELLED", first["uid"])


def test_the_api_gives_the_same_file_as_the_page(session, sign_in, bob):
    address = f"/api/v1/o/acme/sessions/{session.pk}/calendar/"
    page = sign_in(bob).get(url("session_calendar", session.pk))
    for accepted in ({}, {"accept": "text/calendar"}, {"accept": "application/json"}):
        twin = sign_in(bob).get(address, headers=accepted)
        assert twin.content == page.content
        assert (twin["Content-Type"], twin["Content-Disposition"]) == (
            page["Content-Type"],
            page["Content-Disposition"],
        )


def test_the_file_is_for_those_who_see_the_session(
    session, globex, sign_in, alice, bob, ld_admin, hr_analyst, sponsor, charlie, facilitator
):
    FacilitatorFactory(session=session, person=None, membership=facilitator)
    colleague = PersonFactory(membership=MembershipFactory(organization=session.organization)).membership
    expected = [
        (bob, 200),
        (alice, 200),
        (ld_admin, 200),
        (facilitator, 200),
        (hr_analyst, 404),
        (sponsor, 404),
        (colleague, 404),
        (charlie, 404),
    ]
    for address in (
        url("session_calendar", session.pk),
        f"/api/v1/o/acme/sessions/{session.pk}/calendar/",
    ):
        found = [sign_in(who).get(address).status_code for who, _ in expected]
        assert found == [code for _, code in expected]
    refused = sign_in(colleague).get(address, headers={"accept": "text/calendar"})
    assert (refused.status_code, refused["Content-Type"]) == (404, "application/problem+json")


def test_a_cohort_without_dates_is_scheduled_first(program, sign_in, ld_admin):
    cohort = CohortFactory(program=program, state="running", starts_on=START)
    assert sign_in(ld_admin).get(url("session_add", cohort.pk)).url == url("journey_schedule", cohort.pk)
