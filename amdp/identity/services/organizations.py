from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.models import RESERVED_SLUGS, Organization


@transaction.atomic
def create_organization(slug: str, *, name: str, **fields: object) -> Organization:
    """A new, empty organization. Raises ValidationError when the slug or a field is not usable.

    A time zone given here counts as confirmed; without one the first owner is asked for it.
    """
    if slug in RESERVED_SLUGS:
        raise ValidationError({"slug": f"“{slug}” is reserved. Choose another short name."})
    organization = Organization(slug=slug, name=name, **fields)
    if "time_zone" in fields:
        _check_zone(organization.time_zone)
        organization.time_zone_confirmed_at = timezone.now()
    organization.full_clean()
    organization.save()
    return organization


@transaction.atomic
def change_organization(organization: Organization, *, by: Membership, **changes: Any) -> Organization:
    """Change name, accent, time zone, market or the two-factor rule; what stays the same is not audited.

    Another time zone is a confirmed one.
    """
    organization = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    before = {name: getattr(organization, name) for name in changes}
    for name, value in changes.items():
        setattr(organization, name, value)
    changed = [name for name in changes if before[name] != changes[name]]
    if not changed:
        return organization
    if "time_zone" in changed:
        _check_zone(organization.time_zone)
        organization.time_zone_confirmed_at = timezone.now()
    organization.full_clean()
    organization.save(update_fields=[*changed, "time_zone_confirmed_at"])
    audit.record(
        "organization.changed",
        organization,
        by=by,
        before={name: before[name] for name in changed},
        after={name: changes[name] for name in changed},
    )
    return organization


@transaction.atomic
def confirm_time_zone(organization: Organization, *, time_zone: str, by: Membership) -> Organization:
    """An owner says that this is the organization's time zone. Saying the same again changes nothing."""
    organization = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    before = organization.time_zone
    if organization.time_zone_confirmed_at is not None and before == time_zone:
        return organization
    _check_zone(time_zone)
    organization.time_zone, organization.time_zone_confirmed_at = time_zone, timezone.now()
    organization.save(update_fields=["time_zone", "time_zone_confirmed_at"])
    audit.record(
        "organization.time_zone_confirmed",
        organization,
        by=by,
        before={"time_zone": before},
        after={"time_zone": time_zone},
    )
    return organization


def _check_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError({"time_zone": f"“{name}” is no time zone. Choose one such as Europe/Berlin."})
