"""A real worker, a real queue, a real mail server."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from amdp.directory.models import Person
from amdp.notifications.models import Due, Notification
from amdp.notifications.services import Message, Notice, notify, notify_many
from amdp.notifications.tasks import tick
from amdp.tenancy.context import organization_context
from tests.factories.directory import PersonFactory
from tests.factories.identity import OrganizationFactory
from tests.worker import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

ASKED = Message(
    kind="selection.approval_asked",
    subject="Approve Jordan Lee",
    why="You lead the line Jordan Lee works in.",
    action="Open the nomination",
    path="/o/acme/selection/nominations/7/",
)


@pytest.fixture
def organization():
    return OrganizationFactory(name="Acme", slug="acme")


def count(organization, **conditions):
    with organization_context(organization):
        return Notification.objects.filter(**conditions).count()


def let_leases_run_out(organization):
    with organization_context(organization):
        Notification.objects.filter(state="claimed").update(claimed_until=timezone.now())
    Due.objects.update(next_due_at=timezone.now())


def test_mail_leaves_after_the_commit_and_not_before(organization, worker, smtp):
    with organization_context(organization):
        notify(PersonFactory(email="jordan@example.com"), ASKED)
        assert (count(organization, state="planned"), smtp.messages) == (1, [])
    wait_until(lambda: smtp.to("jordan@example.com"), "the mail")
    wait_until(lambda: count(organization, state="sent"), "the note that it was sent")
    assert smtp.messages[0]["From"] == "Acme via AMDP <no-reply@amdp.example>"


def test_a_rolled_back_change_tells_nobody(organization, worker, smtp):
    with organization_context(organization):
        with transaction.atomic():
            notify(PersonFactory(email="nobody@example.com"), ASKED)
            transaction.set_rollback(True)
        notify(PersonFactory(email="somebody@example.com"), ASKED)
    wait_until(lambda: smtp.messages, "the other mail")
    assert smtp.recipients == ["somebody@example.com"]


def test_a_worker_killed_while_sending_leaves_it_to_the_next(organization, worker, smtp):
    smtp.hold()
    with organization_context(organization):
        notify(PersonFactory(email="jordan@example.com"), ASKED)
    assert smtp.reached.wait(30)
    worker.kill()
    smtp.go_on()
    assert count(organization, state="claimed") == 1

    worker.start()
    tick()
    let_leases_run_out(organization)
    tick()
    wait_until(lambda: count(organization, state="sent"), "the second worker")
    assert len(smtp.to("jordan@example.com")) == 1


def test_a_thousand_due_at_once_are_each_sent_once_by_two_ticks(organization, worker, smtp):
    with organization_context(organization):
        people = Person.objects.bulk_create(
            [Person(employee_number=f"N{n}", email=f"n{n}@example.com") for n in range(1000)]
        )
        at = timezone.now() + timedelta(milliseconds=100)
        notify_many([Notice(person, ASKED, not_before=at) for person in people])
    Due.objects.update(next_due_at=at)
    wait_until(lambda: timezone.now() > at, "the time")
    tick()
    tick()
    wait_until(lambda: count(organization, state="sent") == 1000, "a thousand mails", seconds=90)
    assert (len(smtp.messages), set(smtp.ids().values())) == (1000, {1})
