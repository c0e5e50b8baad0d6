"""When the tick looks at an organization, and what that costs."""

from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import connection
from django.utils import timezone

from amdp.notifications import due, tasks
from amdp.notifications.due import AGAIN, CHUNK, due_organizations, run_due
from amdp.notifications.models import Due, Notification
from amdp.notifications.services import Message, Notice, notify, notify_many, schedule, wake_at
from amdp.tenancy.context import organization_context
from tests.factories.directory import PersonFactory
from tests.factories.identity import OrganizationFactory

REMINDER = Message(kind="mentoring.check_in", subject="Check in with Priya", why="You mentor Priya.")
calls = []


def quiet_hook(organization_id, now):
    calls.append((organization_id, now))


def broken_hook(organization_id, now):
    raise RuntimeError("This hook is broken.")


@pytest.fixture
def handed_out():
    """Collects what the tick hands to the workers."""
    chunks = []
    return chunks, lambda organization_id, ids: chunks.append((organization_id, ids))


def test_idle_organizations_cost_one_query(acme, django_assert_num_queries):
    OrganizationFactory.create_batch(20)
    schedule(PersonFactory(), REMINDER, at=timezone.now() + timedelta(days=1))
    with django_assert_num_queries(1):
        tasks.tick()


def test_an_organization_is_due_when_something_of_it_is(acme, globex):
    now = timezone.now()
    schedule(PersonFactory(), REMINDER, at=now + timedelta(hours=1))
    assert due_organizations(now) == []
    assert due_organizations(now + timedelta(hours=1)) == [acme.pk]


def test_what_is_scheduled_does_not_pile_up_due_rows(acme):
    now = timezone.now()
    for n, person in enumerate(PersonFactory.create_batch(5)):
        schedule(person, REMINDER, at=now + timedelta(hours=1 + n))
    assert [row.next_due_at for row in Due.objects.all()] == [now + timedelta(hours=1)]


def test_due_rows_move_on_to_what_comes_next(acme, handed_out):
    chunks, enqueue = handed_out
    now = timezone.now()
    first, second = PersonFactory.create_batch(2)
    sooner = schedule(first, REMINDER, at=now + timedelta(hours=1))
    later = schedule(second, REMINDER, at=now + timedelta(hours=5))

    at = now + timedelta(hours=1)
    assert run_due(acme.pk, at, enqueue) == 1
    assert chunks == [(acme.pk, [sooner.pk])]
    assert Due.objects.get().next_due_at == at + AGAIN, "looked at again, should the worker die"

    Notification.objects.filter(pk=sooner.pk).update(state="sent")
    assert run_due(acme.pk, at + AGAIN, enqueue) == 0
    assert Due.objects.get().next_due_at == later.not_before

    Notification.objects.update(state="sent")
    assert run_due(acme.pk, later.not_before, enqueue) == 0
    assert Due.objects.count() == 0


def test_an_abandoned_claim_is_handed_out_again(acme, handed_out):
    chunks, enqueue = handed_out
    now = timezone.now()
    written = notify(PersonFactory(), REMINDER)
    Notification.objects.update(state="claimed", claimed_until=now + timedelta(minutes=3))
    assert run_due(acme.pk, now + timedelta(minutes=2, seconds=30), enqueue) == 0
    assert Due.objects.get().next_due_at == now + timedelta(minutes=3)
    assert run_due(acme.pk, now + timedelta(minutes=3), enqueue) == 1
    assert chunks == [(acme.pk, [written.pk])]


def test_many_go_out_in_chunks(acme, handed_out):
    chunks, enqueue = handed_out
    people = PersonFactory._meta.model.objects.bulk_create(
        [PersonFactory._meta.model(employee_number=f"N{n}") for n in range(CHUNK + 1)]
    )
    notify_many([Notice(person, REMINDER) for person in people])
    assert run_due(acme.pk, timezone.now(), enqueue) == CHUNK + 1
    assert [len(ids) for _, ids in chunks] == [CHUNK, 1]


def test_a_tick_reads_what_is_due_and_not_what_is_scheduled(acme):
    model = PersonFactory._meta.model
    people = model.objects.bulk_create([model(employee_number=f"N{n}") for n in range(5000)])
    now = timezone.now()
    notify_many([Notice(person, REMINDER, not_before=now + timedelta(days=1)) for person in people])
    notify_many([Notice(person, REMINDER, period="due", not_before=now) for person in people[:3]])
    planned = due.queries.planned_until(now)
    plan = planned.order_by("not_before").values_list("pk", flat=True).explain(analyze=True, buffers=True)
    assert "notification_planned" in plan
    assert "Seq Scan" not in plan
    assert "Rows Removed by Filter" not in plan


def test_hooks_are_called_for_due_organizations_only(acme, globex, settings, handed_out):
    _, enqueue = handed_out
    settings.TICK_HOOKS = [f"{__name__}.quiet_hook"]
    calls.clear()
    now = timezone.now()
    wake_at(now + timedelta(days=1))
    assert due_organizations(now) == []

    at = now + timedelta(days=1)
    for organization_id in due_organizations(at):
        run_due(organization_id, at, enqueue)
    assert calls == [(acme.pk, at)]
    assert Due.objects.count() == 0, "the hook did not ask to be called again"


def test_a_broken_hook_holds_up_neither_mail_nor_other_hooks(acme, settings, handed_out, caplog):
    chunks, enqueue = handed_out
    settings.TICK_HOOKS = [f"{__name__}.broken_hook", f"{__name__}.quiet_hook"]
    calls.clear()
    notify(PersonFactory(), REMINDER)
    at = timezone.now() + timedelta(minutes=5)

    assert run_due(acme.pk, at, enqueue) == 1
    assert (len(chunks), len(calls)) == (1, 1)
    assert due_organizations(at) == [acme.pk], "it is tried again with the next tick"
    assert "broken_hook failed" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_wish_written_while_the_tick_runs_is_not_lost():
    organization = OrganizationFactory()
    now = timezone.now()
    at = now + timedelta(hours=1)
    with organization_context(organization):
        wake_at(at)
    asked, may_commit = Event(), Event()

    def plan():
        with organization_context(organization):
            wake_at(at + timedelta(seconds=1))
            asked.set()
            may_commit.wait(10)
        connection.close()

    planner = Thread(target=plan)
    planner.start()
    asked.wait(10)
    run_due(organization.pk, at, lambda *args: None)
    may_commit.set()
    planner.join()

    assert due_organizations(at + timedelta(minutes=1)) == [organization.pk]


@pytest.mark.django_db(transaction=True)
def test_planners_do_not_wait_for_each_other():
    organization = OrganizationFactory()
    at = timezone.now() + timedelta(hours=1)
    with organization_context(organization):
        wake_at(at)
    done = Event()

    def plan():
        with organization_context(organization):
            wake_at(at + timedelta(minutes=1))
            wake_at(at - timedelta(minutes=1))
        connection.close()
        done.set()

    with organization_context(organization):
        wake_at(at + timedelta(minutes=1))
        wake_at(at - timedelta(minutes=1))
        planner = Thread(target=plan)
        planner.start()
        assert done.wait(10)
    planner.join()
