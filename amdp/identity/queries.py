import datetime as dt
import hashlib

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils import timezone

from amdp.identity.models import ApiToken, Invitation, Membership, Role, User
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import Organization


def memberships_of(user: User) -> QuerySet[Membership]:
    """The organizations this login may enter, by name."""
    return (
        Membership.objects.filter(user=user, is_active=True)
        .select_related("organization", "user")
        .order_by("organization__name")
    )


def known_memberships(user: User) -> list[Membership]:
    """The organizations this login may enter, asked once per request: the middleware and the switcher
    both need them."""
    if not hasattr(user, "_memberships"):
        user._memberships = list(memberships_of(user))  # type: ignore[attr-defined]
    return user._memberships  # type: ignore[attr-defined]


def membership_of(user: User | AnonymousUser, slug: str) -> Membership | None:
    """The active membership of a signed-in user in the organization with this slug."""
    if not isinstance(user, User):
        return None
    return next((member for member in known_memberships(user) if member.organization.slug == slug), None)


def members_of(organization: Organization) -> QuerySet[Membership]:
    """All memberships, by name."""
    return (
        Membership.objects.filter(organization=organization)
        .select_related("user", "organization")
        .order_by("user__name", "user__email")
    )


def members_with(organization: Organization, role: Role) -> QuerySet[Membership]:
    """Active members who hold a granted role."""
    return members_of(organization).filter(is_active=True, granted_roles__contains=[role])


def token_hash(token: str) -> str:
    """Tokens are long and random, so one SHA-256 is enough to keep them."""
    return hashlib.sha256(token.encode()).hexdigest()


def member_for_token(slug: str, token: str) -> Membership | None:
    """The member a personal token speaks for, or None when it is unknown, expired or revoked."""
    organization = Organization.objects.filter(slug=slug).first()
    if organization is None:
        return None
    with organization_context(organization):
        found = (
            usable_tokens()
            .filter(
                token_hash=token_hash(token), membership__is_active=True, membership__user__is_active=True
            )
            .select_related("membership__user", "membership__organization")
            .first()
        )
        if found is None:
            return None
        _remember_use(found)
        found.membership.token_scope = found.scope  # type: ignore[attr-defined]
        return found.membership


def _remember_use(token: ApiToken) -> None:
    """Once a minute is enough to tell its owner whether a token is still in use."""
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - dt.timedelta(minutes=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def usable_tokens() -> QuerySet[ApiToken]:
    """Tokens neither revoked nor expired."""
    return ApiToken.objects.filter(revoked_at=None, expires_at__gt=timezone.now())


def open_invitations() -> QuerySet[Invitation]:
    """Invitations that can still be accepted, in the current organization."""
    return Invitation.objects.filter(Q(state=Invitation.State.SENT), expires_at__gt=timezone.now())


def has_two_factor(user: User | AnonymousUser) -> bool:
    """Whether the login has an authenticator app set up."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def invitation_for(token: str) -> Invitation | None:
    """The open invitation this token accepts, in the current organization."""
    return open_invitations().filter(token_hash=token_hash(token)).first()


def has_login(email: str) -> bool:
    """Whether somebody signs in with this address."""
    addresses = EmailAddress.objects.filter(email__iexact=email, verified=True)
    return User.objects.filter(email__iexact=email).exists() or addresses.exists()
