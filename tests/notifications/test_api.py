"""One's own notifications over the API."""

import datetime as dt

import pytest
from django.utils import timezone

from amdp.notifications.models import Notification
from amdp.notifications.queries import unread_count
from amdp.notifications.services import Message, notify, schedule

URL = "/api/v1/o/acme/notifications/"
ASKED = Message(kind="a.asked", subject="Approve", why="You lead.", action="Open", path="/o/acme/more/")
TOLD = Message(kind="a.told", subject="Told", why="You nominated.", body=("Once.",))


@pytest.fixture
def told(alice, bob):
    """Alice has two, the older one read; Bob has one of the same."""
    hour = timezone.now() - dt.timedelta(hours=1)
    asked = notify(alice.person, ASKED, not_before=hour)
    Notification.objects.filter(pk=asked.pk).update(read_at=timezone.now())
    schedule(alice.person, ASKED, at=timezone.now() + dt.timedelta(days=1), period="later")
    return notify(alice.person, TOLD), notify(bob.person, TOLD)


def subjects(client, **query):
    return [row["subject"] for row in client.get(URL, query).json()["results"]]


def test_one_reads_one_s_own(sign_in, told, alice, owner):
    client = sign_in(alice)
    assert subjects(client) == ["Told", "Approve"]
    assert subjects(client, unread=True) == ["Told"]
    assert client.get(URL).json()["results"][0]["body"] == ["Once."]
    assert subjects(sign_in(owner)) == []


def test_one_is_marked_and_stays_so(sign_in, told, alice):
    client, path = sign_in(alice), f"{URL}{told[0].pk}/read/"
    first = client.post(path).json()["read_at"]
    assert first
    assert client.post(path).json()["read_at"] == first


def test_nobody_marks_another_s(sign_in, told, alice, owner, charlie):
    statuses = [sign_in(one).post(f"{URL}{told[1].pk}/read/").status_code for one in (alice, owner, charlie)]
    assert statuses == [404] * 3
    assert Notification.objects.get(pk=told[1].pk).read_at is None


def test_all_of_one_s_own_are_marked(sign_in, told, alice, bob, charlie):
    assert sign_in(charlie).post(f"{URL}read-all/").status_code == 404
    assert sign_in(alice).post(f"{URL}read-all/").json() == {"marked": 1}
    assert sign_in(alice).post(f"{URL}read-all/").json() == {"marked": 0}
    assert (unread_count(alice), unread_count(bob)) == (0, 1)
