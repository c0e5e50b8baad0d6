"""What candidates are written when a selection is released: the texts of a plan, and each letter."""

from django.db import models
from django.db.models import UniqueConstraint

from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from selection.models.nominations import Candidate
from selection.models.plan import SelectionPlan
from selection.models.slate import Slate


class LetterKind(models.TextChoices):
    """What a letter tells."""

    SELECTED = "selected", "Selected"
    RESERVE = "reserve", "Reserve"
    NOT_SELECTED = "not_selected", "Not selected"
    MOVED_UP = "moved_up", "Moved up from the reserve"


class LetterTemplate(TenantModel):
    """The text of one kind of letter in a plan, with merge fields; kinds without one have the usual text."""

    plan = TenantForeignKey(SelectionPlan, on_delete=models.CASCADE, related_name="letter_templates")
    kind = models.CharField(max_length=12, choices=LetterKind.choices)
    subject = models.CharField(max_length=200)
    body = models.TextField()

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "plan", "kind"], name="letter_template_once"),
        ]

    def __str__(self) -> str:
        return self.subject


class Letter(TenantModel):
    """One letter to one candidate. Before it goes out there is a row only where L&D wrote it anew, with why;
    as it goes out it is kept word for word. The mail is a row of the notifications' outbox about it, so a
    letter can leave once."""

    slate = TenantForeignKey(Slate, on_delete=models.CASCADE, related_name="letters")
    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=12, choices=LetterKind.choices)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    why = models.CharField(max_length=300, blank=True)
    edited_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    edited_at = models.DateTimeField(null=True)
    # when it was put into the outbox; it stays as it is from then on
    sent_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["sent_at", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "slate", "candidate", "kind"], name="letter_once"),
        ]

    def __str__(self) -> str:
        return self.subject
