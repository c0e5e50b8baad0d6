"""How far the assessors of a cohort agree, as worked out last."""

from django.db import models
from django.db.models import UniqueConstraint
from django.utils import timezone

from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Cohort


class ReliabilityReport(TenantModel):
    """Agreement of a cohort's assessors, and how each of them rates, from the sheets handed in until then.

    Worked out by a worker from ratings that stay as they are; nothing here is applied to a score.
    """

    cohort = TenantForeignKey(Cohort, on_delete=models.CASCADE, related_name="reliability_reports")
    asked_at = models.DateTimeField(default=timezone.now)
    worked_out_at = models.DateTimeField(null=True, editable=False)
    # how many sheets had been handed in
    sheets = models.PositiveIntegerField(default=0)
    # {"cells": [{"exercise", "competency", "icc", "average", "design", "alpha"}], "raters": [{…}]}
    content = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "cohort"], name="reliability_report_once"),
        ]

    def __str__(self) -> str:
        return f"Reliability of {self.cohort}"

    @property
    def is_awaited(self) -> bool:
        """Whether a worker still has to work it out."""
        return self.worked_out_at is None or self.worked_out_at < self.asked_at
