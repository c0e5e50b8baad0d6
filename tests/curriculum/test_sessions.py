"""Sessions: who was there, who holds them, when they move."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.notifications.models import Notification
from curriculum import services
from curriculum.home import tasks_for
from curriculum.models import Attendance, Session
from tests.factories.curriculum import (
    ActivityFactory,
    AttendanceFactory,
    FacilitatorFactory,
    JourneyFactory,
    SessionFactory,
)

TODAY = timezone.now().date()


def states(session):
    return sorted(
        session.roster.values_list("state", "participant__activities__state").filter(
            participant__activities__activity=session.activity
        )
    )


def test_the_roster_completes_excuses_and_leaves_open(acme, ld_admin):
    session = SessionFactory()
    seats = AttendanceFactory.create_batch(3, session=session)
    marks = dict(zip((seat.participant_id for seat in seats), ("attended", "absent", "excused"), strict=True))
    session = services.record_attendance(session, marks, by=ld_admin)
    assert session.is_held
    assert states(session) == [("absent", "to_do"), ("attended", "done"), ("excused", "excused")]
    assert AuditEntry.objects.get().after == {"attended": 1, "absent": 1, "excused": 1}


def test_a_roster_may_be_taken_in_parts_and_corrected(acme, ld_admin):
    session = SessionFactory()
    one, two = AttendanceFactory.create_batch(2, session=session)
    assert not services.record_attendance(session, {one.participant_id: "attended"}, by=ld_admin).is_held
    services.record_attendance(
        session, {one.participant_id: "absent", two.participant_id: "attended"}, by=ld_admin
    )
    assert states(session) == [("absent", "to_do"), ("attended", "done")]


def test_a_named_facilitator_takes_it_and_others_do_not(acme, alice, bob):
    seat = AttendanceFactory()
    marks = {seat.participant_id: "attended"}
    with pytest.raises(ValidationError, match="Only the facilitators"):
        services.record_attendance(seat.session, marks, by=alice)
    FacilitatorFactory(session=seat.session, person=alice.person)
    assert services.record_attendance(seat.session, marks, by=alice).is_held


def test_nobody_takes_a_roster_they_stand_on(acme, alice, bob):
    seat = AttendanceFactory(participant__person=bob.person)
    FacilitatorFactory(session=seat.session, person=bob.person)
    with pytest.raises(ValidationError, match="Only the facilitators"):
        services.record_attendance(seat.session, {seat.participant_id: "attended"}, by=bob)


def test_a_roster_opens_with_the_session_and_knows_its_names(acme, ld_admin):
    seat = AttendanceFactory(session=SessionFactory(day=TODAY + datetime.timedelta(days=3)))
    with pytest.raises(ValidationError, match="opens when the session begins"):
        services.record_attendance(seat.session, {seat.participant_id: "attended"}, by=ld_admin)
    past = AttendanceFactory()
    with pytest.raises(ValidationError, match="roster has changed"):
        services.record_attendance(past.session, {seat.participant_id: "attended"}, by=ld_admin)


def test_a_moved_session_moves_due_days_and_tells_its_people(acme, ld_admin):
    seat = AttendanceFactory(session=SessionFactory(day=TODAY + datetime.timedelta(days=30)))
    session = seat.session
    session.day = TODAY + datetime.timedelta(days=40)
    services.change_session(session, by=ld_admin)
    assert session.set_by_hand
    assert seat.participant.activities.get().due_on == session.day
    assert Notification.objects.get().kind == "curriculum.session_moved"


def test_a_session_is_not_moved_into_the_past_nor_after_its_roster(acme, ld_admin):
    session = SessionFactory(day=TODAY - datetime.timedelta(days=3))
    with pytest.raises(ValidationError, match="still ahead"):
        services.change_session(session, by=ld_admin)
    session.state = "held"
    session.save()
    with pytest.raises(ValidationError, match="stays as it was"):
        services.change_session(session, by=ld_admin)


def test_facilitators_are_told_once_and_may_leave_again(acme, ld_admin, alice, bob):
    session = SessionFactory(day=TODAY + datetime.timedelta(days=5))
    services.name_facilitators(session, people=[alice.person], by=ld_admin)
    services.name_facilitators(session, people=[alice.person, bob.person], by=ld_admin)
    services.name_facilitators(session, people=[bob.person], by=ld_admin)
    assert [str(one) for one in session.facilitators.all()] == ["Bob Mentor"]
    assert Notification.objects.filter(kind="curriculum.facilitator_named").count() == 2


def test_who_sits_in_a_session_cannot_hold_it(acme, ld_admin, bob):
    seat = AttendanceFactory(participant__person=bob.person)
    with pytest.raises(ValidationError, match="has a seat"):
        services.name_facilitators(seat.session, people=[bob.person], by=ld_admin)
    assert Attendance.objects.count() == 1


def ahead(**fields):
    return SessionFactory(day=TODAY + datetime.timedelta(days=5), **fields)


def test_who_has_left_keeps_no_roster_open(acme, ld_admin):
    session = SessionFactory()
    here, _ = (
        AttendanceFactory(session=session),
        AttendanceFactory(session=session, participant__state="withdrawn"),
    )
    assert services.record_attendance(session, {here.participant_id: "attended"}, by=ld_admin).is_held


def test_who_has_left_takes_no_seat(acme, ld_admin):
    session = ahead(seats=1)
    AttendanceFactory(session=session, participant__state="withdrawn")
    services.change_session(session, by=ld_admin)
    new = AttendanceFactory(session=ahead(journey=session.journey, activity=session.activity)).participant
    assert [seat.participant for seat in services.give_seats(session, [new], by=ld_admin)] == [new]


def test_a_seat_in_a_session_that_has_begun_stays_on_its_roster(acme, ld_admin):
    begun = SessionFactory()
    seat = AttendanceFactory(session=begun)
    other = ahead(journey=begun.journey, activity=begun.activity)
    services.give_seats(other, [seat.participant], by=ld_admin)
    assert {one.session_id for one in Attendance.objects.all()} == {begun.pk, other.pk}


def test_a_login_whose_person_has_a_seat_cannot_hold_it_nor_the_other_way_round(acme, ld_admin, bob):
    session = ahead()
    seat = AttendanceFactory(session=session, participant__person=bob.person)
    with pytest.raises(ValidationError, match="has a seat"):
        services.name_facilitators(session, members=[bob], by=ld_admin)
    other = ahead(journey=session.journey, activity=session.activity)
    services.name_facilitators(other, members=[bob], by=ld_admin)
    with pytest.raises(ValidationError, match="cannot get a seat"):
        services.give_seats(other, [seat.participant], by=ld_admin)


def test_nobody_is_named_for_a_session_that_is_over_or_cancelled(acme, ld_admin, alice):
    for state in ("held", "cancelled"):
        session = ahead(state=state)
        with pytest.raises(ValidationError, match=r"was cancelled|stays as it was"):
            services.name_facilitators(session, people=[alice.person], by=ld_admin)


def test_a_facilitator_reads_the_hour_of_their_own_place_and_is_told_when_named_again(acme, ld_admin, alice):
    alice.person.time_zone = "Europe/Madrid"
    alice.person.save()
    session = SessionFactory(day=datetime.date(TODAY.year + 1, 1, 15), place="")
    for people in ([alice.person], [], [alice.person]):
        services.name_facilitators(session, people=people, by=ld_admin)
    told = Notification.objects.filter(kind="curriculum.facilitator_named")
    assert told.count() == 2
    assert {one.subject.rsplit(", ", 1)[1] for one in told} == {"21:00"}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("minutes", 0, "between 1 and 6000 minutes"),
        ("seats", 0, "Leave it empty"),
        ("day", datetime.date(9999, 12, 31), "within a year after"),
        ("day", datetime.date(1, 1, 1), "still ahead"),
    ],
)
def test_a_session_has_a_length_seats_and_a_day_that_make_sense(acme, ld_admin, field, value, sentence):
    journey = JourneyFactory()
    activity = ActivityFactory(session=True, module__program=journey.cohort.program)
    session = Session(
        journey=journey, activity=activity, starts=datetime.time(9), zone="Asia/Tokyo", minutes=60
    )
    session.day = TODAY + datetime.timedelta(days=9)
    setattr(session, field, value)
    with pytest.raises(ValidationError, match=sentence):
        services.add_session(session, by=ld_admin)


def test_home_dates_a_roster_where_who_takes_it_is(acme, alice):
    alice.person.time_zone = "Asia/Tokyo"
    alice.person.save()
    session = SessionFactory(starts=datetime.time(21), day=TODAY - datetime.timedelta(days=3), place="")
    FacilitatorFactory(session=session, person=alice.person)
    assert [task.due for task in tasks_for(alice)] == [session.day + datetime.timedelta(days=1)]
