from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from amdp.audit import services as audit
from amdp.identity import mails, tasks
from amdp.identity.models import ApiToken, Membership, Role, User
from amdp.identity.queries import members_with
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import Organization


@transaction.atomic
def add_member(
    organization: Organization, user: User, *, roles: Iterable[str] | None = None, by: Membership | None
) -> Membership:
    """Let a user in, with these granted roles; one who is in already gains them."""
    membership, _ = Membership.objects.select_for_update().get_or_create(organization=organization, user=user)
    before = sorted(membership.granted_roles)
    membership.granted_roles = sorted({*before, *(roles or [])})
    membership.is_active = True
    membership.save(update_fields=["granted_roles", "is_active"])
    with organization_context(organization):
        audit.record(
            "membership.added",
            membership,
            by=by,
            before={"roles": before},
            after={"roles": membership.granted_roles},
        )
    return membership


@transaction.atomic
def set_roles(membership: Membership, roles: Iterable[str], *, why: str, by: Membership) -> Membership:
    """Grant and revoke until the member holds exactly these roles; one audit entry per role.

    An owner who grants themselves a role is announced to the other owners. Raises ValidationError without
    a reason, when the organization would be left without an owner, or for roles that nobody holds together.
    """
    membership = _locked(membership)
    held, wanted = set(membership.roles), {Role(role) for role in roles}
    granted, revoked = sorted(wanted - held), sorted(held - wanted)
    if not granted and not revoked:
        return membership
    if not why.strip():
        raise ValidationError({"why": "Say why. The reason is kept in the audit log."})
    if Role.OWNER in revoked:
        _keep_an_owner(membership)
    _keep_apart(wanted)
    membership.granted_roles = sorted(wanted)
    membership.save(update_fields=["granted_roles"])
    membership.__dict__.pop("roles", None)
    for verb, changed in (("role.granted", granted), ("role.revoked", revoked)):
        for role in changed:
            audit.record(verb, membership, by=by, after={"role": role}, why=why)
    if granted and membership.pk == by.pk:
        _announce_self_grant(membership, granted, why)
    return membership


@transaction.atomic
def remove_member(membership: Membership, *, why: str, by: Membership) -> Membership:
    """End a membership: roles and API tokens go with it; what the member did stays.

    Raises ValidationError without a reason, or for the last owner.
    """
    membership = _locked(membership)
    if not why.strip():
        raise ValidationError({"why": "Say why. The reason is kept in the audit log."})
    if membership.has(Role.OWNER):
        _keep_an_owner(membership)
    before = {"roles": membership.granted_roles}
    membership.granted_roles, membership.is_active = [], False
    membership.save(update_fields=["granted_roles", "is_active"])
    ApiToken.objects.filter(membership=membership).delete()
    audit.record("membership.removed", membership, by=by, before=before, why=why)
    return membership


@transaction.atomic
def change_profile(member: Membership, *, name: str, time_zone: str) -> Membership:
    """The member's own name (on every page, of every organization) and own time zone here."""
    user = member.user
    user.name = name
    user.save(update_fields=["name"])
    member.time_zone = time_zone
    member.save(update_fields=["time_zone"])
    return member


def _locked(membership: Membership) -> Membership:
    """The member, with every owner of the organization locked in the same order, so that two people
    cannot remove each other's last owner at once."""
    owners = Membership.objects.filter(
        organization_id=membership.organization_id, granted_roles__contains=[Role.OWNER]
    )
    list(owners.select_for_update(no_key=True).order_by("pk"))
    return (
        Membership.objects.select_related("user", "organization")
        .select_for_update(no_key=True, of=("self",))
        .get(pk=membership.pk, organization_id=membership.organization_id)
    )


def _keep_an_owner(membership: Membership) -> None:
    if not members_with(membership.organization, Role.OWNER).exclude(pk=membership.pk).exists():
        raise ValidationError(
            f"{membership} is the only owner of {membership.organization}. Make somebody else an owner first."
        )


def _keep_apart(roles: set[Role]) -> None:
    if {Role.LD_ADMIN, Role.IMPACT_REVIEWER} <= roles:
        raise ValidationError(
            {
                "roles": "Whoever runs selections does not review their adverse impact. Choose one of the two roles."
            }
        )


def _announce_self_grant(membership: Membership, granted: list[Role], why: str) -> None:
    others = members_with(membership.organization, Role.OWNER).exclude(pk=membership.pk)
    context = {
        "member": membership,
        "organization": membership.organization,
        "roles": [role.label for role in granted],
        "why": why,
        "link": mails.site_url(f"/o/{membership.organization.slug}/settings/audit/"),
    }
    for other in others:
        tasks.send_after_commit(mails.compose("identity/email/self_grant", other.user.email, context))
