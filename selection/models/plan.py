"""How the candidates of a cohort are selected: one plan with its windows, criteria, knock-outs and quotas."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, UniqueConstraint

from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Cohort, Competency, Program


class SelectionPlan(TenantModel):
    """How people are selected. A program has one as a pattern; each of its cohorts has a copy of its own."""

    program = TenantForeignKey(
        Program, on_delete=models.CASCADE, null=True, blank=True, related_name="selection_plans"
    )
    cohort = TenantForeignKey(
        Cohort, on_delete=models.CASCADE, null=True, blank=True, related_name="selection_plans"
    )
    # Windows are whole days in this zone; empty in a program's plan means the organization's.
    time_zone = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # so many leaders above a candidate never assess them
    conflict_levels = models.PositiveSmallIntegerField(
        default=2, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    # whether HR signs the slate before the outcomes are released
    needs_signature = models.BooleanField(default=True, db_default=True)
    # whether outcomes wait until adverse impact was reviewed at every stage
    needs_impact_review = models.BooleanField(default=False, db_default=False)
    # calendar days somebody selected has to answer, from the day after they are told
    offer_days = models.PositiveSmallIntegerField(
        default=10, db_default=10, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )

    # whether the score of an exercise is what its assessors agreed on, where they did; else their mean
    counts_agreed = models.BooleanField(default=False, db_default=False)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "program"], condition=Q(cohort=None), name="selection_plan_of_program"
            ),
            UniqueConstraint(
                fields=["organization", "cohort"], condition=Q(program=None), name="selection_plan_of_cohort"
            ),
            models.CheckConstraint(
                condition=Q(program=None, cohort__isnull=False) | Q(cohort=None, program__isnull=False),
                name="selection_plan_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"Selection plan of {self.cohort or self.program}"

    @property
    def is_pattern(self) -> bool:
        """Whether cohorts copy it; no selection runs by it."""
        return self.cohort_id is None


class Stage(TenantModel):
    """One stage of a selection and its window: whole days in the plan's time zone.

    In a program's plan it only says how many days the stage usually lasts. The window of nominations is
    the cohort's own (``Cohort.nominations_open_on``), so it has none here.
    """

    class Kind(models.TextChoices):
        NOMINATION = "nomination", "Nomination"
        APPROVAL = "approval", "Approval"
        ASSESSMENT = "assessment", "Assessment"
        CALIBRATION = "calibration", "Calibration"
        DECISION = "decision", "Decision"

    plan = TenantForeignKey(SelectionPlan, on_delete=models.CASCADE, related_name="stages")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    days = models.PositiveSmallIntegerField(
        default=14, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    opens_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "plan", "kind"], name="stage_once"),
            models.CheckConstraint(
                condition=Q(opens_on=None, closes_on=None) | Q(closes_on__gte=F("opens_on")),
                name="stage_window",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Criterion(TenantModel):
    """One part of the composite score, its weight in percent and the least it takes."""

    class Kind(models.TextChoices):
        PERFORMANCE = "performance", "Performance"
        POTENTIAL = "potential", "Potential"
        ASSESSMENT = "assessment", "Assessment"

    plan = TenantForeignKey(SelectionPlan, on_delete=models.CASCADE, related_name="criteria")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    weight = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)])
    # a knock-out on 0–100: who scores less is not selected, whatever the composite
    minimum = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(100)])
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]
        verbose_name_plural = "criteria"
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "plan", "kind"], name="criterion_once"),
            models.CheckConstraint(condition=Q(weight__lte=100), name="criterion_weight_percent"),
            models.CheckConstraint(
                condition=Q(minimum=None) | Q(minimum__lte=100), name="criterion_minimum_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.weight}%"


class KnockOut(TenantModel):
    """The least mean in one competency, 1–5, that a candidate needs, whatever the composite."""

    plan = TenantForeignKey(SelectionPlan, on_delete=models.CASCADE, related_name="knock_outs")
    competency = TenantForeignKey(Competency, on_delete=models.CASCADE, related_name="knock_outs")
    minimum = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(5))],
    )

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "plan", "competency"], name="knock_out_once"),
            models.CheckConstraint(condition=Q(minimum__gte=1, minimum__lte=5), name="knock_out_range"),
        ]

    def __str__(self) -> str:
        return f"{self.competency} at least {self.minimum}"


class Quota(TenantModel):
    """How many seats of a cohort are kept for a market, and how many it takes at most."""

    plan = TenantForeignKey(SelectionPlan, on_delete=models.CASCADE, related_name="quotas")
    market = models.CharField(max_length=10)
    at_least = models.PositiveSmallIntegerField(default=0)
    at_most = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["market", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "plan", "market"], name="quota_once"),
            models.CheckConstraint(
                condition=Q(at_most=None) | Q(at_most__gte=F("at_least")), name="quota_range"
            ),
        ]

    def __str__(self) -> str:
        most = "" if self.at_most is None else f" to {self.at_most}"
        return f"{self.market}: {self.at_least}{most}"


class PlanVersion(TenantModel):
    """A plan as it stood from a change after its stage had opened, with who changed it and why.

    The first version is the plan as the stage opened with it. Appended, never overwritten.
    """

    plan = TenantForeignKey(SelectionPlan, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    section = models.CharField(max_length=20, blank=True)
    # by section what it said: {"criteria": {…}, "eligibility": […], …}
    content = models.JSONField(default=dict)
    why = models.TextField(blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["-number", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "plan", "number"], name="plan_version_number"),
        ]

    def __str__(self) -> str:
        return f"Version {self.number} of {self.plan}"
