"""Dates: counted on business days, in each participant's own market and zone."""

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from amdp.directory.calendar import is_business_day
from amdp.notifications.models import Due, Notification
from cohorts.models import Participant
from curriculum import services
from curriculum.dates import CATCH_UP_DAYS, Calendar, add_months, next_reminder, shared_day
from curriculum.models import Activity, Attendance, Journey, Module, ParticipantActivity, Session
from tests.curriculum.conftest import START
from tests.factories.cohorts import CohortFactory, ParticipantFactory
from tests.factories.curriculum import ActivityFactory, ModuleFactory
from tests.factories.directory import PersonFactory

MARKETS = ["US", "FR", "DE-BY", "JP", "AE", "GB", ""]
ZONES = ["America/New_York", "Europe/Paris", "Asia/Tokyo", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]
DAYS = st.dates(datetime.date(2025, 1, 1), datetime.date(2032, 12, 31))


@given(
    DAYS,
    st.integers(0, 24),
    st.integers(0, 60),
    st.integers(0, 60),
    st.integers(0, 60),
    st.sampled_from(MARKETS),
)
def test_every_date_is_a_business_day_in_order(start, months, after, offset, duration, market):
    module = Module(offset_months=months, offset_days=after, length_days=20)
    activity = Activity(pk=1, offset_days=offset, duration_days=duration)
    calendar = Calendar(start, market)
    first, last = calendar.module(module)
    opens, due = calendar.activity(activity, module)
    assert add_months(start, months) <= first <= opens <= due
    assert first <= last
    assert all(is_business_day(day, market) for day in (first, last, opens, due))


@given(DAYS, st.integers(0, 40), st.sampled_from(MARKETS))
def test_who_joins_late_gets_time_for_what_has_opened(joined, duration, market):
    start = joined - datetime.timedelta(days=100)
    calendar = Calendar(start, market)
    module, activity = Module(offset_months=1), Activity(pk=1, offset_days=3, duration_days=duration)
    opens, due = calendar.for_late(activity, module, joined)
    assert opens >= joined
    assert sum(
        is_business_day(opens + datetime.timedelta(days=n), market) for n in range(1, (due - opens).days + 1)
    ) >= (CATCH_UP_DAYS)


@given(DAYS, st.sampled_from(MARKETS), st.sampled_from(ZONES))
def test_reminders_come_at_nine_on_a_business_day_in_summer_and_winter(due, market, zone):
    day = datetime.datetime.combine(due, datetime.time(), tzinfo=datetime.UTC)
    soon, kind = next_reminder(due, zone, market, after=day - datetime.timedelta(days=60), is_session=False)
    late, then = next_reminder(due, zone, market, after=soon, is_session=False)
    assert (kind, then) == ("soon", "late")
    for moment in (soon, late):
        local = moment.astimezone(ZoneInfo(zone))
        assert (local.hour, local.minute) == (9, 0)
        assert is_business_day(local.date(), market)
    assert soon.astimezone(ZoneInfo(zone)).date() < due < late.astimezone(ZoneInfo(zone)).date()
    assert next_reminder(due, zone, market, after=late, is_session=False) == (None, "")


@given(DAYS, st.integers(0, 30))
def test_months_are_counted_on_the_calendar(day, months):
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + datetime.timedelta(days=1)).day == 1


def test_a_shared_day_is_worked_everywhere():
    whit_monday = datetime.date(2027, 5, 17)
    assert shared_day(whit_monday, ["FR", "US"]) == datetime.date(2027, 5, 18)


def test_scheduling_dates_every_participant_by_their_own_holidays(in_march, cohort, ld_admin):
    american = ParticipantFactory(cohort=cohort, person=PersonFactory(market="US"))
    german = ParticipantFactory(cohort=cohort, person=PersonFactory(market="DE", time_zone="Europe/Berlin"))
    Participant.objects.update(enrolled_at=datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC))
    services.schedule_journey(cohort, by=ld_admin)
    due = {
        who.person.market: list(who.activities.order_by("due_on").values_list("activity__title", "due_on"))
        for who in (american, german)
    }
    day = datetime.date
    # Good Friday is 26 March, Easter Monday 29 March 2027; America works on both.
    assert due == {
        "US": [
            ("Read the market", day(2027, 3, 8)),
            ("Round table", day(2027, 3, 15)),
            ("Profile", day(2027, 4, 29)),
        ],
        "DE": [
            ("Read the market", day(2027, 3, 8)),
            ("Round table", day(2027, 3, 15)),
            ("Profile", day(2027, 4, 29)),
        ],
    }


def test_holidays_of_the_own_market_are_skipped(in_march, cohort, ld_admin):
    lent = ModuleFactory(program=cohort.program, track="mentor", offset_days=15)
    over_easter = ActivityFactory(module=lent, duration_days=5)
    people = {market: PersonFactory(market=market) for market in ("US", "DE")}
    for person in people.values():
        ParticipantFactory(
            cohort=cohort, person=person, enrolled_at=datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)
        )
    services.schedule_journey(cohort, by=ld_admin)
    due = dict(over_easter.participant_activities.values_list("participant__person__market", "due_on"))
    assert due == {"US": datetime.date(2027, 3, 29), "DE": datetime.date(2027, 3, 31)}


def test_scheduling_again_changes_nothing(scheduled, cohort, ld_admin):
    def rows():
        return [
            list(model.objects.order_by("id").values_list(*fields))
            for model, fields in [
                (ParticipantActivity, ("id", "opens_on", "due_on", "remind_at")),
                (Session, ("id", "day")),
                (Attendance, ("id", "state")),
            ]
        ]

    before = rows()
    services.schedule_journey(cohort, by=ld_admin)
    assert rows() == before
    assert Notification.objects.filter(kind="curriculum.journey_ready").count() == 1


