"""On-the-job work on a real account, and what the manager saw of it."""

from typing import ClassVar

from django.db import models

from amdp.directory.models import Account
from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from curriculum.models.schedule import ParticipantActivity


class Project(TenantModel):
    """A participant's written work on one account; ``answers`` holds the text under each prompt."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Handed in"
        RETURNED = "returned", "Returned with a question"
        CONFIRMED = "confirmed", "Confirmed"
        FINISHED = "finished", "Finished"

    MOVES: ClassVar[dict[State, set[State]]] = {
        State.DRAFT: {State.SUBMITTED, State.FINISHED},
        State.SUBMITTED: {State.RETURNED, State.CONFIRMED},
        State.RETURNED: {State.SUBMITTED},
        State.CONFIRMED: set(),
        State.FINISHED: set(),
    }
    EDITABLE = (State.DRAFT, State.RETURNED)

    item = TenantForeignKey(ParticipantActivity, on_delete=models.CASCADE, related_name="projects")
    account = TenantForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="projects"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    answers = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "item"], name="project_once_per_item"),
        ]
        indexes = [models.Index(fields=["organization", "state"], name="project_state")]

    def __str__(self) -> str:
        return str(self.item.activity)

    @property
    def is_editable(self) -> bool:
        """The participant may still write."""
        return self.state in self.EDITABLE


class ProjectReview(TenantModel):
    """What the line manager decided: confirmed as used with a customer, or returned with a question."""

    class Decision(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed"
        RETURNED = "returned", "Returned"

    project = TenantForeignKey(Project, on_delete=models.CASCADE, related_name="reviews")
    decision = models.CharField(max_length=10, choices=Decision.choices)
    by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)
    used_on = models.DateField(null=True, blank=True)
    text = models.TextField()

    class Meta(TenantModel.Meta):
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} by {self.by_name}"
