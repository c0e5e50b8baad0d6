"""What ``notify`` and its relatives write down."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from amdp.directory.models import Person
from amdp.notifications.models import Due, Notification
from amdp.notifications.queries import at_local_morning, next_local_morning, notifications_of, unread_count
from amdp.notifications.services import (
    Message,
    Notice,
    mark_all_read,
    mark_read,
    notify,
    notify_many,
    schedule,
    withdraw,
)
from amdp.tenancy.context import organization_context
from tests.factories.directory import PersonFactory

ASKED = Message(
    kind="selection.approval_asked",
    subject="Approve Jordan Lee for the Account Director cohort by Fri 5 Mar",
    why="You lead the line Jordan Lee works in.",
    action="Open the nomination",
    path="/o/acme/selection/1/",
)


def test_a_notification_is_written_and_wanted_soon(alice):
    written = notify(alice.person, ASKED, about=alice.person)

    assert Notification.objects.get() == written
    assert (written.state, written.subject, written.about_type) == (
        "planned",
        ASKED.subject,
        "directory.person",
    )
    assert Due.objects.get().next_due_at <= timezone.now() + timedelta(minutes=2)


def test_a_person_is_told_once_per_thing_and_period(alice, bob):
    assert notify(alice.person, ASKED, about=bob.person, period="2026-W10")
    assert notify(alice.person, ASKED, about=bob.person, period="2026-W10") is None
    assert notify(alice, ASKED, about=bob.person, period="2026-W10") is None, "the login of the same person"
    assert notify(alice.person, ASKED, about=bob.person, period="2026-W11")
    assert notify(alice.person, ASKED, about=alice.person, period="2026-W10")
    assert notify(bob.person, ASKED, about=bob.person, period="2026-W10")
    assert Notification.objects.count() == 4


def test_a_member_without_a_person_is_told_once_too(ld_admin):
    assert notify(ld_admin, ASKED)
    assert notify(ld_admin, ASKED) is None
    assert list(notifications_of(ld_admin).values_list("kind", flat=True)) == [ASKED.kind]


def test_many_cost_as_many_queries_as_one(acme, django_assert_num_queries):
    people = PersonFactory.create_batch(3)
    with django_assert_num_queries(4):
        assert notify_many([Notice(people[0], ASKED)]) == 1
    Person.objects.bulk_create(
        [Person(employee_number=f"N{n}", first_name="N", last_name=str(n)) for n in range(500)]
    )
    everyone = list(Person.objects.all())
    with django_assert_num_queries(4):
        assert notify_many([Notice(person, ASKED) for person in everyone]) == 502


def test_the_same_person_twice_in_one_go_is_told_once(alice):
    assert notify_many([Notice(alice.person, ASKED), Notice(alice, ASKED)]) == 1


def test_what_is_withdrawn_can_be_planned_anew(alice):
    later = timezone.now() + timedelta(days=3)
    assert schedule(alice.person, ASKED, at=later, about=alice.person)
    assert withdraw(ASKED.kind, alice.person) == 1
    assert schedule(alice.person, ASKED, at=later, about=alice.person)


def test_what_is_sent_stays(alice):
    notify(alice.person, ASKED, about=alice.person)
    Notification.objects.update(state="sent")
    assert withdraw(ASKED.kind, alice.person) == 0


def test_the_bell_counts_what_has_come_due_for_oneself(alice, bob):
    first = notify(alice.person, ASKED, about=alice.person)
    notify(alice, ASKED, about=bob.person)
    notify(bob.person, ASKED)
    schedule(alice.person, ASKED, at=timezone.now() + timedelta(days=1))

    assert unread_count(alice) == 2
    mark_read(first)
    assert unread_count(alice) == 1
    assert mark_all_read(by=alice) == 1
    assert (unread_count(alice), unread_count(bob)) == (0, 1)


def test_another_organization_sees_none_of_it(alice, globex, charlie):
    notify(alice.person, ASKED)
    with organization_context(globex):
        assert Notification.objects.count() == 0
        assert unread_count(charlie) == 0


def test_rolled_back_with_the_change_it_tells_of(alice):
    class ChangeFailedError(Exception):
        pass

    def change():
        with organization_context(alice.organization):
            notify(alice.person, ASKED)
            raise ChangeFailedError

    with pytest.raises(ChangeFailedError):
        change()
    assert (Notification.objects.count(), Due.objects.count()) == (0, 0)


@pytest.mark.parametrize("path", ["https://example.com/", "//example.com/", "home"])
def test_buttons_lead_into_the_product(path):
    with pytest.raises(ValueError, match="one of this product"):
        Message(kind="a.b", subject="Go", why="Because.", action="Go", path=path)


def test_a_subject_from_a_file_cannot_break_the_header(alice):
    written = notify(alice.person, Message(kind="a.b", subject="Approve\r\nBcc: x@y.example", why="Because."))
    assert written.subject == "Approve Bcc: x@y.example"


def test_local_mornings_fall_on_the_market_s_business_days(acme):
    person = PersonFactory(time_zone="Europe/Paris", market="FR")
    bastille_day = datetime(2026, 7, 14).date()

    assert at_local_morning(person, bastille_day) == datetime(2026, 7, 15, 7, tzinfo=UTC)
    assert next_local_morning(person, datetime(2026, 7, 13, 7, tzinfo=UTC)) == datetime(
        2026, 7, 15, 7, tzinfo=UTC
    )


def test_without_a_market_the_organization_s_counts(acme):
    person = PersonFactory(time_zone="America/New_York", market="")
    assert at_local_morning(person, datetime(2026, 7, 3).date()) == datetime(2026, 7, 6, 13, tzinfo=UTC)
