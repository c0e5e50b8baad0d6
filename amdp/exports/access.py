from django.db.models import QuerySet

from amdp.exports.models import ExportRun
from amdp.identity.models import Membership


def visible_runs(member: Membership) -> QuerySet[ExportRun]:
    """The files one asked for oneself."""
    return ExportRun.objects.filter(asked_by=member)
