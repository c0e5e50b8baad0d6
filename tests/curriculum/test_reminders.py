"""Due soon and late: at 09:00 where the person is, on a business day, once, and never when done."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from amdp.notifications.models import Due, Notification
from curriculum import services
from curriculum.models import ParticipantActivity
from curriculum.reminders import remind
from tests.factories.curriculum import ItemFactory


def tick(acme, moment):
    """The tick at a moment; what it planned."""
    with time_machine.travel(moment, tick=False):
        remind(acme.pk, timezone.now())
    return sorted(
        Notification.objects.filter(kind__in=["curriculum.due_soon", "curriculum.late"]).values_list(
            "kind", "subject"
        )
    )


def test_reminders_follow_the_local_calendar(scheduled, acme):
    # “Read the market” is due on Monday 8 March: three business days before is Wednesday 3 March, past noon
    # already when it was scheduled, so the first message is the late one, on Tuesday 9 March at 09:00 New York.
    assert tick(acme, "2027-03-09T13:59:00+00:00") == []
    assert tick(acme, "2027-03-09T14:00:00+00:00") == [
        ("curriculum.late", "Read the market: was due Mon 8 Mar")
    ]


def test_a_session_reminds_before_and_never_says_late(scheduled, acme):
    ParticipantActivity.objects.exclude(activity__title="Round table").delete()
    assert tick(acme, "2027-03-10T13:59:00+00:00") == []
    soon = [("curriculum.due_soon", "Round table is on Mon 15 Mar")]
    assert tick(acme, "2027-03-10T14:00:00+00:00") == soon
    assert tick(acme, "2027-03-20T14:00:00+00:00") == soon


def test_summer_time_keeps_nine_oclock(scheduled, acme):
    # New York moves its clocks on 14 March 2027: 09:00 is 13:00 UTC from then on.
    ParticipantActivity.objects.exclude(activity__title="Profile").delete()
    assert tick(acme, "2027-04-26T12:59:00+00:00") == []
    assert tick(acme, "2027-04-26T13:00:00+00:00") == [("curriculum.due_soon", "Profile: due Thu 29 Apr")]


def test_ticking_twice_tells_once(scheduled, acme):
    first = tick(acme, "2027-03-09T14:00:00+00:00")
    assert tick(acme, "2027-03-09T14:00:00+00:00") == first
    ParticipantActivity.objects.update(remind_at=timezone.now(), reminder="late")
    assert len(tick(acme, "2027-03-09T15:00:00+00:00")) >= len(first)
    assert (
        Notification.objects.filter(kind="curriculum.late", subject__startswith="Read the market").count()
        == 1
    )


def test_what_is_done_is_not_reminded_of(scheduled, acme, bob):
    services.complete_activity(scheduled.activities.get(activity__title="Read the market"), by=bob)
    assert tick(acme, "2027-03-09T14:00:00+00:00") == []


@pytest.mark.parametrize("state", ["deferred", "withdrawn"])
def test_who_is_away_is_left_in_peace(scheduled, acme, state):
    scheduled.state = state
    scheduled.save()
    assert tick(acme, "2027-03-09T14:00:00+00:00") == []


def test_the_tick_asks_to_be_woken_for_the_next(scheduled, acme):
    tick(acme, "2027-03-09T14:00:00+00:00")
    following = min(
        ParticipantActivity.objects.filter(remind_at__isnull=False).values_list("remind_at", flat=True)
    )
    assert Due.objects.filter(next_due_at__lte=following).exists()


def test_a_tick_costs_the_same_for_one_and_thirty(acme):
    def cost(count):
        ItemFactory.create_batch(
            count, remind_at=timezone.now() - datetime.timedelta(minutes=1), reminder="late"
        )
        with CaptureQueriesContext(connection) as queries:
            remind(acme.pk, timezone.now())
        return len(queries)

    one = cost(1)
    assert cost(30) == one
