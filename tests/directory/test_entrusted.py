"""Mentors read the entries of their mentees, assessors those of the candidates they were given."""

import pytest
from django.core.checks import run_checks
from django.urls import reverse

from amdp.directory.access import visible_people
from amdp.identity.models import Membership
from amdp.tenancy.context import organization_context
from cohorts.models import Cohort
from mentoring.models import Mentorship
from selection.models import Candidate
from tests.factories.cohorts import ParticipantFactory
from tests.factories.directory import (
    AccountFactory,
    JobEventFactory,
    PerformanceRatingFactory,
    PersonFactory,
)
from tests.factories.mentoring import MentorFactory, MentorshipFactory
from tests.factories.selection import (
    AssessorFactory,
    CandidateFactory,
    ScoresheetFactory,
    in_state,
    nominating_cohort,
)


def page_of(client, person):
    return client.get(reverse("directory:person_detail", args=["acme", person.pk]))


def seen_by(member):
    fresh = Membership.objects.get(pk=member.pk)
    return {person.first_name for person in visible_people(fresh)}


@pytest.fixture
def mia(acme):
    """Somebody with a history, ratings, an account and a report, in another line."""
    mia = PersonFactory(first_name="Mia", last_name="Mentee", job_title="Account manager", market="US")
    JobEventFactory(person=mia, event="promotion", job_title="Once a representative")
    PerformanceRatingFactory(person=mia, year=2025, rating="3.5")
    AccountFactory(owner=mia, name="Tidewater Health")
    PersonFactory(first_name="Rex", last_name="Report", manager=mia)
    return mia


@pytest.fixture
def pair(bob, mia):
    """Bob mentors Mia."""
    return MentorshipFactory(
        mentor=MentorFactory(person=bob.person), participant=ParticipantFactory(person=mia)
    )


@pytest.fixture
def sheet(bob, mia):
    """Bob is given Mia to assess."""
    cohort = in_state(nominating_cohort(), Cohort.State.ASSESSING)
    candidate = CandidateFactory(cohort=cohort, person=mia)
    return ScoresheetFactory(candidate=candidate, assessor=AssessorFactory(cohort=cohort, person=bob.person))


@pytest.mark.parametrize("task", ["pair", "sheet"])
def test_the_task_opens_the_entry_and_no_more(request, sign_in, bob, mia, task):
    client = sign_in(bob)
    assert page_of(client, mia).status_code == 404
    request.getfixturevalue(task)
    response = page_of(client, mia)
    text = response.content.decode()
    assert "Account manager" in text
    for hidden in ("Once a representative", "3.5 of 5", "Tidewater Health", "Rex Report", "below"):
        assert hidden not in text
    assert page_of(client, mia.reports.get()).status_code == 404
    assert seen_by(bob) == {"Bob", "Mia"}


@pytest.mark.parametrize("task", ["pair", "sheet"])
def test_the_api_says_the_same(request, sign_in, bob, mia, task):
    request.getfixturevalue(task)
    client = sign_in(bob)

    def listed(what):
        return client.get(f"/api/v1/o/acme/{what}/").json()["results"]

    assert {row["first_name"] for row in listed("people")} == {"Bob", "Mia"}
    assert [listed("job-events"), listed("ratings"), listed("accounts")] == [[], [], []]


def test_the_task_of_one_opens_nothing_for_others(pair, sheet, acme, alice, bob, sponsor, globex):
    with organization_context(globex):
        PersonFactory(first_name="Mia", last_name="Lookalike")
    assert seen_by(alice) == {"Alice", "Bob"}
    assert seen_by(sponsor) == set()


def test_with_the_task_the_entry_closes_again(bob, pair):
    Mentorship.objects.update(state=Mentorship.State.ENDED)
    assert seen_by(bob) == {"Bob"}


def test_assessors_read_entries_while_they_assess_and_until_the_release(bob, sheet):
    cohort = sheet.candidate.cohort
    seen = {}
    for state in (Cohort.State.NOMINATING, Cohort.State.SELECTING, Cohort.State.RUNNING):
        in_state(cohort, state)
        seen[state] = "Mia" in seen_by(bob)
    assert list(seen.values()) == [False, True, False]
    in_state(cohort, Cohort.State.ASSESSING)
    Candidate.objects.update(state=Candidate.State.WITHDRAWN)
    assert seen_by(bob) == {"Bob"}


def test_a_leader_who_mentors_reads_both(alice, bob, mia):
    MentorshipFactory(mentor=MentorFactory(person=alice.person), participant=ParticipantFactory(person=mia))
    assert seen_by(alice) == {"Alice", "Bob", "Mia"}


def test_the_list_costs_the_same_queries_for_one_mentee_and_thirty(sign_in, bob, pair, count_queries):
    client, address = sign_in(bob), reverse("directory:person_list", args=["acme"])
    client.get(address)
    few = count_queries(lambda: client.get(address))
    for _ in range(29):
        MentorshipFactory(mentor=pair.mentor)
    assert client.get(address).context["list"].count == 31
    assert count_queries(lambda: client.get(address)) == few


def test_a_reader_that_does_not_exist_is_found_at_start(settings):
    settings.DIRECTORY_READERS = ["mentoring.access.nobody"]
    assert [error.id for error in run_checks() if error.id == "directory.E001"] == ["directory.E001"]


def test_without_readers_the_directory_works_alone(settings, bob, pair):
    settings.DIRECTORY_READERS = []
    assert seen_by(bob) == {"Bob"}
