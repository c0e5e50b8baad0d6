from typing import ClassVar

from django.db import models
from django.utils import timezone

from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel


class Kind(models.TextChoices):
    """What a file holds. The order is the order of import: later ones refer to earlier ones."""

    PEOPLE = "people", "People"
    JOB_EVENTS = "job_events", "Job events"
    RATINGS = "ratings", "Performance ratings"
    ACCOUNTS = "accounts", "Accounts"


class ImportMapping(TenantModel):
    """Which column held what in the last file of a kind, so that nobody chooses twice."""

    kind = models.CharField(max_length=12, choices=Kind.choices)
    columns = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "kind"], name="import_mapping_kind"),
        ]

    def __str__(self) -> str:
        return f"Columns of {self.get_kind_display().lower()}"


class ImportRun(TenantModel):
    """One file on its way in: uploaded, checked, then imported as a whole or refused as a whole."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Uploaded"
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Ready to import"
        REFUSED = "refused", "Refused"
        IMPORTING = "importing", "Being imported"
        DONE = "done", "Imported"
        FAILED = "failed", "Stopped"
        DISCARDED = "discarded", "Discarded"

    MOVES: ClassVar[dict[str, set[str]]] = {
        State.UPLOADED: {State.CHECKING, State.DISCARDED},
        State.CHECKING: {State.CHECKED, State.REFUSED, State.FAILED, State.DISCARDED},
        State.CHECKED: {State.IMPORTING, State.CHECKING, State.DISCARDED},
        State.IMPORTING: {State.DONE, State.REFUSED, State.FAILED},
        State.REFUSED: set(),
        State.DONE: set(),
        State.FAILED: {State.CHECKING, State.DISCARDED},
        State.DISCARDED: set(),
    }
    WORKING: ClassVar[set[str]] = {State.CHECKING, State.IMPORTING}

    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UPLOADED)
    file_name = models.CharField(max_length=255)
    folder = models.CharField(max_length=200, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    delimiter = models.CharField(max_length=1, blank=True)
    header = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    absent = models.PositiveIntegerField(default=0)
    absent_rows = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    error_count = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=list)
    problem = models.TextField(blank=True)
    started_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    started_by_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    worked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    # the file and the lists made of it, rows of errors included; see retention.py
    kept_until = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["-created_at", "-id"]
        constraints = TenantModel.Meta.constraints
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="import_run_newest"),
            models.Index(
                fields=["organization", "kept_until"],
                condition=models.Q(kept_until__isnull=False),
                name="import_run_kept",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} from {self.file_name}"

    @property
    def is_working(self) -> bool:
        return self.state in self.WORKING

    def may_become(self, state: str) -> bool:
        """Whether this move is allowed; only the services write ``state``."""
        return state in self.MOVES[self.state]
