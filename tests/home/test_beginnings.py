"""The first days: an owner of an empty organization, and leaders while nominations are open."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from amdp.home import beginnings
from amdp.home.queries import home_of
from amdp.identity.models import Membership, Role
from amdp.identity.services import change_organization, invite
from amdp.tenancy.models import Organization
from cohorts.models import Cohort
from tests.factories.cohorts import ProgramFactory
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory
from tests.factories.selection import CandidateFactory, nominating_cohort

TODAY = timezone.now().date()
SOON = TODAY + datetime.timedelta(days=10)


def again(member):
    """The same member at the next request."""
    return Membership.objects.select_related("user", "organization").get(pk=member.pk)


def titles(member):
    return [task.title for task in home_of(again(member)).tasks]


def waits(member):
    return [line.title for line in home_of(again(member)).waiting]


def test_a_new_owner_is_led_from_people_to_l_and_d_to_the_first_program(acme, owner):
    assert titles(owner) == ["Bring your people in", "Invite somebody from L&D"]
    PersonFactory()
    assert titles(owner) == ["Invite somebody from L&D"]
    invite("lena@example.com", roles=[Role.LD_ADMIN], by=owner)
    assert (titles(owner), waits(owner)) == ([], ["An L&D admin accepts the invitation"])
    lena = MembershipFactory(organization=acme, granted_roles=["ld_admin"])
    assert (titles(owner), waits(owner)) == ([], ["L&D creates the first program"])
    assert titles(lena) == ["Create the first program"]
    ProgramFactory()
    assert (titles(owner), waits(owner), titles(lena)) == ([], [], [])


def test_the_first_thing_a_new_owner_is_asked_is_the_time_zone(acme, owner, ld_admin, sign_in):
    Organization.objects.update(time_zone_confirmed_at=None)
    assert titles(owner) == ["Confirm your organization’s time zone", "Bring your people in"]
    assert titles(ld_admin) == ["Create the first program"]
    address = reverse("identity:time_zone_confirm", args=["acme"])
    assert address in sign_in(owner).get(reverse("home:home", args=["acme"])).content.decode()
    sign_in(owner).post(address, {"time_zone": "Europe/Berlin"})
    assert titles(owner) == ["Bring your people in"]


def test_a_time_zone_changed_in_the_settings_is_confirmed_and_another_colour_is_no_answer(acme, owner):
    Organization.objects.update(time_zone_confirmed_at=None)
    change_organization(acme, by=owner, accent="#aa3300")
    assert titles(owner)[0] == "Confirm your organization’s time zone"
    change_organization(acme, by=owner, time_zone="Asia/Tokyo")
    assert titles(owner)[0] == "Bring your people in"


def test_an_owner_who_is_l_and_d_too_creates_the_program_alone(acme):
    both = MembershipFactory(organization=acme, granted_roles=["owner", "ld_admin"])
    assert titles(both) == ["Bring your people in", "Create the first program"]
    assert waits(both) == []


def test_people_programs_and_admins_of_another_organization_do_not_count(acme, owner, globex):
    from amdp.tenancy.context import organization_context

    with organization_context(globex):
        MembershipFactory(organization=globex, granted_roles=["ld_admin"])
        PersonFactory()
        ProgramFactory()
    assert titles(owner) == ["Bring your people in", "Invite somebody from L&D"]


def test_nobody_else_is_asked_a_question_about_it(acme, alice, hr_analyst, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert [beginnings.tasks_for(one) for one in (alice, hr_analyst)] == [[], []]


@pytest.fixture
def cohort(acme):
    cohort = nominating_cohort()
    cohort.name, cohort.markets = "Account Director 2027", ["US"]
    cohort.nominations_open_on, cohort.nominations_close_on = TODAY - datetime.timedelta(days=3), SOON
    cohort.save()
    return cohort


def open_until(member):
    found = [task for task in home_of(again(member)).tasks if task.title.startswith("Nominations are open")]
    return [(task.title, task.detail, task.due) for task in found]


def test_a_leader_is_told_until_when_nominations_are_open_and_how_many_there_are(alice, bob, cohort):
    bob.person.market = "US"
    bob.person.save()
    until = f"Nominations are open until {SOON:%a %-d %b}"
    name = "Account Director 2027."
    assert open_until(alice) == [(until, f"{name} Nobody of your line is nominated yet.", SOON)]
    CandidateFactory(cohort=cohort, person=bob.person, state="proposed")
    CandidateFactory(cohort=cohort, person=PersonFactory(market="US"), state="proposed")
    CandidateFactory(cohort=cohort, person=PersonFactory(manager=alice.person), state="drafted")
    assert open_until(alice) == [(until, f"{name} 1 person of your line is nominated.", SOON)]
    assert open_until(bob) == []


def test_only_as_long_as_the_window_is_open_and_only_in_the_lines_markets(alice, bob, cohort):
    bob.person.market = "DE"
    bob.person.save()
    assert open_until(alice) == []
    Cohort.objects.update(markets=[])
    assert len(open_until(alice)) == 1
    Cohort.objects.update(nominations_close_on=TODAY - datetime.timedelta(days=2))
    assert open_until(alice) == []
    Cohort.objects.update(nominations_close_on=SOON, nominations_open_on=SOON)
    assert open_until(alice) == []
