from django.db.models import Exists, OuterRef, Q, QuerySet

from amdp.directory.access import visible_people
from amdp.directory.models import Person
from amdp.directory.queries import employed, local_today
from amdp.identity.models import Invitation, Membership
from amdp.identity.queries import open_invitations


def people_without_login(member: Membership) -> QuerySet[Person]:
    """People the member may see who work here and cannot sign in, with ``.invited``: is an invitation open?"""
    without = Q(membership=None) | Q(membership__is_active=False)
    waiting = open_invitations().filter(person_id=OuterRef("pk"))
    people = visible_people(member).filter(employed(local_today(member))).filter(without)
    return people.annotate(invited=Exists(waiting))


def search_invitations(invitations: QuerySet[Invitation], text: str) -> QuerySet[Invitation]:
    """By name or address."""
    return invitations.filter(Q(name__icontains=text) | Q(email__icontains=text))