def test_a_cohort_that_begins_earlier_takes_its_participants_along(scheduled, cohort, ld_admin):
    earlier = START - datetime.timedelta(days=70)
    cohort.starts_on = earlier
    cohort.save(update_fields=["starts_on"])
    Participant.objects.update(enrolled_at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
    services.schedule_journey(cohort, by=ld_admin)
    first = ParticipantActivity.objects.order_by("opens_on").first()
    assert earlier <= first.opens_on < START - datetime.timedelta(days=50)


def test_rescheduling_moves_only_what_is_not_done(scheduled, cohort, ld_admin, bob):
    done = scheduled.activities.get(activity__title="Read the market")
    services.complete_activity(done, by=bob)
    before = dict(scheduled.activities.values_list("activity__title", "due_on"))
    Module.objects.update(offset_months=2)
    services.schedule_journey(cohort, by=ld_admin)
    after = dict(scheduled.activities.values_list("activity__title", "due_on"))
    assert after["Read the market"] == before["Read the market"]
    assert after["Profile"] > before["Profile"]
    assert Session.objects.get().day == after["Round table"] > before["Round table"]


def test_who_joins_later_gets_dates_from_that_day_and_a_seat(scheduled, cohort, ld_admin):
    late = ParticipantFactory(
        cohort=cohort, enrolled_at=datetime.datetime(2027, 3, 3, tzinfo=datetime.UTC), person=PersonFactory()
    )
    services.schedule_journey(cohort, by=ld_admin)
    item = late.activities.get(activity__title="Read the market")
    assert (item.opens_on, item.due_on) == (datetime.date(2027, 3, 2), datetime.date(2027, 3, 16))
    assert late.attendances.get().session.activity.title == "Round table"


def test_dates_can_be_counted_from_the_end_of_a_pause(scheduled, ld_admin):
    services.set_joined_on(scheduled, datetime.date(2027, 9, 1), by=ld_admin)
    assert scheduled.activities.get(activity__title="Read the market").opens_on == datetime.date(2027, 9, 1)
    with pytest.raises(ValidationError, match="between the start and the end"):
        services.set_joined_on(scheduled, START - datetime.timedelta(days=1), by=ld_admin)


def test_deferred_and_withdrawn_participants_get_no_new_dates(in_march, cohort, ld_admin):
    ParticipantFactory(cohort=cohort, state=Participant.State.DEFERRED)
    ParticipantFactory(cohort=cohort, state=Participant.State.WITHDRAWN)
    services.schedule_journey(cohort, by=ld_admin)
    assert not ParticipantActivity.objects.exists()


def test_seats_run_out_in_the_order_of_enrolment(in_march, cohort, ld_admin):
    Activity.objects.filter(title="Round table").update(session_seats=2)
    people = ParticipantFactory.create_batch(3, cohort=cohort)
    services.schedule_journey(cohort, by=ld_admin)
    assert [line.participant for line in Attendance.objects.order_by("id")] == people[:2]


def test_a_session_starts_at_the_same_wall_time_in_summer_and_winter(scheduled):
    session = Session.objects.get()
    session.zone, session.starts = "Europe/Paris", datetime.time(9)
    session.day = datetime.date(2027, 3, 26)
    assert session.starts_at == datetime.datetime(2027, 3, 26, 8, tzinfo=datetime.UTC)
    session.day = datetime.date(2027, 3, 29)
    assert session.starts_at == datetime.datetime(2027, 3, 29, 7, tzinfo=datetime.UTC)


def test_a_cohort_without_a_template_is_told_what_to_do(acme, ld_admin):
    with pytest.raises(ValidationError, match="Add modules and activities"):
        services.schedule_journey(CohortFactory(state="running"), by=ld_admin)
    assert not Journey.objects.exists()


def test_the_number_of_queries_does_not_depend_on_the_participants(
    in_march, residency, ld_admin, django_assert_num_queries
):
    def cost(people):
        cohort = CohortFactory(program=residency, state="running", starts_on=START)
        ParticipantFactory.create_batch(people, cohort=cohort)
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            services.schedule_journey(cohort, by=ld_admin)
        return len(queries)

    one = cost(1)
    assert cost(12) <= one + 2  # a batch more of a thousand rows


def test_the_tick_is_woken_for_the_first_reminder(scheduled):
    first = min(scheduled.activities.filter(remind_at__isnull=False).values_list("remind_at", flat=True))
    assert Due.objects.filter(next_due_at__lte=first).exists()


def test_a_session_of_the_past_is_planned_ahead_once_and_stays_there(cohort, bobs, ld_admin):
    with time_machine.travel("2027-05-03T17:00:00+00:00", tick=False):
        services.schedule_journey(cohort, by=ld_admin)
        session = Session.objects.get()
        assert session.day == datetime.date(2027, 5, 17)  # ten business days later
        assert bobs.attendances.get().session == session
    with time_machine.travel("2027-05-06T17:00:00+00:00", tick=False):
        services.schedule_journey(cohort, by=ld_admin)
        session.refresh_from_db()
        assert session.day == datetime.date(2027, 5, 17)
    assert not Notification.objects.filter(kind="curriculum.session_moved").exists()


def test_no_dates_are_counted_for_who_is_paused(scheduled, ld_admin):
    scheduled.state = Participant.State.DEFERRED
    scheduled.save()
    with pytest.raises(ValidationError, match="does not take part at the moment"):
        services.set_joined_on(scheduled, datetime.date(2027, 9, 1), by=ld_admin)
