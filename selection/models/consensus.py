"""What the assessors of a candidate agreed on in an exercise, beside what each of them had handed in."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Competency
from selection.models.assessment import Assessor
from selection.models.exercises import Exercise
from selection.models.nominations import Candidate


class ConsensusRating(TenantModel):
    """One competency of one candidate in one exercise: a rating in halves with a sentence why.

    It counts as agreed once every assessor who handed in a sheet for it has said so; ``agreed_at`` is then.
    Submitted ratings stay as they are beside it, and statistics of agreement never read it.
    """

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="consensus_ratings")
    exercise = TenantForeignKey(Exercise, on_delete=models.PROTECT, related_name="consensus_ratings")
    competency = TenantForeignKey(Competency, on_delete=models.PROTECT, related_name="consensus_ratings")
    score = models.DecimalField(
        max_digits=2,
        decimal_places=1,
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(5))],
    )
    why = models.TextField()
    written_by = TenantForeignKey(Assessor, on_delete=models.PROTECT, related_name="consensus_written")
    written_at = models.DateTimeField(default=timezone.now)
    agreed_at = models.DateTimeField(null=True, editable=False)
    # counts the texts: who changes or agrees names the one they read
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "candidate", "exercise", "competency"], name="consensus_rating_once"
            ),
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="consensus_rating_range"),
        ]

    def __str__(self) -> str:
        return f"Agreed rating of {self.candidate} in {self.competency}"

    @property
    def is_agreed(self) -> bool:
        return self.agreed_at is not None


class ConsensusVoice(TenantModel):
    """An assessor who agrees with it as it stands."""

    rating = TenantForeignKey(ConsensusRating, on_delete=models.CASCADE, related_name="voices")
    assessor = TenantForeignKey(Assessor, on_delete=models.CASCADE, related_name="consensus_voices")
    said_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "rating", "assessor"], name="consensus_voice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.assessor} on {self.rating}"
