"""Long work of an assessment, done by a worker."""

from datetime import timedelta

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Cohort

PATIENCE = timedelta(minutes=2)


class AssessmentRun(TenantModel):
    """Giving candidates their assessors, or planning the days of a cohort."""

    class Kind(models.TextChoices):
        ASSIGN = "assign", "Who scores whom"
        DAYS = "days", "Assessment days"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to start"
        WORKING = "working", "Being worked out"
        DONE = "done", "Done"
        FAILED = "failed", "Not finished"
        CANCELLED = "cancelled", "Stopped"

    MOVES = {
        State.WAITING: {State.WORKING, State.FAILED, State.CANCELLED},
        State.WORKING: {State.DONE, State.FAILED, State.CANCELLED},
        State.DONE: set(),
        State.FAILED: set(),
        State.CANCELLED: set(),
    }
    UNDER_WAY = (State.WAITING, State.WORKING)

    cohort = TenantForeignKey(Cohort, on_delete=models.CASCADE, related_name="assessment_runs")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING, editable=False)
    # sheets nobody has begun, or slots nobody fixed, may move
    anew = models.BooleanField(default=False)
    said = models.TextField(blank=True)
    started_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["-started_at", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "cohort", "kind"],
                condition=Q(state__in=["waiting", "working"]),
                name="assessment_run_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.cohort}"

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY

    @property
    def is_stuck(self) -> bool:
        """Nobody works on it any more: the worker was stopped, or none has taken it up for long."""
        now = timezone.now()
        if self.state == self.State.WORKING:
            return self.claimed_until is None or self.claimed_until < now
        return self.state == self.State.WAITING and self.started_at + PATIENCE < now
