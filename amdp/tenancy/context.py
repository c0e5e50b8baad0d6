"""The current organization: a setting of the database transaction, mirrored in Python.

PostgreSQL hides every row of other organizations (see ``rls.py``). With no organization set it hides
all of them, so forgetting the context shows nothing rather than everything.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

SETTING = "amdp.organization"
_current: ContextVar[int | None] = ContextVar("amdp_organization", default=None)


class HasPk(Protocol):
    pk: Any


def current_organization_id() -> int | None:
    """Id of the organization whose rows this code sees, or None."""
    return _current.get()


def require_organization() -> int:
    """Id of the current organization. Raises ImproperlyConfigured outside a context.

    Verbs call it, because a DELETE or UPDATE outside a context touches no row and says nothing.
    """
    organization_id = _current.get()
    if organization_id is None:
        raise ImproperlyConfigured("No organization is current: use organization_context(organization).")
    return organization_id


@contextmanager
def organization_context(organization: HasPk | int) -> Iterator[None]:
    """Work inside one organization, in a transaction of its own (a savepoint when nested).

    The former organization is back afterwards. A commit ends the setting, and rolling back rolls it
    back too, so only the good path of a nested context has to restore it.
    """
    organization_id = organization if isinstance(organization, int) else organization.pk
    if organization_id is None:
        raise ValueError("Save the organization before working inside it.")
    former = _current.get()
    outermost = not connection.in_atomic_block
    token = _current.set(organization_id)
    try:
        with transaction.atomic():
            _set_in_transaction(organization_id)
            yield
            if not outermost and not connection.needs_rollback:
                _set_in_transaction(former)
    finally:
        _current.reset(token)


def _set_in_transaction(organization_id: int | None) -> None:
    value = "" if organization_id is None else str(organization_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, value])
