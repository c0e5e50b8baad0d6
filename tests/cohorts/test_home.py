"""What the home page says about programs, cohorts and placements, to whom."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from amdp.identity.models import Membership
from cohorts.models import Placement
from cohorts.queries import home as queries
from tests.factories.cohorts import (
    CohortFactory,
    ParticipantFactory,
    PlacementFactory,
    ProgramFactory,
    StakeholderFactory,
)
from tests.factories.directory import PersonFactory

TODAY = timezone.now().date()


def again(member):
    """The member as the next request sees them."""
    return Membership.objects.select_related("organization", "user").get(pk=member.pk)


def titles(member):
    return [task.title for task in queries.tasks_for(again(member))]


def test_a_stakeholder_is_asked_until_they_answer(alice, ld_admin):
    stakeholder = StakeholderFactory(person=alice.person, program__name="Residency")
    assert titles(alice) == []
    stakeholder.asked_at = timezone.now()
    stakeholder.save()
    assert titles(alice) == ["Sign off Residency"]
    assert [one.title for one in queries.waiting_for(again(ld_admin))] == [
        "Alice Manager to sign off Residency"
    ]
    stakeholder.returned_at, stakeholder.return_reason = timezone.now(), "Old numbers"
    stakeholder.save()
    assert (titles(alice), titles(ld_admin)) == ([], ["Change Residency and ask again"])


def test_a_signed_program_leads_to_its_first_cohort(ld_admin, alice):
    program = ProgramFactory(name="Residency", signed_off=True)
    assert (titles(ld_admin), titles(alice)) == (["Open the first cohort of Residency"], [])
    CohortFactory(program=program)
    assert "Open the first cohort of Residency" not in titles(ld_admin)


def test_the_leader_and_hr_are_asked_to_sign_a_placement(alice, hr_analyst, sponsor, ld_admin):
    placement = PlacementFactory(
        leader=alice.person,
        participant__person__first_name="Priya",
        participant__person__last_name="Raman",
        proposed_by=ld_admin,
    )
    expected = ["Sign the placement of Priya Raman"]
    assert (titles(alice), titles(hr_analyst), titles(sponsor)) == (expected, expected, [])
    assert [one.detail for one in queries.waiting_for(again(ld_admin))] == ["Alice Manager and HR"]
    Placement.objects.filter(pk=placement.pk).update(leader_signed_at=timezone.now())
    assert (titles(alice), titles(hr_analyst)) == ([], expected)


def test_the_next_day_of_each_cohort_is_in_the_calendar_of_l_and_d(ld_admin, hr_analyst):
    soon, later = TODAY + datetime.timedelta(days=3), TODAY + datetime.timedelta(days=40)
    begun = TODAY - datetime.timedelta(days=400)
    CohortFactory(name="Autumn", state="nominating", nominations_close_on=later)
    CohortFactory(name="Spring", state="running", starts_on=begun, ends_on=soon)
    CohortFactory(name="Past", state="running", starts_on=begun, ends_on=TODAY)
    CohortFactory(name="Far", state="running", ends_on=TODAY + datetime.timedelta(days=400))
    dates = [(one.title, one.detail, one.at.date()) for one in queries.appointments_for(again(ld_admin))]
    assert sorted(dates, key=lambda one: one[2]) == [
        ("The journey ends", "Spring", soon),
        ("Nominations close", "Autumn", later),
    ]
    assert queries.appointments_for(again(hr_analyst)) == []


def test_l_and_d_reads_of_a_release(ld_admin, hr_analyst):
    CohortFactory(name="Spring", state="running", released_at=timezone.now())
    assert [one.text for one in queries.events_for(again(ld_admin))] == [
        "Everybody nominated for Spring has the outcome."
    ]
    assert queries.events_for(again(hr_analyst)) == []


def test_a_graduate_is_asked_once(bob):
    participant = ParticipantFactory(person=bob.person, graduated=True)
    assert titles(bob) == ["Would you mentor or teach the next cohort?"]
    participant.offers_mentoring = participant.offers_teaching = False
    participant.save()
    assert titles(bob) == []


def test_an_admin_hears_what_the_calendar_asks_for(ld_admin, hr_analyst):
    week = datetime.timedelta(days=7)
    CohortFactory(name="A", nominations_open_on=TODAY + week)
    CohortFactory(
        name="B", state="nominating", nominations_open_on=TODAY - 5 * week, nominations_close_on=TODAY - week
    )
    CohortFactory(name="C", state="running", starts_on=TODAY - 80 * week, ends_on=TODAY)
    CohortFactory(name="D", nominations_open_on=TODAY + 3 * week)
    assert sorted(titles(ld_admin)) == ["Close nominations for B", "Graduate C", "Open nominations for A"]
    assert titles(hr_analyst) == []


def test_news_of_the_last_two_weeks(bob):
    ParticipantFactory(person=bob.person, cohort__name="2027")
    old = timezone.now() - datetime.timedelta(days=30)
    ParticipantFactory(person=bob.person, cohort__name="2024", enrolled_at=old)
    assert [event.text for event in queries.events_for(again(bob))] == ["You are enrolled in 2027."]


@pytest.mark.parametrize("role", [None, "ld_admin"])
def test_home_costs_few_queries_however_much_there_is(alice, role):
    alice.granted_roles = [role] if role else []
    alice.save()
    for _ in range(5):
        StakeholderFactory(person=alice.person, asked=True)
        PlacementFactory(leader=alice.person, proposed_by=alice, participant__person=PersonFactory())
        ParticipantFactory(person=alice.person, graduated=True)
        CohortFactory(nominations_open_on=TODAY)
    member = again(alice)
    with CaptureQueriesContext(connection) as asked:
        for question in (queries.tasks_for, queries.waiting_for, queries.events_for):
            assert question(member)
    # the person, and two for the desk
    assert len(asked) == 3
