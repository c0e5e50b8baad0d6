"""Who lets others act in their name, and who reads that."""

from django.db.models import Q, QuerySet

from amdp.directory.access import leads, visible_people
from amdp.directory.models import Person
from amdp.directory.queries import chain_above, employed, local_today, person_of
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
    """Whom one may let act in the own name: who works here, can sign in and is known from work, that is the
    own line, the leaders above, colleagues of the same manager, and whom the member reads in the directory."""
    person = person_of(member)
    if person is None or not can_delegate(member):
        return Person.objects.none()
    able = Person.objects.filter(employed(local_today(member)), membership__is_active=True)
    colleagues = Q(manager=person.manager_id) if person.manager_id else Q(pk__in=[])
    above = Q(pk__in=[leader.pk for leader in chain_above(person)])
    known = colleagues | above | Q(pk__in=visible_people(member).order_by().values("pk"))
    return able.filter(known).exclude(pk=person.pk)


def acting_for(member: Membership) -> list[Person]:
    """In whose name the member decides today."""
    return list(acts_for(member, duty=Duty.APPROVE))


def can_revoke_delegation(member: Membership, delegation: Delegation) -> bool:
    """Whoever gave it takes it back, whoever holds it hands it back, until it is over."""
    person = person_of(member)
    if person is None or delegation.is_over(local_today(member)):
        return False
    return person.pk in (delegation.principal_id, delegation.delegate_id)
