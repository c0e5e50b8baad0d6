"""How long the files of people who were not selected are kept, what stops it, and what is left of them."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Cohort

# Two years: outcomes can be compared for that long, and US rules ask for records of adverse impact as long
# (29 CFR 1607.15). An owner who never said anything keeps files this long.
DEFAULT_MONTHS = 24
MOST_MONTHS = 120


class RetentionRule(TenantModel):
    """How many months after the release files of people not selected are kept; None: until somebody decides."""

    months = models.PositiveSmallIntegerField(null=True, validators=[MaxValueValidator(MOST_MONTHS)])
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization"], name="retention_rule_once"),
        ]

    def __str__(self) -> str:
        return "Until somebody decides" if self.months is None else f"{self.months} months"


class LegalHold(TenantModel):
    """Nothing of a cohort's selection is deleted while it is in force."""

    cohort = TenantForeignKey(Cohort, on_delete=models.PROTECT, related_name="legal_holds")
    reason = models.TextField()
    placed_at = models.DateTimeField(default=timezone.now)
    placed_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, editable=False)
    lifted_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    lifted_why = models.TextField(blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-placed_at", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "cohort"], condition=Q(lifted_at=None), name="legal_hold_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"Legal hold on {self.cohort}"


class Erasure(TenantModel):
    """The deletion of a cohort's files: announced, begun, finished, and what stays of them in numbers alone."""

    cohort = TenantForeignKey(Cohort, on_delete=models.PROTECT, related_name="erasures")
    told_at = models.DateTimeField(default=timezone.now)
    begun_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)
    # files deleted so far
    files = models.PositiveIntegerField(default=0)
    # people whose last file in the program it was, who never took part: the sponsor's page counts them
    passed_over = models.PositiveIntegerField(default=0)
    # the whole selection before the first file went: {"candidates": {state: n}, "outcomes": {outcome: n},
    # "ratings": {exercise: {competency: [n of 1, …, n of 5]}}}
    kept = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        ordering = ["told_at", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "cohort"], name="erasure_once"),
        ]

    def __str__(self) -> str:
        return f"Deletion of files of {self.cohort}"
