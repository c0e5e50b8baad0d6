"""Silence and check-ins: at 09:00 on a business day where the person is, and once."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail

from amdp.audit.models import AuditEntry
from amdp.notifications.due import run_due
from amdp.notifications.models import Due, Notification
from amdp.tenancy.context import organization_context
from cohorts.models import Commitment
from cohorts.services import defer, return_from_deferral, withdraw
from mentoring.models import CheckIn, Mentorship
from mentoring.reminders import remind_due
from mentoring.rhythm import a_month_after
from mentoring.runs import work_on
from mentoring.services import (
    SessionFacts,
    answer_check_in,
    log_session,
    plan_pulse,
    publish_run,
    save_settings,
    start_run,
    withdraw_pulse,
)
from tests.factories.cohorts import ParticipantFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.mentoring import MentorFactory
from tests.worker import wait_until

NEW_YORK = ZoneInfo("America/New_York")
# Friday noon; 30 days later is Sunday 4 April, so the mentor hears on Monday.
START = dt.datetime(2027, 3, 5, 12, tzinfo=NEW_YORK)


def at(month, day, hour=9, minute=0):
    return dt.datetime(2027, month, day, hour, minute, tzinfo=NEW_YORK)


@pytest.fixture
def published(cohort, ld_admin, mentor, participant):
    """Bob in New York and Mateo in Paris, a pair since Friday 5 March."""
    participant.person.time_zone, participant.person.market = "Europe/Paris", "FR"
    participant.person.save()
    with time_machine.travel(START, tick=False):
        run = start_run(cohort, by=ld_admin)
        work_on(cohort.organization_id, run.pk)
        return publish_run(run, by=ld_admin)[0]


def told(kind):
    return [
        (str(one.recipient), one.not_before) for one in Notification.objects.filter(kind=kind).order_by("pk")
    ]


def tick(acme, moment):
    with time_machine.travel(moment, tick=False):
        remind_due(acme.pk, moment)


def test_the_mentor_of_a_silent_pair_is_reminded_on_a_business_morning(acme, published):
    assert published.silence_due_at == at(4, 5)
    tick(acme, at(4, 5, 8, 59))
    assert told("mentoring.silent") == []
    tick(acme, at(4, 5))
    assert told("mentoring.silent") == [("Bob Mentor", at(4, 5))]


def test_then_l_and_d_becomes_aware_and_each_is_told_once(acme, ld_admin, published):
    tick(acme, at(4, 5))
    tick(acme, at(4, 5, 9, 1))
    assert told("mentoring.silent_still") == []
    tick(acme, at(4, 19))
    tick(acme, at(4, 20))
    assert [who for who, _ in told("mentoring.silent")] == ["Bob Mentor"]
    assert [who for who, _ in told("mentoring.silent_still")] == ["Lena Admin"]
    published.refresh_from_db()
    assert (published.silence, published.silence_due_at) == (Mentorship.Silence.ADMINS, None)


def test_a_session_breaks_the_silence_and_a_new_one_counts_anew(acme, bob, published):
    tick(acme, at(4, 5))
    with time_machine.travel(at(4, 6), tick=False):
        facts = SessionFacts(held_on=dt.date(2027, 4, 6), minutes=30)
        log_session(published, facts, token=uuid.uuid4(), by=bob)
    published.refresh_from_db()
    assert (published.silence, published.silence_due_at) == (Mentorship.Silence.NOBODY, at(5, 6))
    tick(acme, at(5, 6))
    assert len(told("mentoring.silent")) == 2


def test_a_reminder_found_in_the_afternoon_waits_for_the_next_morning(acme, published):
    tick(acme, at(4, 5, 15))
    assert told("mentoring.silent") == [("Bob Mentor", at(4, 6))]


def test_days_of_silence_are_the_cohorts_own(acme, cohort, ld_admin, published):
    with time_machine.travel(START, tick=False):
        save_settings(cohort, silence_days=10, by=ld_admin)
    published.refresh_from_db()
    assert published.silence_due_at == at(3, 15)


def test_both_sides_are_asked_each_in_the_own_morning(acme, published):
    paris = dt.datetime(2027, 4, 5, 9, tzinfo=ZoneInfo("Europe/Paris"))
    assert (published.check_in_on, published.check_in_due_at) == (dt.date(2027, 4, 5), paris)
    tick(acme, paris)
    tick(acme, at(4, 5))
    assert sorted(told("mentoring.check_in")) == [("Bob Mentor", at(4, 5)), ("Mateo Álvarez", paris)]
    published.refresh_from_db()
    assert published.check_in_on == dt.date(2027, 5, 5)


def test_an_answer_can_be_given_again(acme, bob, published):
    tick(acme, at(4, 5))
    check_in = CheckIn.objects.get(side="mentor")
    answer_check_in(check_in, going="red", sentence="We never meet.", by=bob)
    answer_check_in(check_in, going="green", sentence="", by=bob)
    check_in.refresh_from_db()
    assert (check_in.going, check_in.sentence) == ("green", "")


def test_the_31st_stays_the_31st():
    assert a_month_after(dt.date(2027, 1, 31), 31) == dt.date(2027, 2, 28)
    assert a_month_after(dt.date(2027, 2, 28), 31) == dt.date(2027, 3, 31)


def test_a_tick_reads_only_what_is_due(acme, published, django_assert_max_num_queries):
    with django_assert_max_num_queries(21):
        tick(acme, at(3, 10))
    assert Notification.objects.filter(kind="mentoring.silent").count() == 0


def test_the_tick_wakes_itself_for_the_next_pair(acme, published):
    with time_machine.travel(at(4, 5), tick=False):
        Due.objects.all().delete()
        Due.objects.create(organization=acme, next_due_at=at(4, 5))
        run_due(acme.pk, at(4, 5), lambda *_: None)
    published.refresh_from_db()
    due = Due.objects.order_by("next_due_at").first()
    assert due.next_due_at <= min(published.silence_due_at, published.check_in_due_at)


def test_a_pulse_waits_for_each_persons_morning(acme, cohort, ld_admin, published):
    with time_machine.travel(START, tick=False):
        pulse = plan_pulse(
            cohort,
            audience="both",
            subject="Bring one account",
            text="Take a real one.",
            send_on=dt.date(2027, 3, 6),
            by=ld_admin,
        )
        assert told("mentoring.pulse") == [
            ("Bob Mentor", at(3, 8)),
            ("Mateo Álvarez", dt.datetime(2027, 3, 8, 9, tzinfo=ZoneInfo("Europe/Paris"))),
        ]
        assert withdraw_pulse(pulse, by=ld_admin) == 2
    assert told("mentoring.pulse") == []


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_matches_reminds_and_mails(worker, smtp):
    organization = OrganizationFactory(name="Acme", slug="acme")
    admin = MembershipFactory(organization=organization, granted_roles=["ld_admin"])
    with organization_context(organization):
        cohort = ParticipantFactory(cohort__state="running").cohort
        mentor = MentorFactory(person__email="mentor@example.com", person__time_zone="UTC")
        run = start_run(cohort, by=admin)

    def done():
        with organization_context(organization):
            run.refresh_from_db()
            return run.state == "done"

    wait_until(done, "the match")
    with organization_context(organization):
        pair = publish_run(run, by=admin)[0]
    wait_until(lambda: smtp.to("mentor@example.com"), "the mail to the mentor")
    now = dt.datetime.now(dt.UTC)
    with organization_context(organization):
        long_ago = now.date() - dt.timedelta(days=40)
        Mentorship.objects.filter(pk=pair.pk).update(started_on=long_ago, silence_due_at=now)
    Due.objects.update(next_due_at=now)
    from amdp.notifications.tasks import tick

    tick()

    def reminded():
        with organization_context(organization):
            return Notification.objects.filter(kind="mentoring.silent", person=mentor.person).exists()

    wait_until(reminded, "the reminder")
    assert mail.outbox == []


def test_whoever_was_taken_out_of_the_cohort_ends_the_pair_and_nobody_is_reminded(acme, published, ld_admin):
    withdraw(published.participant, reason="Another role.", by=ld_admin)
    tick(acme, at(4, 5))
    published.refresh_from_db()
    assert (published.state, published.silence_due_at) == ("ended", None)
    assert told("mentoring.silent") == told("mentoring.check_in") == []
    assert sorted(str(who) for who, _ in told("mentoring.ended")) == ["Bob Mentor", "Mateo Álvarez"]
    assert AuditEntry.objects.get(verb="mentorship.ended").why == "Mateo Álvarez left Spring."
    assert not Commitment.objects.filter(ends_on=None).exists()


def test_while_the_participant_pauses_nobody_is_asked_and_later_they_are(acme, published, ld_admin):
    defer(published.participant, reason="Parental leave.", by=ld_admin)
    tick(acme, at(4, 5))
    assert told("mentoring.silent") == told("mentoring.check_in") == []
    return_from_deferral(published.participant, by=ld_admin)
    published.refresh_from_db()
    assert published.silence_due_at == at(5, 5)
    tick(acme, at(5, 5))
    assert len(told("mentoring.silent")) == 1


def test_escalation_counts_days_where_the_mentor_is(acme, published):
    """09:00 on Tuesday in Auckland is Monday in UTC."""
    zone = ZoneInfo("Pacific/Auckland")
    published.mentor.person.time_zone = "Pacific/Auckland"
    published.mentor.person.save()
    tick(acme, dt.datetime(2027, 4, 6, 9, tzinfo=zone))
    published.refresh_from_db()
    assert published.silence_due_at.astimezone(zone) == dt.datetime(2027, 4, 20, 9, tzinfo=zone)
