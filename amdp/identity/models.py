from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import Organization, TenantModel
from amdp.tenancy.rls import TenantKey


class Role(models.TextChoices):
    """Roles an owner grants by hand. Sales leader, assessor, mentor and participant follow from facts."""

    OWNER = "owner", "Organization owner"
    LD_ADMIN = "ld_admin", "L&D admin"
    HR_ANALYST = "hr_analyst", "HR analyst"
    SPONSOR = "sponsor", "Executive sponsor"
    FACILITATOR = "facilitator", "Facilitator"
    IMPACT_REVIEWER = "impact_reviewer", "Adverse-impact reviewer"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A login. It may belong to several organizations; what it may do there is its membership's."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] or self.email


class Membership(models.Model):
    """A user in an organization: the ``member`` every access rule asks about.

    Not under a policy, because it is read before the organization is known; only ``identity`` reads it.
    """

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    granted_roles = ArrayField(
        models.CharField(max_length=30, choices=Role.choices), default=list, blank=True
    )
    time_zone = models.CharField(max_length=64, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="membership_once_per_organization"),
            TenantKey(name="membership_tenant_key"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return str(self.user)

    @cached_property
    def roles(self) -> frozenset[Role]:
        return frozenset(Role(role) for role in self.granted_roles)

    @property
    def role_names(self) -> list[str]:
        return [role.label for role in Role if role in self.roles]

    def has(self, *roles: Role) -> bool:
        """Whether the member holds at least one of these granted roles."""
        return not self.roles.isdisjoint(roles)


class Invitation(TenantModel):
    """An e-mail that lets one person into the organization. The token is kept as a hash."""

    class State(models.TextChoices):
        SENT = "sent", "Sent"
        ACCEPTED = "accepted", "Accepted"
        WITHDRAWN = "withdrawn", "Withdrawn"

    MOVES: ClassVar[dict[State, set[State]]] = {
        State.SENT: {State.ACCEPTED, State.WITHDRAWN},
        State.ACCEPTED: set(),
        State.WITHDRAWN: set(),
    }

    email = models.EmailField()
    name = models.CharField(max_length=150, blank=True)
    granted_roles = ArrayField(
        models.CharField(max_length=30, choices=Role.choices), default=list, blank=True
    )
    person_id = models.BigIntegerField(null=True, blank=True)
    token_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State.choices, default=State.SENT)
    invited_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    accepted_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["-invited_at", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "token_hash"], name="invitation_token"),
            models.UniqueConstraint(
                models.F("organization"),
                models.functions.Lower("email"),
                condition=models.Q(state="sent"),
                name="invitation_open_once_per_email",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_open(self) -> bool:
        """Whether the link in the mail still works."""
        return self.state == self.State.SENT and self.expires_at > timezone.now()

    @property
    def role_names(self) -> list[str]:
        return [Role(role).label for role in self.granted_roles]


class ApiToken(TenantModel):
    """A personal key for programs: hashed, scoped, expiring, shown once."""

    class Scope(models.TextChoices):
        READ = "read", "Read"
        WRITE = "write", "Read and change"

    membership = TenantForeignKey(Membership, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64)
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.READ)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["-created_at"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "token_hash"], name="api_token_hash"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_usable(self) -> bool:
        """Whether programs can still use it."""
        return self.revoked_at is None and self.expires_at > timezone.now()
