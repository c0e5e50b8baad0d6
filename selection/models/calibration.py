"""The talk about all candidates of a cohort before the slate: where each stands, who moved them, and why."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Cohort
from selection.models.nominations import Candidate
from selection.nine_box import Box, box_at

THREE = [MinValueValidator(1), MaxValueValidator(3)]


def level() -> models.PositiveSmallIntegerField:
    """1 low, 2 medium, 3 high; empty while it is not known."""
    return models.PositiveSmallIntegerField(null=True, blank=True, validators=THREE)


def in_a_box(performance: str, potential: str) -> Q:
    """Both levels or neither."""
    neither = Q(**{performance: None, potential: None})
    return neither | Q(**{f"{performance}__range": (1, 3), f"{potential}__range": (1, 3)})


class CalibrationSession(TenantModel):
    """A cohort's calibration. Once closed, nothing in it changes any more: triggers see to that (0021)."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    MOVES = {State.OPEN: {State.CLOSED}, State.CLOSED: set()}

    cohort = TenantForeignKey(Cohort, on_delete=models.CASCADE, related_name="calibrations")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN, editable=False)
    # counts every change, so that a page asks one cheap question: anything new?
    version = models.PositiveIntegerField(default=1, editable=False)
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["-opened_at", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "cohort"], name="calibration_once"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | Q(state="closed", closed_at__isnull=False),
                name="calibration_closed_at",
            ),
        ]

    def __str__(self) -> str:
        return f"Calibration of {self.cohort}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class CalibrationParticipant(TenantModel):
    """Somebody L&D invited to a session."""

    session = TenantForeignKey(CalibrationSession, on_delete=models.CASCADE, related_name="participants")
    member = TenantForeignKey(Membership, on_delete=models.CASCADE, related_name="calibrations")
    invited_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "session", "member"], name="calibration_participant_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.member)


class CalibrationPlace(TenantModel):
    """Where a candidate stands on the board: first by the data, then as people moved them."""

    session = TenantForeignKey(CalibrationSession, on_delete=models.CASCADE, related_name="places")
    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="calibration_places")
    performance = level()
    potential = level()
    first_performance = level()
    first_potential = level()
    # what the first box is from, as the session opened: {"performance": "75.00", …, "weights": [25, 45],
    # "assessors": 2, "apart": "1.50"}; scores on 0–100, None where nothing was measured
    measured = models.JSONField(default=dict, editable=False)
    # counts the moves: who moves carries the one they saw
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "session", "candidate"], name="calibration_place_once"),
            models.CheckConstraint(
                condition=in_a_box("performance", "potential")
                & in_a_box("first_performance", "first_potential"),
                name="calibration_place_box",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate} in the calibration"

    @property
    def box(self) -> Box | None:
        return box_at(self.performance, self.potential)

    @property
    def first_box(self) -> Box | None:
        """The one the data say."""
        return box_at(self.first_performance, self.first_potential)


class CalibrationMove(TenantModel):
    """One move of a candidate, by whom and why. Appended, never changed."""

    place = TenantForeignKey(CalibrationPlace, on_delete=models.CASCADE, related_name="moves")
    from_performance = level()
    from_potential = level()
    performance = models.PositiveSmallIntegerField(validators=THREE)
    potential = models.PositiveSmallIntegerField(validators=THREE)
    reason = models.TextField()
    moved_at = models.DateTimeField(default=timezone.now)
    moved_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["moved_at", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(
                condition=in_a_box("performance", "potential")
                & in_a_box("from_performance", "from_potential"),
                name="calibration_move_box",
            ),
        ]

    def __str__(self) -> str:
        return f"Move of {self.place.candidate}"

    @property
    def box(self) -> Box:
        return Box(self.performance, self.potential)

    @property
    def from_box(self) -> Box | None:
        return box_at(self.from_performance, self.from_potential)

    @property
    def who(self) -> str:
        return str(self.moved_by or "Somebody who left")


class CalibrationNote(TenantModel):
    """What somebody said about a candidate in the session. Appended, never changed."""

    place = TenantForeignKey(CalibrationPlace, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    written_at = models.DateTimeField(default=timezone.now)
    written_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["written_at", "id"]
        constraints = [*TenantModel.Meta.constraints]

    def __str__(self) -> str:
        return f"Note on {self.place.candidate}"
