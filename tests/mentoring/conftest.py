import pytest

from tests.factories.cohorts import CohortFactory, ParticipantFactory
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory
from tests.factories.mentoring import MentorFactory, MentorshipFactory
from tests.smtp import smtp
from tests.worker import worker

__all__ = ["smtp", "worker"]


@pytest.fixture
def cohort(acme):
    return CohortFactory(name="Spring", state="running")


@pytest.fixture
def mateo(acme):
    """Mateo takes part in the cohort, in a line of his own."""
    member = MembershipFactory(organization=acme, user__name="Mateo Álvarez")
    boss = PersonFactory(first_name="Dana", last_name="Boss")
    member.person = PersonFactory(
        first_name="Mateo", last_name="Álvarez", email="mateo@example.com", membership=member, manager=boss
    )
    return member


@pytest.fixture
def participant(cohort, mateo):
    return ParticipantFactory(cohort=cohort, person=mateo.person)


@pytest.fixture
def mentor(bob):
    """Bob mentors: eight hours a month."""
    return MentorFactory(person=bob.person)


@pytest.fixture
def pair(mentor, participant):
    return MentorshipFactory(mentor=mentor, participant=participant)
