"""What was shown, so that later numbers stand beside it without telling of single people; and what was frozen."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Cohort
from metrics.arms import Arm, Measure
from metrics.disclosure import Seen
from metrics.impact import DEFINITIONS_VERSION, Level, title_of


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


class ImpactSnapshot(TenantModel):
    """Who of a cohort got how far when one stage of its selection closed, by self-identified attribute.

    Appended and never changed, also in the database: what people say of themselves later does not rewrite it. The
    exact counts are for the adverse-impact reviewer alone.
    """

    class Occasion(models.TextChoices):
        CLOSED = "closed", "The stage closed"
        ASKED = "asked", "As it stood before the release"

    cohort = TenantForeignKey(Cohort, on_delete=models.PROTECT, related_name="impact_snapshots")
    level = models.CharField(max_length=10, choices=Level.choices)
    occasion = models.CharField(max_length=6, choices=Occasion.choices, default=Occasion.CLOSED)
    frozen_at = models.DateTimeField(default=timezone.now)
    definitions_version = models.PositiveSmallIntegerField(default=DEFINITIONS_VERSION)
    came = models.PositiveIntegerField()
    passed = models.PositiveIntegerField()
    # {"gender": {"women": [30, 28, 20], …}}: how many got to each level, up to this one
    reached = models.JSONField()
    # the suppressed counts of all levels, published when the outcomes are released: {"gender": {level: {…}}}
    shown = models.JSONField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["cohort", "frozen_at", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "cohort", "level"],
                condition=Q(occasion="closed"),
                name="impact_snapshot_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} of {self.cohort}"

    @property
    def title(self) -> str:
        """``Eligible → approved``."""
        return title_of(self.level)


class ImpactLook(TenantModel):
    """A reviewer opens exact counts for a while, having written what for. Appended and never changed.

    Without a cohort it is about all of them, compared and never pooled.
    """

    cohort = TenantForeignKey(
        Cohort, on_delete=models.PROTECT, null=True, blank=True, related_name="impact_looks"
    )
    by = TenantForeignKey(Membership, on_delete=models.PROTECT, related_name="impact_looks")
    purpose = models.TextField()
    opened_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-opened_at", "-id"]
        constraints = [*TenantModel.Meta.constraints]
        indexes = [models.Index(fields=["organization", "by", "ends_at"], name="impact_look_open")]

    def __str__(self) -> str:
        return f"Adverse impact of {self.cohort or 'all cohorts'}"


class ImpactReview(TenantModel):
    """What the reviewer makes of one frozen table. Appended; the newest one counts."""

    class Conclusion(models.TextChoices):
        NO_CONCERN = "no_concern", "No concern"
        CONCERN = "concern", "Concern"

    snapshot = TenantForeignKey(ImpactSnapshot, on_delete=models.PROTECT, related_name="reviews")
    conclusion = models.CharField(max_length=10, choices=Conclusion.choices)
    explanation = models.TextField(blank=True)
    measures = models.TextField(blank=True)
    reviewed_by = TenantForeignKey(Membership, on_delete=models.PROTECT, related_name="impact_reviews")
    reviewed_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        ordering = ["-reviewed_at", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(
                condition=Q(conclusion="no_concern") | (~Q(explanation="") & ~Q(measures="")),
                name="impact_concern_is_explained",
            ),
        ]

    def __str__(self) -> str:
        return f"Review of {self.snapshot}"
