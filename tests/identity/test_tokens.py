"""Personal tokens are shown once, expire, and speak for one member in one organization."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.identity.models import ApiToken
from amdp.identity.queries import member_for_token
from amdp.identity.services import create_token, remove_member, revoke_token


@pytest.fixture
def pair(alice):
    return create_token(alice, name="Nightly report", scope="write", days=30)


def test_the_secret_is_kept_as_a_hash(pair):
    token, secret = pair
    assert secret.startswith(token.prefix)
    assert secret not in str(vars(ApiToken.objects.get()))
    assert all(secret not in str(vars(entry)) for entry in AuditEntry.objects.all())


def test_it_speaks_for_its_member_in_its_organization(pair, alice, globex):
    member = member_for_token("acme", pair[1])
    assert (member, member.token_scope) == (alice, "write")
    assert member_for_token("globex", pair[1]) is None
    assert member_for_token("nowhere", pair[1]) is None
    assert ApiToken.objects.get().last_used_at is not None


def test_revoked_expired_and_removed_ones_do_not(pair, alice, owner):
    token, secret = pair
    revoke_token(token, by=alice)
    assert member_for_token("acme", secret) is None
    ApiToken.objects.update(revoked_at=None, expires_at=timezone.now())
    assert member_for_token("acme", secret) is None
    ApiToken.objects.update(expires_at=timezone.now() + dt.timedelta(days=1))
    assert member_for_token("acme", secret) == alice
    remove_member(alice, why="Left", by=owner)
    assert member_for_token("acme", secret) is None


@pytest.mark.parametrize("days", [0, 366])
def test_it_works_for_a_year_at_most(alice, days):
    with pytest.raises(ValidationError, match="at most a year"):
        create_token(alice, name="For ever", days=days)


def test_revoking_twice_is_audited_once(pair, alice):
    revoke_token(pair[0], by=alice)
    revoke_token(pair[0], by=alice)
    assert AuditEntry.objects.filter(verb="api_token.revoked").count() == 1
