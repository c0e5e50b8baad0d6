from django.db.models import QuerySet

from amdp.directory.access import can_import
from amdp.identity.models import Membership
from amdp.imports.models import ImportRun

__all__ = ["can_import", "visible_runs"]


def visible_runs(member: Membership) -> QuerySet[ImportRun]:
    """Imports, to those who may bring files in."""
    return ImportRun.objects.all() if can_import(member) else ImportRun.objects.none()
