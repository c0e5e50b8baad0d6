"""Roles are granted with a reason, and somebody always owns the organization."""

import pytest
from django.core.exceptions import ValidationError

from amdp.audit.models import AuditEntry
from amdp.identity.models import ApiToken, Membership, Role
from amdp.identity.services import add_member, create_token, remove_member, set_roles
from tests.factories.identity import MembershipFactory


def facts(*verbs):
    entries = AuditEntry.objects.filter(verb__in=verbs).order_by("id")
    return [(e.verb, e.actor_name, e.object_label, e.after, e.why) for e in entries]


def test_set_roles_audits_each_role_with_the_reason(owner, alice):
    set_roles(alice, [Role.SPONSOR], why="Sponsors cohort 1", by=owner)
    set_roles(alice, [Role.FACILITATOR], why="Teaches instead", by=owner)
    alice.refresh_from_db()
    assert alice.granted_roles == [Role.FACILITATOR]
    assert facts("role.granted", "role.revoked") == [
        ("role.granted", "Olivia Owner", "Alice Manager", {"role": "sponsor"}, "Sponsors cohort 1"),
        ("role.granted", "Olivia Owner", "Alice Manager", {"role": "facilitator"}, "Teaches instead"),
        ("role.revoked", "Olivia Owner", "Alice Manager", {"role": "sponsor"}, "Teaches instead"),
    ]


def test_set_roles_needs_a_reason_only_when_something_changes(owner, alice):
    set_roles(alice, [], why="", by=owner)
    with pytest.raises(ValidationError, match="Say why"):
        set_roles(alice, [Role.SPONSOR], why=" ", by=owner)
    assert facts("role.granted") == []


def test_last_owner_keeps_the_role(owner):
    with pytest.raises(ValidationError, match="Olivia Owner is the only owner of Acme"):
        set_roles(owner, [Role.SPONSOR], why="Steps down", by=owner)
    owner.refresh_from_db()
    assert owner.granted_roles == [Role.OWNER]


def test_last_owner_cannot_be_removed(owner):
    with pytest.raises(ValidationError, match="only owner"):
        remove_member(owner, why="Leaves", by=owner)


def test_an_inactive_owner_or_one_elsewhere_does_not_count(owner, charlie, acme):
    MembershipFactory(organization=acme, granted_roles=[Role.OWNER], is_active=False)
    with pytest.raises(ValidationError, match="only owner"):
        set_roles(owner, [], why="Steps down", by=owner)


def test_with_a_second_owner_the_first_may_go(owner, alice):
    set_roles(alice, [Role.OWNER], why="Takes over", by=owner)
    assert set_roles(owner, [], why="Retires", by=alice).granted_roles == []


def test_remove_member_ends_roles_and_tokens_and_is_audited(owner, ld_admin):
    create_token(ld_admin, name="Script")
    remove_member(ld_admin, why="Left the company", by=owner)
    ld_admin.refresh_from_db()
    assert (ld_admin.is_active, ld_admin.granted_roles, ApiToken.objects.count()) == (False, [], 0)
    assert facts("membership.removed") == [
        ("membership.removed", "Olivia Owner", "Lena Admin", {}, "Left the company")
    ]


def test_a_member_who_comes_back_starts_without_the_former_roles(owner, ld_admin, acme):
    remove_member(ld_admin, why="Left", by=owner)
    again = add_member(acme, ld_admin.user, roles=[Role.FACILITATOR], by=owner)
    assert (again.pk, again.is_active, again.granted_roles) == (ld_admin.pk, True, [Role.FACILITATOR])


def test_an_owner_who_takes_a_role_is_announced_to_the_other_owners(owner, alice, commit, mailoutbox):
    set_roles(alice, [Role.OWNER], why="Deputy", by=owner)
    with commit():
        set_roles(owner, [Role.OWNER, Role.HR_ANALYST], why="Analyst is on leave", by=owner)
    assert [(m.to, m.subject) for m in mailoutbox] == [
        ([alice.user.email], "Olivia Owner took a new role at Acme")
    ]
    assert "HR analyst" in mailoutbox[0].body
    assert "Analyst is on leave" in mailoutbox[0].body
    assert "Olivia Owner" in mailoutbox[0].alternatives[0][0]


def test_granting_somebody_else_a_role_is_not_announced(owner, alice, bob, commit, mailoutbox):
    set_roles(alice, [Role.OWNER], why="Deputy", by=owner)
    with commit():
        set_roles(bob, [Role.SPONSOR], why="Sponsors", by=owner)
    assert mailoutbox == []


def test_roles_are_read_anew_after_a_change(owner, alice):
    assert set_roles(alice, [Role.SPONSOR], why="Sponsors", by=owner).has(Role.SPONSOR)
    assert Membership.objects.get(pk=alice.pk).has(Role.SPONSOR)
