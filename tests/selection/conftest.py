import pytest

from amdp.tenancy.context import organization_context
from cohorts.models import Cohort
from selection.services import open_calibration
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory
from tests.factories.selection import (
    AssessorFactory,
    assessed_candidate,
    eligible_person,
    in_state,
    nominating_cohort,
)
from tests.smtp import smtp
from tests.worker import worker

__all__ = ["smtp", "worker"]


@pytest.fixture
def login(acme):
    """A login for a directory person: ``login(person)``."""

    def for_person(person, *roles):
        member = MembershipFactory(organization=acme, user__name=person.name, granted_roles=list(roles))
        person.membership = member
        person.save(update_fields=["membership"])
        member.person = person
        return member

    return for_person


@pytest.fixture
def dana(acme, login):
    """The second-line leader: Alice reports to her."""
    return login(PersonFactory(first_name="Dana", last_name="Director"))


@pytest.fixture
def alice(acme, dana, login):
    """The nominator: Jordan reports to her."""
    return login(PersonFactory(first_name="Alice", last_name="Manager", manager=dana.person))


@pytest.fixture
def jordan(alice, login):
    """Whom Alice nominates, with a login."""
    return login(eligible_person(first_name="Jordan", last_name="Lee", manager=alice.person))


@pytest.fixture
def casey(alice, login):
    """Jordan's colleague."""
    return login(eligible_person(first_name="Casey", last_name="Colleague", manager=alice.person))


@pytest.fixture
def erin(acme, login):
    """Somebody outside the line who assesses."""
    return login(PersonFactory(first_name="Erin", last_name="Assessor"))


@pytest.fixture
def cohort(acme):
    return nominating_cohort(name="Account Director 2027")


@pytest.fixture
def ada(login):
    """An L&D admin who can be nominated as everybody else."""
    return login(eligible_person(first_name="Ada", last_name="Admin"), "ld_admin")


@pytest.fixture
def stranger(globex):
    """L&D at Globex, where a cohort of the same name takes nominations."""
    with organization_context(globex):
        nominating_cohort(name="Account Director 2027")
        return MembershipFactory(organization=globex, granted_roles=["ld_admin"])


@pytest.fixture
def assessed(acme, erin, alice):
    """Erin and another assessed Ana, Ben and Cleo, whom Alice nominated; everybody performs well."""
    cohort = in_state(nominating_cohort(name="Account Leadership 2027", seats=2), Cohort.State.ASSESSING)
    panel = [AssessorFactory(cohort=cohort, person=erin.person), AssessorFactory(cohort=cohort)]
    for name, value in (("Ana", 5), ("Ben", 3), ("Cleo", 1)):
        person = {"first_name": name, "last_name": "", "market": "DE"}
        assessed_candidate(cohort, panel, value=value, nominator=alice.person, **person)
    return cohort


@pytest.fixture
def calibration(assessed, ld_admin, erin):
    """Open, with Erin in it."""
    return open_calibration(assessed, [erin], by=ld_admin)
