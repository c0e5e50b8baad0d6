from django.db import models
from django.db.models import QuerySet

from amdp.audit.models import AuditEntry


def entries_about(subject: models.Model) -> QuerySet[AuditEntry]:
    """The history of one thing, newest first."""
    return AuditEntry.objects.filter(object_type=subject._meta.label_lower, object_id=subject.pk)
