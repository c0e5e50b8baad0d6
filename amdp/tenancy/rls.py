"""Row-level security and composite foreign keys as model constraints.

Both travel in migrations like any other constraint, so ``makemigrations`` sees when one is missing.
They are appended to ``deferred_sql`` because ``makemigrations`` may order them before the table or the
UNIQUE constraint they refer to.
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import BaseConstraint, Model, UniqueConstraint
from django.db.models.expressions import Func, Value
from django.db.models.fields import BigIntegerField, TextField
from django.db.models.functions import Cast, NullIf

from amdp.tenancy.context import SETTING

Editor = BaseDatabaseSchemaEditor


def current_setting() -> Cast:
    """The current organization as an expression, for ``db_default``. NULL outside a context."""
    setting = Func(Value(SETTING), Value(True), function="current_setting", output_field=TextField())
    return Cast(NullIf(setting, Value("")), BigIntegerField())


class _SchemaOnlyConstraint(BaseConstraint):
    """A constraint the database alone checks: nothing to validate in Python."""

    def constraint_sql(self, model: type[Model], schema_editor: Editor) -> None:  # type: ignore[override]
        self.create_sql(model, schema_editor)

    def create_sql(self, model: type[Model], schema_editor: Editor) -> str:  # type: ignore[override]
        # Django executes, or itself defers, what is returned here, so it has to be a statement.
        schema_editor.deferred_sql.append(self.sql(model, schema_editor))
        return "SELECT 1"

    def sql(self, model: type[Model], schema_editor: Editor) -> str:
        raise NotImplementedError

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """The database checks it."""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.deconstruct() == self.deconstruct()

    def __hash__(self) -> int:
        return hash((type(self), self.name))


class TenantKey(UniqueConstraint):
    """``UNIQUE (organization_id, id)``, what composite foreign keys refer to.

    A migration taken back may remove it before them, so it takes them along.
    """

    def __init__(self, *, name: str) -> None:
        super().__init__(fields=["organization", "id"], name=name)

    def remove_sql(self, model: type[Model], schema_editor: Editor) -> str:  # type: ignore[override]
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)} CASCADE"

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        return "amdp.tenancy.rls.TenantKey", (), {"name": self.name}


class TenantPolicy(_SchemaOnlyConstraint):
    """Rows of other organizations do not exist, for the table's owner too."""

    def sql(self, model: type[Model], schema_editor: Editor) -> str:
        table = schema_editor.quote_name(model._meta.db_table)
        rule = f"organization_id = nullif(current_setting('{SETTING}', true), '')::bigint"
        return (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; "
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY; "
            f"CREATE POLICY tenant ON {table} USING ({rule}) WITH CHECK ({rule})"
        )

    def remove_sql(self, model: type[Model], schema_editor: Editor) -> str:  # type: ignore[override]
        table = schema_editor.quote_name(model._meta.db_table)
        return (
            f"DROP POLICY tenant ON {table}; "
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; "
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
        )


class SameOrganization(_SchemaOnlyConstraint):
    """A foreign key that carries the organization, so that no row can point into another tenant.

    Checks of plain foreign keys ignore row-level security. ``INITIALLY IMMEDIATE``, because deferred
    ones fail at commit, after the view has answered.
    """

    def __init__(self, *, field: str, name: str) -> None:
        super().__init__(name=name)
        self.field = field

    def sql(self, model: type[Model], schema_editor: Editor) -> str:
        quote = schema_editor.quote_name
        field: Any = model._meta.get_field(self.field)
        target = field.remote_field.model._meta
        return (
            f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(self.name)} "
            f"FOREIGN KEY (organization_id, {quote(field.column)}) "
            f"REFERENCES {quote(target.db_table)} (organization_id, {quote(target.pk.column)}) "
            f"DEFERRABLE INITIALLY IMMEDIATE"
        )

    def remove_sql(self, model: type[Model], schema_editor: Editor) -> str:  # type: ignore[override]
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT IF EXISTS {quote(self.name)}"

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, _, _ = super().deconstruct()
        return path, (), {"field": self.field, "name": self.name}
