from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction

from amdp.directory.models import Person
from amdp.directory.queries import has_login, local_today
from amdp.directory.services import tie_login
from amdp.identity import services as identity
from amdp.identity.models import Invitation, Membership, User
from amdp.tenancy.context import require_organization
from amdp.tenancy.models import Organization

MOST_AT_ONCE = 500


@dataclass
class Invited:
    """What came of inviting several people: who is invited, and who is not, with the reason."""

    invitations: list[Invitation] = field(default_factory=list)
    refused: list[tuple[Person, str]] = field(default_factory=list)


@transaction.atomic
def invite_person(
    person: Person, *, email: str = "", roles: Iterable[str] = (), by: Membership, mail: bool = True
) -> Invitation:
    """Invite one person of the directory, at the given address or the directory's.

    Raises ValidationError for somebody with a login, without an address, or who has left.
    """
    require_organization()
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if has_login(person):
        raise ValidationError(f"{person} has a login already.")
    if not person.is_employed(local_today(by)):
        raise ValidationError(f"{person} does not work here any more.")
    address = email or person.email
    if not address:
        raise ValidationError({"email": f"The directory has no e-mail address for {person}."})
    _refuse_login_of_somebody_else(address, person)
    return identity.invite(address, name=person.name, roles=roles, person_id=person.pk, by=by, mail=mail)


@transaction.atomic
def invite_people(people: Iterable[Person], *, by: Membership) -> Invited:
    """Invite everybody who can be, and name those who cannot; one task sends all mails."""
    result = Invited()
    for person in people:
        try:
            result.invitations.append(invite_person(person, by=by, mail=False))
        except ValidationError as error:
            result.refused.append((person, " ".join(error.messages)))
    identity.mail_after_commit(result.invitations)
    return result


@transaction.atomic
def accept_invitation(invitation: Invitation, organization: Organization, *, user: User) -> Membership:
    """Make a signed-in user a member and tie them to the invited person.

    Raises ValidationError when the invitation is closed, meant for another address, or the person has
    got a login in the meantime.
    """
    membership = identity.invitation_accepted(invitation, organization, user)
    if invitation.person_id is not None:
        tie_login(Person.objects.get(pk=invitation.person_id), membership, by=membership)
    return membership


@transaction.atomic
def accept_as_new_login(
    invitation: Invitation, organization: Organization, *, name: str, password: str
) -> Membership:
    """Make the login first; the invitation itself has verified its address."""
    user = identity.register(invitation.email, name=name, password=password)
    return accept_invitation(invitation, organization, user=user)


def _refuse_login_of_somebody_else(email: str, person: Person) -> None:
    other = Person.objects.filter(membership__user__email__iexact=email, membership__is_active=True)
    somebody = other.exclude(pk=person.pk).first()
    if somebody is not None:
        raise ValidationError({"email": f"{email} is the login of {somebody}."})
