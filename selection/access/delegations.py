"""Who lets others act in their name, and who reads that."""

from django.db.models import QuerySet

from amdp.directory.access import leads
from amdp.directory.models import Person
from amdp.directory.queries import employed, local_today, person_of
from amdp.identity.models import Membership
from selection.models import Approval, Delegation
from selection.queries.delegations import Duty, acts_for, delegations_of

NOTHING_TO_HAND_OVER = "Leaders, and those who are asked to approve, can let somebody act for them."
NO_PERSON = "Your login is not tied to a person in the directory, so there is nothing to hand over."


def visible_delegations(member: Membership) -> QuerySet[Delegation]:
    """Those one gave or holds."""
    return delegations_of(member)


def can_delegate(member: Membership) -> bool:
    """Leaders, and whoever is or was asked to approve: there is something to hand over."""
    person = person_of(member)
    if person is None:
        return False
    return leads(member) or Approval.objects.filter(approver=person).exists()


def possible_delegates(member: Membership) -> QuerySet[Person]:
    """Whom one may let act in the own name: everybody who works here and can sign in."""
    person = person_of(member)
    if person is None or not can_delegate(member):
        return Person.objects.none()
    able = Person.objects.filter(employed(local_today(member)), membership__is_active=True)
    return able.exclude(pk=person.pk)


def acting_for(member: Membership) -> list[Person]:
    """In whose name the member decides today."""
    return list(acts_for(member, duty=Duty.APPROVE))


def can_revoke_delegation(member: Membership, delegation: Delegation) -> bool:
    """Whoever gave it takes it back, whoever holds it hands it back, until it is over."""
    person = person_of(member)
    if person is None or delegation.is_over(local_today(member)):
        return False
    return person.pk in (delegation.principal_id, delegation.delegate_id)
