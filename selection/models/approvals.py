"""Who is asked to decide a nomination, and what they answered."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from amdp.directory.models import Person
from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from selection.models.nominations import Nomination


class Approval(TenantModel):
    """One request to decide a nomination and its answer. Every submission asks anew; none is overwritten."""

    class State(models.TextChoices):
        ASKED = "asked", "Waiting"
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Returned with a question"
        DECLINED = "declined", "Declined"
        DROPPED = "dropped", "No longer needed"

    MOVES = {
        State.ASKED: {State.APPROVED, State.RETURNED, State.DECLINED, State.DROPPED},
        State.APPROVED: set(),
        State.RETURNED: set(),
        State.DECLINED: set(),
        State.DROPPED: set(),
    }

    nomination = TenantForeignKey(Nomination, on_delete=models.CASCADE, related_name="approvals")
    # None: nobody stands above the nominator, so L&D decides
    approver = TenantForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="approvals_asked"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED, editable=False)
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    remark = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    decided_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["asked_at", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "nomination"],
                condition=Q(state="asked"),
                name="approval_one_open",
            ),
        ]
        indexes = [models.Index(fields=["organization", "state", "due_on"], name="approval_due")]

    def __str__(self) -> str:
        return f"Approval of {self.nomination.candidate.person}"
