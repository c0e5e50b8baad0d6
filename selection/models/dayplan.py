"""The days of an assessment: when and where everybody meets whom."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q, UniqueConstraint

from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Cohort
from selection.models.assessment import Assessor
from selection.models.exercises import Exercise
from selection.models.nominations import Candidate


class DayPlan(TenantModel):
    """The assessment days of a cohort. Nobody but L&D and HR sees any of it before it is published."""

    class State(models.TextChoices):
        DRAFT = "draft", "Not published"
        PUBLISHED = "published", "Published"
        CANCELLED = "cancelled", "Cancelled"

    MOVES = {
        State.DRAFT: {State.PUBLISHED},
        State.PUBLISHED: {State.CANCELLED},
        State.CANCELLED: {State.PUBLISHED},
    }

    cohort = TenantForeignKey(Cohort, on_delete=models.CASCADE, related_name="day_plans")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    # minutes a candidate has between two exercises, and an assessor or a room between two meetings
    rest = models.PositiveSmallIntegerField(default=10, validators=[MaxValueValidator(240)])
    changeover = models.PositiveSmallIntegerField(default=5, validators=[MaxValueValidator(240)])
    # by video nobody meets before and after these hours where they are
    hours_from = models.TimeField(default="08:00")
    hours_until = models.TimeField(default="18:00")
    planned_at = models.DateTimeField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    cancelled_why = models.TextField(blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "cohort"], name="day_plan_once"),
            models.CheckConstraint(condition=Q(hours_until__gt=F("hours_from")), name="day_plan_hours"),
        ]

    def __str__(self) -> str:
        return f"Assessment days of {self.cohort}"

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED


class AssessmentDay(TenantModel):
    """One day, in wall time of its zone. ``breaks``: [["12:00", "13:00"], …]."""

    plan = TenantForeignKey(DayPlan, on_delete=models.CASCADE, related_name="days")
    on = models.DateField()
    starts = models.TimeField()
    ends = models.TimeField()
    zone = models.CharField(max_length=64)
    breaks = models.JSONField(default=list, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["on", "starts", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="assessment_day_range"),
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"


class AssessmentRoom(TenantModel):
    """A room and where it is; ``suits`` says for what, nothing for any exercise."""

    plan = TenantForeignKey(DayPlan, on_delete=models.CASCADE, related_name="rooms")
    name = models.CharField(max_length=80)
    place = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "plan", "name"], name="assessment_room_once"),
        ]

    def __str__(self) -> str:
        return self.name


class RoomExercise(TenantModel):
    """An exercise a room suits."""

    room = TenantForeignKey(AssessmentRoom, on_delete=models.CASCADE, related_name="suits")
    exercise = TenantForeignKey(Exercise, on_delete=models.CASCADE, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "room", "exercise"], name="room_exercise_once"),
        ]

    def __str__(self) -> str:
        return f"{self.exercise} in {self.room}"


class VideoExercise(TenantModel):
    """An exercise that takes place by video."""

    plan = TenantForeignKey(DayPlan, on_delete=models.CASCADE, related_name="on_video")
    exercise = TenantForeignKey(Exercise, on_delete=models.CASCADE, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "plan", "exercise"], name="video_exercise_once"),
        ]

    def __str__(self) -> str:
        return f"{self.exercise} by video"


class AssessmentSlot(TenantModel):
    """When and where a candidate does an exercise, or why there is no time for it yet.

    ``revision`` counts what changed since it was told: calendars replace the older event by the newer.
    """

    class State(models.TextChoices):
        OPEN = "open", "No time yet"
        PLACED = "placed", "Has a time"
        FREED = "freed", "Taken out"

    MOVES = {
        State.OPEN: {State.PLACED, State.FREED},
        State.PLACED: {State.OPEN, State.FREED},
        State.FREED: {State.OPEN, State.PLACED},
    }

    plan = TenantForeignKey(DayPlan, on_delete=models.CASCADE, related_name="slots")
    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="slots")
    exercise = TenantForeignKey(Exercise, on_delete=models.PROTECT, related_name="slots")
    room = TenantForeignKey(
        AssessmentRoom, on_delete=models.PROTECT, null=True, blank=True, related_name="slots"
    )
    link = models.URLField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN, editable=False)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=500, blank=True)
    # was moved by hand and stays where it is when the days are planned anew
    is_kept = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    # when it is in the zone of its day, filled by ``queries.dayplan.worded``
    at_words = ""
    time_words = ""

    class Meta(TenantModel.Meta):
        ordering = ["starts_at", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "plan", "candidate", "exercise"], name="slot_once"),
            models.CheckConstraint(
                condition=~Q(state="placed") | Q(starts_at__isnull=False, ends_at__gt=F("starts_at")),
                name="slot_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["organization", "candidate", "starts_at"], name="slot_of_candidate")]

    def __str__(self) -> str:
        return f"{self.exercise} of {self.candidate}"


class SlotAssessor(TenantModel):
    """Who watches a candidate in a slot. ``is_out``: did, and their calendar has to forget it."""

    slot = TenantForeignKey(AssessmentSlot, on_delete=models.CASCADE, related_name="seats")
    assessor = TenantForeignKey(Assessor, on_delete=models.CASCADE, related_name="slot_seats")
    is_out = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "slot", "assessor"], name="slot_assessor_once"),
        ]

    def __str__(self) -> str:
        return f"{self.assessor} at {self.slot}"
