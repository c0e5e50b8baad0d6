"""3.7 in real processes: beat asks, a worker reminds and mails, by the clock on the mentor's wall."""

import datetime as dt
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import pytest
import time_machine

from amdp.notifications.models import Notification
from amdp.tenancy.context import organization_context
from mentoring.models import Mentorship
from mentoring.runs import work_on
from mentoring.services import publish_run, start_run
from tests.factories.cohorts import ParticipantFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.mentoring import MentorFactory
from tests.worker import Clocked, forget_tasks, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
NEW_YORK = ZoneInfo("America/New_York")
MATCHED = dt.datetime(2027, 3, 5, 12, tzinfo=NEW_YORK)
# 30 days after that Friday is a Sunday: the mentor hears on Monday. Two weeks later L&D does.
MONDAY = dt.datetime(2027, 4, 5, 9, tzinfo=NEW_YORK)
TWO_WEEKS_LATER = dt.datetime(2027, 4, 19, 9, tzinfo=NEW_YORK)
BEFORE, PATIENCE = dt.timedelta(seconds=20), 90


@pytest.fixture
def lena():
    """She runs the program, from Paris."""
    acme = OrganizationFactory(name="Acme", slug="acme")
    return MembershipFactory(
        organization=acme,
        user__email="lena@example.com",
        granted_roles=["ld_admin"],
        time_zone="Europe/Paris",
    )


@pytest.fixture
def pair(lena):
    """A mentor in New York and a participant in Paris, matched in March."""
    with organization_context(lena.organization), time_machine.travel(MATCHED, tick=False):
        cohort = ParticipantFactory(
            cohort__state="running", person__time_zone="Europe/Paris", person__email="mateo@example.com"
        ).cohort
        MentorFactory(
            person__email="bob@example.com", person__time_zone="America/New_York", person__market="US"
        )
        run = start_run(cohort, by=lena)
        work_on(lena.organization_id, run.pk)
        pair = publish_run(run, by=lena)[0]
        Notification.objects.all().delete()  # what was told in March
    forget_tasks()
    return pair


@contextmanager
def beat_and_worker_from(moment, smtp, folder):
    """Both processes, a little before that moment."""
    start = moment - BEFORE
    worker = Clocked(start, "worker", "--pool", "solo", "--loglevel", "WARNING", EMAIL_URL=smtp.url).start()
    beat = Clocked(
        start, "beat", "--loglevel", "WARNING", "--schedule", str(folder / f"{start:%m%d}"), TICK="2"
    ).start()
    try:
        yield
    finally:
        beat.stop()
        worker.stop()
        forget_tasks()


def subjects(smtp, address):
    return [mail["Subject"] for mail in smtp.to(address)]


def sent(organization, kind):
    """Who was told, and when by the clock of the worker that sent it."""
    with organization_context(organization):
        rows = Notification.objects.filter(kind=kind, state="sent").order_by("pk")
        rows = rows.select_related("person", "membership__user")
        return [((one.person or one.membership.user).email, one.sent_at) for one in rows]


def test_a_silent_pair_makes_the_mentor_then_l_and_d_aware(lena, pair, smtp, tmp_path):
    acme, minute = lena.organization, dt.timedelta(minutes=2)
    with beat_and_worker_from(MONDAY, smtp, tmp_path):
        wait_until(lambda: sent(acme, "mentoring.silent"), "the mentor's reminder", PATIENCE)
        wait_until(lambda: sent(acme, "mentoring.check_in"), "the mentor's check-in", PATIENCE)
    for kind in ("mentoring.silent", "mentoring.check_in"):
        [(address, at)] = sent(acme, kind)
        assert address == "bob@example.com"
        assert MONDAY <= at < MONDAY + minute
    assert len(subjects(smtp, "bob@example.com")) == 2
    assert subjects(smtp, "lena@example.com") == []

    with beat_and_worker_from(TWO_WEEKS_LATER, smtp, tmp_path):
        wait_until(lambda: smtp.to("lena@example.com"), "the mail to L&D", PATIENCE)
        wait_until(lambda: sent(acme, "mentoring.silent_still"), "the note that it was sent", PATIENCE)
    [(address, at)] = sent(acme, "mentoring.silent_still")
    assert address == "lena@example.com"
    assert TWO_WEEKS_LATER <= at < TWO_WEEKS_LATER + minute
    assert len(sent(acme, "mentoring.silent")) == 1
    with organization_context(acme):
        pair.refresh_from_db()
        assert pair.silence == Mentorship.Silence.ADMINS
