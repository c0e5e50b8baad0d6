"""What a plan asks of a nomination, and what nominators wrote per criterion."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, UniqueConstraint

from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Competency
from selection.models.nominations import Nomination
from selection.models.plan import SelectionPlan

DAYS_TO_CONSENT = 5
MOST_REFERENCES = 3


class NominationTerms(TenantModel):
    """What a plan asks of a nomination beside the rationale, and who else has a say before it goes up."""

    plan = TenantForeignKey(SelectionPlan, on_delete=models.CASCADE, related_name="nomination_terms")
    asks_performance = models.BooleanField(default=True)
    asks_potential = models.BooleanField(default=True)
    # how many people who can speak to it are named, and whether they are written to
    references = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(MOST_REFERENCES)])
    asks_statements = models.BooleanField(default=False)
    allows_self = models.BooleanField(default=False)
    asks_consent = models.BooleanField(default=False)
    # business days the nominee has to answer
    consent_days = models.PositiveSmallIntegerField(
        default=DAYS_TO_CONSENT, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        verbose_name_plural = "nomination terms"
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "plan"], name="nomination_terms_once"),
            models.CheckConstraint(
                condition=Q(references__lte=MOST_REFERENCES), name="nomination_terms_references"
            ),
        ]

    def __str__(self) -> str:
        return f"What {self.plan} asks of a nomination"


class NominationCriterion(TenantModel):
    """Something for which a plan asks what was seen: a competency of the program, or something named freely."""

    plan = TenantForeignKey(SelectionPlan, on_delete=models.CASCADE, related_name="nomination_criteria")
    competency = TenantForeignKey(
        Competency, on_delete=models.CASCADE, null=True, blank=True, related_name="nomination_criteria"
    )
    name = models.CharField(max_length=120)
    hint = models.CharField(max_length=300, blank=True)
    is_required = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]
        verbose_name_plural = "nomination criteria"
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "plan", "name"], name="nomination_criterion_once"),
        ]

    def __str__(self) -> str:
        return self.name


class NominationEvidence(TenantModel):
    """What a nominator has seen for one criterion. It keeps the criterion's name, should the plan change."""

    nomination = TenantForeignKey(Nomination, on_delete=models.CASCADE, related_name="evidence_given")
    criterion = TenantForeignKey(
        NominationCriterion, on_delete=models.SET_NULL, null=True, related_name="evidence_given"
    )
    name = models.CharField(max_length=120)
    words = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]
        verbose_name_plural = "nomination evidence"
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "nomination", "criterion"], name="nomination_evidence_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.nomination}"
