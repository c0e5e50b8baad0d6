"""System checks: every tenant table is protected, and refers only within its organization."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, register
from django.db.models import ForeignKey, ManyToManyField, Model, OneToOneField

from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import Organization, TenantModel
from amdp.tenancy.rls import SameOrganization, TenantPolicy

# Tables without an organization, each with its reason. Nothing else may stand outside the policy.
OUTSIDE: dict[str, str] = {
    "tenancy.organization": "the tenant itself; read through identity by slug",
    "identity.user": "a login may belong to several organizations",
    "identity.membership": "read before an organization is known; carries no content",
    "notifications.due": "organization and next due time only, asked by beat",
}
# Apps of Django and allauth: logins, sessions and content types belong to no organization.
OUTSIDE_APPS = {"auth", "contenttypes", "sessions", "account", "mfa", "usersessions"}


@register
def check_tenant_models(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """All errors of all models; runs with every management command."""
    return [error for model in apps.get_models() for error in errors_of(model)]


def errors_of(model: type[Model]) -> Iterator[CheckMessage]:
    """What would let this table be read, or point, across organizations."""
    if issubclass(model, TenantModel):
        yield from _constraint_errors(model)
        yield from _reference_errors(model)
    elif model._meta.app_label not in OUTSIDE_APPS and model._meta.label_lower not in OUTSIDE:
        yield Error(
            f"{model._meta.label} has no organization and no reason on the list.",
            obj=model,
            id="tenancy.E001",
        )


def _constraint_errors(model: type[Model]) -> Iterator[CheckMessage]:
    constraints = model._meta.constraints
    if not any(isinstance(constraint, TenantPolicy) for constraint in constraints):
        yield Error("Meta.constraints lost the tenant policy.", obj=model, id="tenancy.E002")
    for constraint in constraints:
        fields = getattr(constraint, "fields", ()) or ()
        if fields and fields[0] != "organization":
            yield Error(f"{constraint.name} must start with organization.", obj=model, id="tenancy.E003")
    for index in model._meta.indexes:
        if index.fields and index.fields[0].lstrip("-") != "organization":
            yield Error(f"Index {index.name} must start with organization.", obj=model, id="tenancy.E004")


def _reference_errors(model: type[Model]) -> Iterator[CheckMessage]:
    covered = {c.field for c in model._meta.constraints if isinstance(c, SameOrganization)}
    for field in model._meta.local_fields:
        if field.unique and not field.primary_key:
            yield Error(f"{field.name} is unique across organizations.", obj=model, id="tenancy.E005")
        if isinstance(field, OneToOneField):
            yield Error(f"{field.name}: use TenantForeignKey and a constraint.", obj=model, id="tenancy.E006")
        elif isinstance(field, ForeignKey) and field.remote_field.model is not Organization:
            if not isinstance(field, TenantForeignKey) or field.name not in covered:
                yield Error(f"{field.name} must be a TenantForeignKey.", obj=model, id="tenancy.E007")
    for many in model._meta.local_many_to_many:
        if isinstance(many, ManyToManyField) and many.remote_field.through._meta.auto_created:  # type: ignore[union-attr]
            yield Error(
                f"{many.name} needs a through model with an organization.", obj=model, id="tenancy.E008"
            )
