"""What was shown. Later numbers have to stand beside it without telling of single people."""

from django.db import models
from django.db.models import UniqueConstraint
from django.utils import timezone

from amdp.tenancy.models import TenantModel
from metrics.arms import Arm, Measure
from metrics.disclosure import Seen


class Release(TenantModel):
    """One figure as of a closing day as everybody sees it, and the people it is made of (never shown).

    It stays as it is: facts that are learned later count from the next closing on.
    """

    as_of = models.DateField()
    measure = models.CharField(max_length=20, choices=Measure.choices)
    scope = models.CharField(max_length=40)
    arm = models.CharField(max_length=12, choices=Arm.choices)
    figure = models.JSONField()
    seen = models.PositiveSmallIntegerField(choices=[(one.value, one.name) for one in Seen])
    has_value = models.BooleanField()
    cells = models.JSONField(default=dict)
    released_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        ordering = ["measure", "scope", "arm", "as_of"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "scope", "measure", "arm", "as_of"], name="release_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()}, {self.arm} of {self.scope}, {self.as_of}"


class StageRelease(TenantModel):
    """How far nominees got by a closing day, by self-identified attribute, as everybody allowed to sees it.

    ``counts`` are those of each cohort (never shown), frozen when it was first counted: what people say of themselves
    later does not rewrite them.
    """

    as_of = models.DateField()
    counts = models.JSONField()
    shown = models.JSONField()
    released_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        ordering = ["as_of"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "as_of"], name="stage_release_once"),
        ]

    def __str__(self) -> str:
        return f"Stages, {self.as_of}"
