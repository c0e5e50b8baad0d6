"""Home answers "what needs me now" for each role."""

import datetime

import pytest
from django.urls import reverse

from amdp.web.tasks import Task, in_order


def test_overdue_comes_first_and_undated_last():
    day = datetime.date(2027, 2, 9)
    lines = [
        Task(title=title, detail="", action="", url="", icon="user", due=due)
        for title, due in [
            ("none", None),
            ("soon", day + datetime.timedelta(2)),
            ("late", day - datetime.timedelta(4)),
        ]
    ]
    assert [task.title for task in in_order(lines)] == ["late", "soon", "none"]


def test_home_greets_and_says_that_nothing_is_needed(sign_in, alice):
    response = sign_in(alice).get(reverse("home:home", args=["acme"]))
    assert response.status_code == 200
    assert "Nothing needs you now" in response.content.decode()
    assert "Alice" in response.content.decode()


def test_search_finds_only_what_the_member_may_see(sign_in, alice, bob, charlie, globex):
    from amdp.tenancy.context import organization_context
    from tests.factories.directory import AccountFactory, PersonFactory

    PersonFactory(first_name="Bobby", last_name="Elsewhere")
    AccountFactory(name="Bobcat Health", owner=bob.person)
    AccountFactory(name="Bobsled Health")
    with organization_context(globex):
        PersonFactory(first_name="Bob", last_name="Globex")
    url = reverse("home:search", args=["acme"])
    page = sign_in(alice).get(url, {"q": "bob"}).content.decode()
    assert "Bob Mentor" in page
    assert "Bobcat Health" in page
    assert "Bobby Elsewhere" not in page
    assert "Bobsled" not in page
    assert "Bob Globex" not in page


@pytest.mark.parametrize("name", ["home:home", "home:search", "home:more"])
def test_strangers_get_404_and_the_signed_out_are_asked_to_sign_in(client, sign_in, acme, charlie, name):
    url = reverse(name, args=["acme"])
    assert client.get(url).status_code == 302
    assert sign_in(charlie).get(url).status_code == 404


def test_a_leader_sees_who_of_the_own_line_is_in_a_program(sign_in, alice, bob):
    from tests.factories.cohorts import CohortFactory, ParticipantFactory
    from tests.factories.directory import PersonFactory

    cohort = CohortFactory(state="running", name="Spring cohort")
    ParticipantFactory(cohort=cohort, person=bob.person)
    ParticipantFactory(cohort=cohort, person=PersonFactory(first_name="Elsewhere"))
    page = sign_in(alice).get(reverse("home:home", args=["acme"])).content.decode()
    assert "Your line in programs" in page
    assert "Bob Mentor" in page
    assert "Elsewhere" not in page
    assert (
        "Your line in programs" not in sign_in(bob).get(reverse("home:home", args=["acme"])).content.decode()
    )
