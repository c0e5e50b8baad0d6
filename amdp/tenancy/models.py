from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models

from amdp.tenancy.rls import TenantKey, TenantPolicy, current_setting

RESERVED_SLUGS = {"new", "api", "static", "accounts", "o", "admin"}


class Organization(models.Model):
    """One company: the tenant. Not under a policy itself; read through identity."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=50, unique=True)
    accent = models.CharField(
        "accent colour",
        max_length=7,
        default="#155e75",
        validators=[
            RegexValidator(r"^#[0-9a-fA-F]{6}$", "Give the colour as # and six digits, such as #155e75.")
        ],
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    # When somebody said that this is the zone; empty while it is only what a new organization starts with.
    time_zone_confirmed_at = models.DateTimeField(null=True, editable=False)
    market = models.CharField(max_length=2, default="US", help_text="Country whose public holidays count.")
    requires_two_factor = models.BooleanField("members must use two-factor authentication", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TenantModel(models.Model):
    """Base of every table that belongs to one organization.

    A child with a ``Meta`` of its own inherits ``TenantModel.Meta``; one that adds constraints starts
    from ``*TenantModel.Meta.constraints``. A system check sees to it.
    """

    organization = models.ForeignKey(
        Organization,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        editable=False,
        db_default=current_setting(),
    )

    class Meta:
        abstract = True
        indexes: ClassVar[list[models.Index]] = []
        constraints = [
            TenantKey(name="%(app_label)s_%(class)s_tenant_key"),
            TenantPolicy(name="%(app_label)s_%(class)s_tenant_policy"),
        ]
