"""What was shown last. The next numbers have to differ from it by nobody or by enough people."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import UniqueConstraint
from django.utils import timezone

from amdp.tenancy.models import TenantModel
from metrics.arms import Arm, Measure


class Release(TenantModel):
    """One figure as everybody sees it, and the people it is made of (never shown)."""

    measure = models.CharField(max_length=20, choices=Measure.choices)
    scope = models.CharField(max_length=20)
    arm = models.CharField(max_length=12, choices=Arm.choices)
    figure = models.JSONField()
    people = ArrayField(models.BigIntegerField(), default=list)
    affected = ArrayField(models.BigIntegerField(), default=list)
    released_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        ordering = ["measure", "scope", "arm"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "measure", "scope", "arm"], name="release_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()}, {self.arm} of {self.scope}"
