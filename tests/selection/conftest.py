import pytest

from amdp.tenancy.context import organization_context
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory
from tests.factories.selection import eligible_person, nominating_cohort


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
