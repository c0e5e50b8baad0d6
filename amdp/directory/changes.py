"""Telling the apps above that facts about people changed; they are named in ``settings.DIRECTORY_CHANGED``."""

from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from amdp.tenancy.context import require_organization


@dataclass(frozen=True)
class _Telling:
    """A call that waits for the commit; equal to another that says the same."""

    function: str
    organization_id: int

    def __call__(self) -> None:
        import_string(self.function)(self.organization_id)


def announce() -> None:
    """After the commit, call each function of ``DIRECTORY_CHANGED`` with the organization's id, once per
    transaction.

    For whoever changes people, their history, grades, accounts or what they take part in. A function that
    fails holds up nobody: the change stands.
    """
    organization_id = require_organization()
    waiting = [callback for _, callback, *_ in connection.run_on_commit]
    for name in settings.DIRECTORY_CHANGED:
        telling = _Telling(name, organization_id)
        if telling not in waiting:
            transaction.on_commit(telling, robust=True)
