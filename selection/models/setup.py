"""What a cohort asks for: weighted criteria and eligibility rules."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import UniqueConstraint

from amdp.directory.models import Grade
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Cohort


class Criterion(TenantModel):
    """One part of the composite score of a cohort, and its weight in percent."""

    class Kind(models.TextChoices):
        PERFORMANCE = "performance", "Performance"
        POTENTIAL = "potential", "Potential"
        ASSESSMENT = "assessment", "Assessment"

    cohort = TenantForeignKey(Cohort, on_delete=models.CASCADE, related_name="criteria")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    weight = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)])
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]
        verbose_name_plural = "criteria"
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "cohort", "kind"], name="criterion_once"),
            models.CheckConstraint(condition=models.Q(weight__lte=100), name="criterion_weight_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.weight}%"


class EligibilityRule(TenantModel):
    """One rule over directory facts that a nominee has to meet; switched on or off per cohort."""

    class Fact(models.TextChoices):
        EMPLOYED = "employed", "Employed and not under notice"
        TENURE = "tenure", "Time in the company"
        TIME_IN_GRADE = "time_in_grade", "Time in the present grade"
        GRADE = "grade", "Grade"
        MARKET = "market", "Market"
        RATINGS = "ratings", "Last performance ratings"
        OTHER_COHORT = "other_cohort", "Not in another running cohort"

    cohort = TenantForeignKey(Cohort, on_delete=models.CASCADE, related_name="eligibility_rules")
    fact = models.CharField(max_length=16, choices=Fact.choices)
    is_on = models.BooleanField(default=True)
    # months for tenure and time in grade, the lowest rating for ratings
    threshold = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    # how many of the last ratings count
    count = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    lowest_grade = TenantForeignKey(Grade, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    highest_grade = TenantForeignKey(Grade, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "cohort", "fact"], name="eligibility_rule_once"),
        ]

    def __str__(self) -> str:
        return self.get_fact_display()
