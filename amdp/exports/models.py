from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel

PATIENCE = timedelta(minutes=10)  # of somebody who waits for a file of 100,000 rows, many times over


class ExportRun(TenantModel):
    """A file too big for one request: asked for, made by a worker, fetched by whoever asked."""

    class State(models.TextChoices):
        ASKED = "asked", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Stopped"
        EXPIRED = "expired", "Deleted"

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.ASKED: {State.ASKED, State.READY, State.FAILED},
        State.READY: {State.EXPIRED},
        State.FAILED: {State.ASKED},
        State.EXPIRED: set(),
    }

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel"
        PDF = "pdf", "PDF"
        ZIP = "zip", "ZIP"

    kind = models.CharField(max_length=40)
    file_format = models.CharField(max_length=4, choices=Format.choices)
    query = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    file = models.CharField(max_length=200, blank=True)
    rows = models.PositiveIntegerField(null=True)
    size = models.PositiveBigIntegerField(null=True)
    asked_by = TenantForeignKey(Membership, on_delete=models.CASCADE, related_name="exports")
    asked_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["-asked_at", "-id"]
        constraints = TenantModel.Meta.constraints
        indexes = [models.Index(fields=["organization", "asked_by", "-asked_at"], name="export_run_own")]

    @property
    def is_overdue(self) -> bool:
        """Whether its worker has had more than time enough: it may have ended with its machine."""
        since = self.finished_at or self.asked_at
        return self.state == self.State.ASKED and timezone.now() - since > PATIENCE

    def __str__(self) -> str:
        return f"{self.kind} as {self.get_file_format_display()}"
