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


def short_bar(page):
    bar = page.split('aria-label="Main, short"')[1].split("<details")[0]
    return [name for name in ("Home", "Programs", "Selection", "Journeys", "Mentoring") if name in bar]


def test_the_bar_of_a_phone_holds_what_one_does_most(sign_in, alice, bob, ld_admin):
    url = reverse("home:home", args=["acme"])
    bars = {who: short_bar(sign_in(who).get(url).content.decode()) for who in (alice, bob, ld_admin)}
    assert bars == {
        alice: ["Home", "Selection", "Journeys"],  # she leads
        bob: ["Home", "Journeys", "Mentoring"],
        ld_admin: ["Home", "Programs", "Selection"],
    }


def test_a_long_list_shows_twenty_things_and_the_rest_on_request(sign_in, alice, bob):
    from cohorts.models import Cohort
    from tests.factories.selection import ApprovalFactory

    ApprovalFactory.create_batch(23, approver=alice.person)
    Cohort.objects.update(state="draft")
    client, url = sign_in(alice), reverse("home:home", args=["acme"])
    page = client.get(url).content.decode()
    assert "23 things need you" in page
    assert page.count("Decide on") == 20 * 2  # once to see, once with the button to hear
    assert "Show all 23" in page
    everything = client.get(url, {"all": 1}).content.decode()
    assert everything.count("Decide on") == 23 * 2
    assert "Show all" not in everything


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


def test_a_long_line_in_programs_has_a_link_to_everybody(sign_in, alice):
    from tests.factories.cohorts import CohortFactory, ParticipantFactory
    from tests.factories.directory import PersonFactory

    home, everybody = reverse("home:home", args=["acme"]), reverse("curriculum:line_journeys", args=["acme"])
    cohort = CohortFactory(state="running")
    for name in ("Abel", "Baker", "Clark", "Davis", "Evans", "Frank"):
        ParticipantFactory(cohort=cohort, person=PersonFactory(manager=alice.person, last_name=name))
    assert everybody not in sign_in(alice).get(home).content.decode()
    ParticipantFactory(cohort=cohort, person=PersonFactory(manager=alice.person, last_name="Young"))
    page = sign_in(alice).get(home).content.decode()
    assert everybody in page
    assert "Frank" in page
    assert "Young" not in page


def test_search_finds_cohorts_by_the_start_of_a_word(sign_in, ld_admin):
    from tests.factories.cohorts import CohortFactory

    CohortFactory(name="Account Director 2027")
    url = reverse("home:search", args=["acme"])
    assert "Account Director 2027" in sign_in(ld_admin).get(url, {"q": "direc"}).content.decode()
    assert "Account Director 2027" in sign_in(ld_admin).get(url, {"q": "2027"}).content.decode()
    assert "Account Director 2027" not in sign_in(ld_admin).get(url, {"q": "rector"}).content.decode()


def test_search_finds_candidates_for_those_who_follow_them_and_never_tells_the_candidate(
    sign_in, ld_admin, alice, bob
):
    from tests.factories.selection import CandidateFactory, NominationFactory, nominating_cohort

    candidate = CandidateFactory(person=bob.person, cohort=nominating_cohort(name="Account Director 2027"))
    url = reverse("home:search", args=["acme"])
    file = reverse("selection:candidate_detail", args=["acme", candidate.pk])

    def finds(member):
        return file in sign_in(member).get(url, {"q": "bob"}).content.decode()

    assert finds(ld_admin)
    assert not finds(bob)
    assert not finds(alice), "leading somebody does not tell that another nominated them"
    NominationFactory(candidate=candidate, nominator=alice.person, state="approved")
    assert finds(alice)
    assert sign_in(alice).get(file).status_code == 200


def test_search_costs_the_same_however_much_it_finds(sign_in, ld_admin, count_queries):
    from tests.factories.selection import CandidateFactory, eligible_person, nominating_cohort

    cohort = nominating_cohort(name="Robin cohort")
    client = sign_in(ld_admin)
    url = reverse("home:search", args=["acme"])

    def nominate(count):
        for _ in range(count):
            CandidateFactory(cohort=cohort, person=eligible_person(first_name="Robin"))

    nominate(1)
    one = count_queries(lambda: client.get(url, {"q": "robin"}))
    nominate(7)
    assert count_queries(lambda: client.get(url, {"q": "robin"})) == one


def test_a_character_that_no_text_can_hold_is_not_searched_for(sign_in, ld_admin):
    from tests.factories.cohorts import CohortFactory

    CohortFactory(name="Spring 2027")
    page = sign_in(ld_admin).get(reverse("home:search", args=["acme"]), {"q": "spr\0ing"})
    assert "Spring 2027" in page.content.decode()
