from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from amdp.notifications.models import Notification
from amdp.notifications.queries import unread_count
from amdp.notifications.services import Message, notify, schedule
from amdp.tenancy.context import organization_context

ASKED = Message(
    kind="selection.approval_asked",
    subject="Approve Jordan Lee for the Account Director cohort",
    why="You lead the line Jordan Lee works in.",
    action="Open the nomination",
    path="/o/acme/more/",
)
TOLD = Message(kind="selection.decided", subject="Jordan Lee has a seat", why="You nominated Jordan.")
LIST = "/o/acme/notifications/"


def test_the_bell_leads_to_one_s_own_newest_first(alice, bob, sign_in):
    notify(alice.person, ASKED, not_before=timezone.now() - timedelta(hours=1))
    notify(alice.person, TOLD)
    notify(bob.person, Message(kind="a.b", subject="For Bob alone", why="You mentor."))
    schedule(alice.person, ASKED, at=timezone.now() + timedelta(days=1), period="later")

    page = sign_in(alice).get(LIST)

    assert [row.subject for row in page.context["list"].rows] == [TOLD.subject, ASKED.subject]
    assert "For Bob alone" not in page.text
    assert "2 new" in page.text


def test_opening_one_marks_it_and_leads_on(alice, sign_in):
    written = notify(alice.person, ASKED)
    answer = sign_in(alice).get(f"{LIST}{written.pk}/")
    assert (answer.status_code, answer.url) == (302, ASKED.path)
    assert unread_count(alice) == 0


def test_one_without_a_button_leads_back_to_the_list(alice, sign_in):
    written = notify(alice.person, TOLD)
    assert sign_in(alice).get(f"{LIST}{written.pk}/").url == LIST


def test_all_are_marked_at_once(alice, bob, sign_in):
    notify(alice.person, ASKED)
    notify(alice, TOLD)
    notify(bob, TOLD)
    page = sign_in(alice).post(f"{LIST}read/", follow=True)
    assert page.status_code == 200
    assert "Nothing new" in page.text
    assert (unread_count(alice), unread_count(bob)) == (0, 1)


def test_reading_does_not_mark_all(alice, sign_in):
    notify(alice.person, ASKED)
    assert sign_in(alice).get(f"{LIST}read/").status_code == 405
    assert unread_count(alice) == 1


@pytest.mark.parametrize("role", ["owner", "ld_admin", "hr_analyst", "sponsor"])
def test_nobody_opens_another_s(alice, role, request, sign_in):
    other = request.getfixturevalue(role)
    written = notify(alice.person, ASKED)
    assert sign_in(other).get(f"{LIST}{written.pk}/").status_code == 404
    assert unread_count(alice) == 1


def test_a_stranger_finds_nothing(alice, charlie, globex, sign_in):
    written = notify(alice.person, ASKED)
    stranger = sign_in(charlie)
    assert stranger.get(LIST).status_code == 404
    assert stranger.get(f"/o/globex/notifications/{written.pk}/").status_code == 404
    with organization_context(globex):
        assert Notification.objects.count() == 0


def test_an_empty_list_says_what_it_is_for(alice, sign_in):
    assert "Nothing here yet" in sign_in(alice).get(LIST).text


def test_thirty_cost_as_many_queries_as_one(alice, sign_in):
    client = sign_in(alice)
    notify(alice.person, ASKED)
    client.get(LIST)
    with CaptureQueriesContext(connection) as with_one:
        client.get(LIST)
    for number in range(29):
        notify(alice.person, TOLD, period=str(number))
    with CaptureQueriesContext(connection) as with_thirty:
        assert len(client.get(LIST).context["list"].rows) == 25
    assert len(with_thirty) == len(with_one) <= 15
