from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.models import RESERVED_SLUGS, Organization


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
def change_organization(organization: Organization, *, by: Membership, **changes: Any) -> Organization:
    """Change name, accent, time zone, market or the two-factor rule; what stays the same is not audited."""
    organization = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    before = {name: getattr(organization, name) for name in changes}
    for name, value in changes.items():
        setattr(organization, name, value)
    changed = [name for name in changes if before[name] != changes[name]]
    if not changed:
        return organization
    organization.full_clean()
    organization.save(update_fields=changed)
    audit.record(
        "organization.changed",
        organization,
        by=by,
        before={name: before[name] for name in changed},
        after={name: changes[name] for name in changed},
    )
    return organization
