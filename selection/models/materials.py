"""Files of an exercise: briefings for candidates, guides for assessors."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from selection.models.exercises import Exercise


class ExerciseMaterial(TenantModel):
    """A file that belongs to an exercise, for one audience; its versions hold what was uploaded when."""

    class Audience(models.TextChoices):
        CANDIDATES = "candidates", "Candidates"
        ASSESSORS = "assessors", "Assessors"

    class Release(models.TextChoices):
        DAY = "day", "From the day of their exercise"
        STAGE = "stage", "When the assessment opens"

    exercise = TenantForeignKey(Exercise, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    audience = models.CharField(max_length=12, choices=Audience.choices)
    # for candidates, who never have it before they know their times
    release = models.CharField(max_length=8, choices=Release.choices, default=Release.DAY)
    removed_at = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["audience", "name", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "exercise", "audience", "name"],
                condition=Q(removed_at=None),
                name="exercise_material_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MaterialVersion(TenantModel):
    """One upload. Never changed; the latest is what people get."""

    material = TenantForeignKey(ExerciseMaterial, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    file_name = models.CharField(max_length=200)
    # where it lies in the store: under the organization's id, served to nobody by address
    path = models.CharField(max_length=300)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["-number", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "material", "number"], name="material_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}, version {self.number}"
