"""An assessor and a candidate who came too close after the score sheet was handed out."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from amdp.web.time import day
from selection.models.assessment import Assessor
from selection.models.nominations import Candidate


class AssessorConflict(TenantModel):
    """Why an assessor should no longer score a candidate they have a sheet of, and what was decided about it.

    While it waits no sheet of theirs for the candidate is handed in. ``excluded_at``: the ratings they handed
    in stay as they are and do not count.
    """

    class Ground(models.TextChoices):
        SELF = "self", "Is the candidate"
        RIVAL = "rival", "Is a candidate of the same cohort"
        PROPOSER = "proposer", "Nominated the candidate"
        LINE = "line", "Stands above the candidate in the line"

    class State(models.TextChoices):
        OPEN = "open", "To decide"
        ASKED = "asked", "Waits for a second person"
        KEPT = "kept", "Stays with the assessor"
        SETTLED = "settled", "Settled"

    MOVES = {
        State.OPEN: {State.ASKED, State.SETTLED},
        State.ASKED: {State.OPEN, State.KEPT, State.SETTLED},
        State.KEPT: {State.SETTLED},
        State.SETTLED: {State.OPEN},
    }
    WAITING = (State.OPEN, State.ASKED)

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="assessor_conflicts")
    assessor = TenantForeignKey(Assessor, on_delete=models.CASCADE, related_name="conflicts")
    ground = models.CharField(max_length=10, choices=Ground.choices)
    # what happened, to follow the assessor's name: "became Elena’s manager"
    words = models.CharField(max_length=200)
    since = models.DateField()
    found_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN, editable=False)
    reason = models.TextField(blank=True)
    asked_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True, editable=False)
    remark = models.TextField(blank=True)
    decided_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)
    excluded_why = models.TextField(blank=True)
    excluded_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    excluded_at = models.DateTimeField(null=True, editable=False)
    settled_at = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["-found_at", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "candidate", "assessor", "ground"],
                condition=~Q(state="settled"),
                name="assessor_conflict_once",
            ),
        ]
        indexes = [models.Index(fields=["organization", "state", "found_at"], name="assessor_conflict_open")]

    def __str__(self) -> str:
        return f"{self.assessor} and {self.candidate}"

    @property
    def text(self) -> str:
        """“Kenji Watanabe became Elena’s manager on Wed 3 Mar”."""
        return f"{self.assessor} {self.words} on {day(self.since)}"

    @property
    def is_waiting(self) -> bool:
        return self.state in self.WAITING
