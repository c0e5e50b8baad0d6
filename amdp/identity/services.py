from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction

from amdp.audit import services as audit
from amdp.identity.models import Membership, Role, User
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import RESERVED_SLUGS, Organization


def has_two_factor(user: User | AnonymousUser) -> bool:
    """Whether the login has an authenticator app set up."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()  # type: ignore[misc]


@transaction.atomic
def create_organization(slug: str, *, name: str, **fields: object) -> Organization:
    """A new, empty organization. Raises ValidationError when the slug or a field is not usable."""
    if slug in RESERVED_SLUGS:
        raise ValidationError({"slug": f"“{slug}” is reserved. Choose another short name."})
    organization = Organization(slug=slug, name=name, **fields)
    organization.full_clean()
    organization.save()
    return organization


@transaction.atomic
def add_member(
    organization: Organization, user: User, *, roles: list[Role] | None = None, by: Membership | None
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
