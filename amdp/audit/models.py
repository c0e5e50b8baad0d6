from django.db import models

from amdp.tenancy.models import TenantModel


class AuditEntry(TenantModel):
    """Who did what to which thing, with what before and after, and why. Append-only: a trigger refuses
    UPDATE and DELETE. The actor is kept as id and name, so the entry outlives the membership."""

    at = models.DateTimeField(auto_now_add=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    verb = models.CharField(max_length=80)
    object_type = models.CharField(max_length=80, blank=True)
    object_id = models.BigIntegerField(null=True)
    object_label = models.CharField(max_length=300, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    why = models.TextField(blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["organization", "-at", "-id"], name="audit_org_at"),
            models.Index(fields=["organization", "object_type", "object_id"], name="audit_org_object"),
            models.Index(fields=["organization", "verb", "-at"], name="audit_org_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.verb} {self.object_label}"
