import datetime as dt
import secrets
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity import mails, tasks
from amdp.identity.models import Invitation, Membership, Role, User
from amdp.identity.queries import open_invitations, token_hash
from amdp.identity.services.members import add_member
from amdp.tenancy.context import require_organization
from amdp.tenancy.models import Organization

LIFETIME = dt.timedelta(days=14)


@transaction.atomic
def invite(
    email: str,
    *,
    name: str = "",
    roles: Iterable[str] = (),
    person_id: int | None = None,
    by: Membership | None,
    mail: bool = True,
) -> Invitation:
    """Invite an address into the current organization and mail the link after commit.

    Raises ValidationError for a bad address, a member, or one who is invited already. A person of the
    directory may be invited although the address is a member's: accepting then ties the two.
    """
    require_organization()
    email = email.strip().lower()
    validate_email(email)
    if person_id is None and _is_member(email):
        raise ValidationError({"email": f"{email} is a member already."})
    if open_invitations().filter(email__iexact=email).exists():
        raise ValidationError({"email": f"{email} is invited already. Send that invitation again instead."})
    for lapsed in Invitation.objects.filter(email__iexact=email, state=Invitation.State.SENT):
        _move(lapsed, Invitation.State.WITHDRAWN)
    invitation = Invitation.objects.create(
        email=email,
        name=name.strip(),
        granted_roles=sorted({Role(role).value for role in roles}),
        person_id=person_id,
        invited_by=by,
        token_hash=token_hash(secrets.token_urlsafe(32)),
        expires_at=timezone.now() + LIFETIME,
    )
    audit.record(
        "invitation.sent",
        invitation,
        by=by,
        after={"email": email, "name": invitation.name, "roles": invitation.granted_roles},
    )
    if mail:
        mail_after_commit([invitation])
    return invitation


@transaction.atomic
def resend_invitation(invitation: Invitation, *, by: Membership) -> Invitation:
    """Mail a new link that works for another 14 days; the former link stops working."""
    invitation = _locked(invitation)
    _must_be_open(invitation)
    invitation.expires_at = timezone.now() + LIFETIME
    invitation.mailed_at = None
    invitation.save(update_fields=["expires_at", "mailed_at"])
    audit.record("invitation.resent", invitation, by=by, after={"email": invitation.email})
    mail_after_commit([invitation])
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: Membership) -> Invitation:
    """The link stops working. Raises ValidationError once it was accepted."""
    invitation = _locked(invitation)
    _must_be_open(invitation)
    _move(invitation, Invitation.State.WITHDRAWN)
    audit.record("invitation.withdrawn", invitation, by=by, after={"email": invitation.email})
    return invitation


@transaction.atomic
def renew_link(invitation: Invitation, organization: Organization) -> str:
    """The address that accepts this invitation, with a token made this moment; former links stop working."""
    invitation = _locked(invitation)
    token = secrets.token_urlsafe(32)
    invitation.token_hash = token_hash(token)
    invitation.save(update_fields=["token_hash"])
    return mails.site_url(f"/invitations/{organization.slug}/{token}/")


@transaction.atomic
def register(email: str, *, name: str, password: str) -> User:
    """A new login whose address is verified, because the invitation reached it."""
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError(f"There is a login for {email} already. Sign in to accept the invitation.")
    try:
        validate_password(password, User(email=email, name=name))
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    user = User.objects.create_user(email, password, name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def invitation_accepted(invitation: Invitation, organization: Organization, user: User) -> Membership:
    """Make the invited user a member with the roles of the invitation.

    Raises ValidationError when the invitation is no longer open or meant for another address. The
    directory's ``accept_invitation`` calls this and ties the person.
    """
    invitation = _locked(invitation)
    if invitation.state != Invitation.State.SENT or invitation.expires_at <= timezone.now():
        raise ValidationError("This invitation no longer works. Ask for a new one.")
    if not is_meant_for(invitation, user):
        raise ValidationError(f"This invitation is for {invitation.email}. Sign in with that address.")
    membership = add_member(organization, user, roles=invitation.granted_roles, by=invitation.invited_by)
    invitation.accepted_by, invitation.accepted_at = membership, timezone.now()
    _move(invitation, Invitation.State.ACCEPTED, "accepted_by", "accepted_at")
    audit.record("invitation.accepted", invitation, by=membership, after={"email": invitation.email})
    return membership


def mail_after_commit(invitations: Iterable[Invitation]) -> None:
    """One task mails them all, each with a token that exists nowhere else."""
    organization_id, ids = require_organization(), [invitation.pk for invitation in invitations]
    if ids:
        transaction.on_commit(lambda: tasks.mail_invitations.delay(organization_id, ids))


def is_meant_for(invitation: Invitation, user: User) -> bool:
    """Whether the invited address is one this login has verified."""
    addresses = EmailAddress.objects.filter(user=user, verified=True, email__iexact=invitation.email)
    return user.email.lower() == invitation.email.lower() or addresses.exists()


def _is_member(email: str) -> bool:
    members = Membership.objects.filter(organization_id=require_organization(), is_active=True)
    return members.filter(user__email__iexact=email).exists()


def _locked(invitation: Invitation) -> Invitation:
    require_organization()
    return Invitation.objects.select_for_update().get(pk=invitation.pk)


def _must_be_open(invitation: Invitation) -> None:
    if invitation.state != Invitation.State.SENT:
        raise ValidationError(f"This invitation is already {invitation.get_state_display().lower()}.")


def _move(invitation: Invitation, state: Invitation.State, *also: str) -> None:
    assert state in Invitation.MOVES[Invitation.State(invitation.state)]
    invitation.state = state
    invitation.save(update_fields=["state", *also])
