"""What candidates are asked to do, and which behaviours are watched while they do it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, UniqueConstraint

from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Behavior
from selection.models.plan import SelectionPlan


class Exercise(TenantModel):
    """One exercise of an assessment: how long it takes, and how many score each candidate in it.

    ``whole``: every behaviour of the program's competency model is observed in it, also those that are
    still to be written; otherwise its ``observed`` rows say which.
    """

    class Kind(models.TextChoices):
        GENERAL = "general", "Assessment as a whole"
        CASE_STUDY = "case_study", "Case study"
        ROLE_PLAY = "role_play", "Role play"
        PRESENTATION = "presentation", "Account-plan presentation"
        INTERVIEW = "interview", "Structured interview"
        IN_TRAY = "in_tray", "In-tray"
        KNOWLEDGE_TEST = "knowledge_test", "Knowledge test"

    plan = TenantForeignKey(SelectionPlan, on_delete=models.CASCADE, related_name="exercises")
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.GENERAL)
    name = models.CharField(max_length=80)
    minutes = models.PositiveSmallIntegerField(
        default=60, validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    preparation_minutes = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(480)])
    assessors = models.PositiveSmallIntegerField(
        default=2, validators=[MinValueValidator(1), MaxValueValidator(6)]
    )
    materials = models.TextField(blank=True)
    whole = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(condition=Q(minutes__gte=5), name="exercise_minutes"),
            models.CheckConstraint(
                condition=Q(assessors__gte=2) | Q(assessors=1, kind="knowledge_test"),
                name="exercise_two_assessors",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """Its name where it has to be told from others; empty for an assessment that is one exercise."""
        return "" if self.kind == self.Kind.GENERAL else self.name


class ExerciseBehavior(TenantModel):
    """A behaviour that is observed in an exercise."""

    exercise = TenantForeignKey(Exercise, on_delete=models.CASCADE, related_name="observed")
    behavior = TenantForeignKey(Behavior, on_delete=models.CASCADE, related_name="observed_in")

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "exercise", "behavior"], name="exercise_behavior_once"),
        ]

    def __str__(self) -> str:
        return f"{self.behavior} in {self.exercise}"
