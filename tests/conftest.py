"""PostgreSQL as in production: migrated by its owner, used by the application login."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases
from hypothesis import settings as hypothesis_settings

from amdp.tenancy.context import organization_context

# a busy machine is no reason to fail: properties are about results, benchmarks about time
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
"""
# A live server's last connection may outlive its thread, and then the database cannot be dropped.
END_OTHER_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user
"""


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment, django_db_blocker, django_db_modify_db_settings, django_db_keepdb
):
    """Migrate as owner, then assume the application role: run as owner, no isolation test would fail."""
    with django_db_blocker.unblock():
        databases = setup_databases(verbosity=0, interactive=False, keepdb=django_db_keepdb)
        with connection.cursor() as cursor:
            cursor.execute(GRANTS.format(role=settings.APPLICATION_ROLE))
        connection.close()
    connection.settings_dict["OPTIONS"]["assume_role"] = settings.APPLICATION_ROLE
    yield
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["OPTIONS"].pop("assume_role")
        if not django_db_keepdb:
            with connection.cursor() as cursor:
                cursor.execute(END_OTHER_SESSIONS)
            teardown_databases(databases, verbosity=0)


@pytest.fixture
def acme(db):
    """The organization of the story, current for the whole test."""
    from tests.factories.identity import OrganizationFactory

    organization = OrganizationFactory(name="Acme", slug="acme")
    with organization_context(organization):
        yield organization


@pytest.fixture
def globex(db):
    """The organization beside it, with look-alike data where a test needs something that could leak."""
    from tests.factories.identity import OrganizationFactory

    return OrganizationFactory(name="Globex", slug="globex")


@pytest.fixture
def owner(acme):
    return _member(acme, "Olivia Owner", "owner")


@pytest.fixture
def ld_admin(acme):
    return _member(acme, "Lena Admin", "ld_admin")


@pytest.fixture
def hr_analyst(acme):
    return _member(acme, "Hana Analyst", "hr_analyst")


@pytest.fixture
def sponsor(acme):
    return _member(acme, "Sam Sponsor", "sponsor")


@pytest.fixture
def alice(acme):
    """Alice manages at Acme: a member tied to a person with one report, Bob."""
    from tests.factories.directory import PersonFactory

    member = _member(acme, "Alice Manager")
    member.person = PersonFactory(first_name="Alice", last_name="Manager", membership=member)
    return member


@pytest.fixture
def bob(acme, alice):
    """Bob works for Alice at Acme."""
    from tests.factories.directory import PersonFactory

    member = _member(acme, "Bob Mentor")
    member.person = PersonFactory(
        first_name="Bob", last_name="Mentor", membership=member, manager=alice.person
    )
    return member


@pytest.fixture
def charlie(globex):
    """Charlie owns Globex: a stranger at Acme."""
    return _member(globex, "Charlie Stranger", "owner")


@pytest.fixture
def sign_in(client):
    """Sign a member in: ``sign_in(alice).get(url)``."""

    def as_member(member):
        client.force_login(member.user)
        return client

    return as_member


@pytest.fixture(scope="module")
def browser():
    """One Chromium for the browser tests of a module; each opens pages of its own."""
    from tests.web.browser import chromium

    with chromium() as browser:
        yield browser


@pytest.fixture
def count_queries():
    """How many queries a call takes: ``count_queries(lambda: client.get(url))``."""

    def count(call):
        with CaptureQueriesContext(connection) as queries:
            call()
        return len(queries)

    return count


def _member(organization, name, *roles):
    from tests.factories.identity import MembershipFactory

    return MembershipFactory(organization=organization, user__name=name, granted_roles=list(roles))
