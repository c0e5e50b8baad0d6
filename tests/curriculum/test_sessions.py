"""Sessions: who was there, who holds them, when they move."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.notifications.models import Notification
from curriculum import services
from curriculum.models import Attendance
from tests.factories.curriculum import AttendanceFactory, FacilitatorFactory, SessionFactory

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
