"""Who acts in whose name on a day."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from amdp.directory.models import Person
from amdp.directory.queries import employed, local_today, person_of
from amdp.identity.models import Membership
from selection.models import Delegation

Duty = Delegation.Duty


def in_force(on: date, duty: str | None = None) -> QuerySet[Delegation]:
    """Delegations that count on that day, for one duty or any; both people work here then."""
    found = Delegation.objects.filter(
        employed(on, "principal__"),
        employed(on, "delegate__"),
        revoked_at=None,
        from_on__lte=on,
        until_on__gte=on,
    )
    return found if duty is None else found.filter(duties__contains=[duty])


def acts_for(member: Membership, on: date | None = None, duty: str | None = None) -> QuerySet[Person]:
    """In whose name the member acts on that day (default: the member's own today), for one duty or any."""
    person = person_of(member)
    if person is None:
        return Person.objects.none()
    held = in_force(on or local_today(member), duty).filter(delegate=person)
    return Person.objects.filter(pk__in=held.order_by().values("principal_id"))


def delegates_of(
    people: Iterable[Person], on: date, duty: str = Duty.APPROVE
) -> list[tuple[Person, Delegation]]:
    """Who acts for these people that day, each with the delegation; only who can sign in."""
    found = in_force(on, duty).filter(principal__in=list(people), delegate__membership__is_active=True)
    rows = found.select_related("delegate__membership", "delegate__organization", "principal")
    return [(one.delegate, one) for one in rows.order_by("pk")]


def delegations_of(member: Membership) -> QuerySet[Delegation]:
    """The delegations a member gave or holds, newest first."""
    person = person_of(member)
    found = Delegation.objects.select_related("principal", "delegate", "revoked_by__user")
    if person is None:
        return found.none()
    return found.filter(Q(principal=person) | Q(delegate=person))


def lines_to_nominate(member: Membership) -> list[Delegation]:
    """The delegations by which the member nominates for somebody today, each with that leader."""
    person = person_of(member)
    if person is None:
        return []
    held = in_force(local_today(member), Duty.NOMINATE).filter(delegate=person)
    return list(held.select_related("principal").order_by("principal__last_name_key", "pk"))
