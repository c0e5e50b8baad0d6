"""Letting somebody act in one's name for a while."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.models import Person
from amdp.directory.queries import has_login, local_today, person_of
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from selection import access, notices
from selection.days import today_of
from selection.models import Delegation

LONGEST = 366


@transaction.atomic
def delegate_to(
    delegate: Person,
    *,
    duties: Sequence[str],
    from_on: date,
    until_on: date,
    why: str,
    by: Membership,
) -> Delegation:
    """Let somebody act in the member's own name from a day to a day. Both still may; all see who did.

    Raises ValidationError for oneself, somebody who cannot sign in, days that make no sense, and a
    delegation to the same person for the same days.
    """
    require_organization()
    principal = person_of(by)
    if principal is None:
        raise ValidationError(access.NO_PERSON)
    if not access.can_delegate(by):
        raise PermissionDenied(access.NOTHING_TO_HAND_OVER)
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=principal.pk)
    _check_delegate(principal, delegate)
    _check_days(from_on, until_on, today=local_today(by))
    chosen = [duty.value for duty in Delegation.Duty if duty in duties]
    if not chosen:
        raise ValidationError({"duties": "Choose at least one."})
    if not why.strip():
        raise ValidationError({"why": "Say why, in a few words. It is kept with every decision."})
    overlapping = Delegation.objects.filter(
        principal=principal,
        delegate=delegate,
        revoked_at=None,
        from_on__lte=until_on,
        until_on__gte=from_on,
        duties__overlap=chosen,
    ).first()
    if overlapping is not None:
        raise ValidationError(f"{delegate} acts for you already within these days. End that first.")
    delegation = Delegation.objects.create(
        principal=principal,
        delegate=delegate,
        duties=chosen,
        from_on=from_on,
        until_on=until_on,
        why=why.strip(),
    )
    facts = {"for": str(principal), "duties": chosen, "from_on": from_on, "until_on": until_on}
    audit.record("delegation.given", delegation, by=by, after=facts, why=delegation.why)
    notices.delegation_given(delegation)
    return delegation


@transaction.atomic
def revoke_delegation(delegation: Delegation, *, by: Membership) -> Delegation:
    """End it now. What was done in the other's name stays. The other side is told."""
    require_organization()
    delegation = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("principal", "delegate", "organization")
        .get(pk=delegation.pk)
    )
    if delegation.is_over(local_today(by)):
        raise ValidationError("This delegation is over already.")
    if not access.can_revoke_delegation(by, delegation):
        raise PermissionDenied("Only the two it is between can end a delegation.")
    delegation.revoked_at, delegation.revoked_by = timezone.now(), by
    delegation.save(update_fields=["revoked_at", "revoked_by"])
    audit.record("delegation.revoked", delegation, by=by, before={"until_on": delegation.until_on})
    notices.delegation_revoked(delegation, by=by)
    return delegation


def _check_delegate(principal: Person, delegate: Person) -> None:
    if delegate.pk == principal.pk:
        raise ValidationError({"person": "Choose somebody else than yourself."})
    if not delegate.is_employed(today_of(delegate)):
        raise ValidationError({"person": f"{delegate} does not work here any more."})
    if not has_login(delegate):
        raise ValidationError({"person": f"{delegate} cannot sign in, so nobody would act for you."})


def _check_days(from_on: date, until_on: date, *, today: date) -> None:
    if until_on < from_on:
        raise ValidationError({"until_on": "The last day is before the first."})
    if until_on < today:
        raise ValidationError({"until_on": "This day is past already."})
    if from_on < today:
        raise ValidationError({"from_on": "Begin today or later. Nobody acts for you in the past."})
    if (until_on - from_on).days >= LONGEST:
        raise ValidationError({"until_on": "A year at most. Extend it then if you still need it."})
