"""What the home page says about mentoring."""

import datetime
import uuid

from django.utils import timezone

from amdp.identity.models import Membership
from mentoring import home
from mentoring.access import mentee_participants
from mentoring.models import CheckIn, MatchRun, Mentorship
from mentoring.services import SessionFacts, ask_to_amend, log_session
from tests.factories.cohorts import CohortFactory
from tests.factories.mentoring import MentorFactory


def fresh(member):
    return Membership.objects.select_related("user", "organization").get(pk=member.pk)


def titles(member):
    return sorted(task.title for task in home.tasks_for(fresh(member)))


def test_each_side_has_its_own_tasks(pair, bob, mateo, ld_admin):
    facts = SessionFacts(held_on=timezone.now().date() - datetime.timedelta(days=1), minutes=45)
    session = log_session(pair, facts, token=uuid.uuid4(), by=bob)
    for side in CheckIn.Side:
        CheckIn.objects.create(mentorship=pair, side=side, asked_on=timezone.now().date())
    assert titles(mateo) == ["Confirm your session with Bob Mentor", "Say how it is going with Bob Mentor"]
    assert titles(bob) == ["Say how it is going with Mateo Álvarez"]
    assert [one.title for one in home.waiting_for(fresh(bob))] == ["Mateo Álvarez to confirm a session"]
    ask_to_amend(session, why="Half an hour.", by=mateo)
    assert titles(bob) == [
        "Change what you logged with Mateo Álvarez",
        "Say how it is going with Mateo Álvarez",
    ]
    assert titles(ld_admin) == []


def test_l_and_d_is_told_of_pairs_that_stay_silent(pair, ld_admin):
    Mentorship.objects.update(silence=Mentorship.Silence.ADMINS)
    assert titles(ld_admin) == ["Ask Bob Mentor and Mateo Álvarez how it is going"]


def test_a_cohort_that_nobody_matched_is_a_task_until_somebody_does(ld_admin, alice):
    cohort = CohortFactory(name="Account Director 2027", state="running", starts_on=timezone.now().date())
    assert titles(ld_admin) == ["Find mentors for Account Director 2027"]
    assert titles(alice) == []
    MatchRun.objects.create(cohort=cohort, number=1)
    assert titles(ld_admin) == []


def test_an_invitation_is_a_task(bob):
    MentorFactory(person=bob.person, invited=True)
    assert titles(bob) == ["Say whether you will mentor"]


def test_the_next_meeting_is_in_the_calendar(pair, bob, mateo):
    Mentorship.objects.update(next_meeting_at=timezone.now() + datetime.timedelta(days=2))
    assert [one.title for one in home.appointments_for(fresh(mateo))] == ["Mentor session with Bob Mentor"]
    assert [one.text for one in home.events_for(fresh(bob))] == ["You and Mateo Álvarez are a mentoring pair"]


def test_it_takes_two_queries(pair, bob, django_assert_max_num_queries):
    member = fresh(bob)
    with django_assert_max_num_queries(3):  # one finds the person
        for answer in (home.tasks_for, home.waiting_for, home.events_for, home.appointments_for):
            answer(member)


def test_mentors_read_their_mentees_progress(pair, bob, mateo):
    assert (mentee_participants(bob), mentee_participants(mateo)) == ({pair.participant_id}, set())
