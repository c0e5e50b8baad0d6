"""What a candidate reads about the own assessment after the release."""

from django.db import models
from django.db.models import UniqueConstraint

from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from selection.models.nominations import Candidate


class FeedbackReport(TenantModel):
    """What L&D made of the report that follows from a candidate's ratings, and the report as it was released.

    Until then it is written anew whenever somebody reads it, so only what was edited is kept.
    """

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="feedback_reports")
    # by key of selection.feedback.Report.texts: {"text", "by": id of a membership, "name", "at"}
    edits = models.JSONField(default=dict, blank=True)
    edited_at = models.DateTimeField(null=True, editable=False)
    edited_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    # read through by L&D as it stands; an edit afterwards takes it back
    checked_at = models.DateTimeField(null=True, editable=False)
    checked_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    # whole, as selection.feedback.as_document has it; None until the release
    content = models.JSONField(null=True, editable=False)
    released_at = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "candidate"], name="feedback_report_once"),
        ]

    def __str__(self) -> str:
        return f"Feedback report of {self.candidate}"
