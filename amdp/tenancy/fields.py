"""The one way a tenant row refers to another."""

from typing import Any

from django.db.backends.utils import names_digest
from django.db.models import ForeignKey, Index, Model

from amdp.tenancy.rls import SameOrganization


class TenantForeignKey(ForeignKey):
    """A foreign key between two tables of the same organization.

    Django's own constraint and index are left out; declaring the field adds a ``SameOrganization``
    constraint and an index led by the organization to the model, which ``makemigrations`` then writes
    down. Migrations' historical models get theirs from the migration, so nothing is added there.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = kwargs["db_index"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        kwargs.pop("db_index", None)
        return name, path, args, kwargs

    def contribute_to_class(self, cls: type[Model], name: str, **kwargs: Any) -> None:  # type: ignore[override]
        super().contribute_to_class(cls, name, **kwargs)
        if cls._meta.abstract or cls.__module__ == "__fake__":
            return
        constraint = SameOrganization(field=name, name=_constraint_name(cls, name))
        cls._meta.constraints = [*cls._meta.constraints, constraint]
        index = Index(fields=["organization", name], name=_index_name(cls, name))
        cls._meta.indexes = [*cls._meta.indexes, index]


def _constraint_name(model: type[Model], field: str) -> str:
    """At most 63 characters, as PostgreSQL has it, and unique in the schema."""
    name = f"{model._meta.app_label}_{model._meta.model_name}_{field}_same_org"
    return name if len(name) <= 60 else f"{name[:50]}_{names_digest(name, length=8)}"


def _index_name(model: type[Model], field: str) -> str:
    """At most 30 characters, as Django has it."""
    digest = names_digest(model._meta.label_lower, field, length=6)
    name = f"{model._meta.model_name[:12]}_{field[:8]}_{digest}_fk"  # type: ignore[index]
    return name if len(name) <= 30 else name.removesuffix("_fk")
