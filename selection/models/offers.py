"""The offer of a seat, and what became of it."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from selection.models.slate import Decision


class Offer(TenantModel):
    """Being selected, or moving up, is the offer of a seat. Who accepts is enrolled; a declined or lapsed offer
    draws the next in reserve, once."""

    class State(models.TextChoices):
        OPEN = "open", "Waiting for an answer"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        LAPSED = "lapsed", "Lapsed without an answer"

    # Who accepted may still decline until the cohort starts.
    MOVES = {
        State.OPEN: {State.ACCEPTED, State.DECLINED, State.LAPSED},
        State.ACCEPTED: {State.DECLINED},
        State.DECLINED: set(),
        State.LAPSED: set(),
    }

    decision = TenantForeignKey(Decision, on_delete=models.CASCADE, related_name="offers")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN, editable=False)
    made_at = models.DateTimeField(default=timezone.now)
    # the last day to answer where the person works, and the moment at which that day ends there
    answer_by = models.DateField()
    ends_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    # whose seat it is that was declined
    instead_of = TenantForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="drawn")

    class Meta(TenantModel.Meta):
        ordering = ["made_at", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "decision"], name="offer_once"),
            UniqueConstraint(
                fields=["organization", "instead_of"],
                condition=Q(instead_of__isnull=False),
                name="offer_instead_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "ends_at"], condition=Q(state="open"), name="offer_open_ends"
            )
        ]

    def __str__(self) -> str:
        return f"Offer to {self.decision.candidate}"
