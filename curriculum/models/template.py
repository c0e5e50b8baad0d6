"""The template of a program's journey: modules and their activities, dated relative to a cohort's start."""

from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Competency, Program


def in_words(minutes: int | None) -> str:
    """``45 minutes``, ``2 hours``, ``7½ hours``; nothing for nothing."""
    if not minutes:
        return ""
    if minutes < 120:
        return f"{minutes} minutes"
    halves = round(minutes / 30)
    return f"{halves // 2}{'½' if halves % 2 else ''} hours"


class Module(TenantModel):
    """A stretch of the journey. It starts a number of months, then of business days, after the cohort."""

    class Rule(models.TextChoices):
        IN_ORDER = "in_order", "In order"
        ONE_OF = "one_of", "At least one of several"
        OPTIONAL = "optional", "Optional"

    class Track(models.TextChoices):
        LEARN = "learn", "Learn"
        REQUIRED = "required", "Required"
        JOB = "job", "On the job"
        MENTOR = "mentor", "With a mentor"

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="modules")
    title = models.CharField(max_length=120)
    purpose = models.TextField(blank=True)
    track = models.CharField(max_length=8, choices=Track.choices, default=Track.LEARN)
    rule = models.CharField(max_length=8, choices=Rule.choices, default=Rule.IN_ORDER)
    choice = models.CharField(max_length=80, blank=True)
    launches_with = TenantForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="launched_with"
    )
    offset_months = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(48)])
    offset_days = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(250)])
    length_days = models.PositiveSmallIntegerField(
        default=20, validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(rule="one_of") | ~models.Q(choice=""), name="module_choice_named"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def start_from(self) -> "Module":
        """The module whose offset counts: this one, or the one it launches together with."""
        return self.launches_with or self


class Activity(TenantModel):
    """One thing to do within a module. It opens business days after the module and is due later."""

    class Mode(models.TextChoices):
        MICROLEARNING = "microlearning", "Microlearning"
        E_LEARNING = "e_learning", "E-learning"
        VIRTUAL = "virtual", "Virtual session with an instructor"
        WORKSHOP = "workshop", "Live workshop"
        ON_THE_JOB = "on_the_job", "On-the-job activity"
        ACTION_LEARNING = "action_learning", "Action-learning project"
        CASE_STUDY = "case_study", "Case study"
        COACHING = "coaching", "Coaching check-in"
        PULSE = "pulse", "Pulse"
        ASSESSMENT = "assessment", "Assessment"

    SESSION_MODES = {Mode.VIRTUAL, Mode.WORKSHOP}

    module = TenantForeignKey(Module, on_delete=models.CASCADE, related_name="activities")
    title = models.CharField(max_length=160)
    mode = models.CharField(max_length=16, choices=Mode.choices, default=Mode.E_LEARNING)
    offset_days = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(600)])
    duration_days = models.PositiveSmallIntegerField(default=5, validators=[MaxValueValidator(600)])
    minutes = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    instructions = models.TextField(blank=True)
    link = models.URLField(max_length=500, blank=True)
    required = models.BooleanField(default=True)
    asks_reflection = models.BooleanField(default=False)
    needs_confirmation = models.BooleanField(default=False)
    prompts = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    session_starts = models.TimeField(default=time(9, 0))
    session_place = models.CharField(max_length=200, blank=True)
    session_seats = models.PositiveSmallIntegerField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]
        verbose_name_plural = "activities"

    def __str__(self) -> str:
        return self.title

    @property
    def effort(self) -> str:
        """How long it takes, in words."""
        return in_words(self.minutes)

    @property
    def is_session(self) -> bool:
        """Held on a day with seats; attending is what completes it."""
        return self.mode in self.SESSION_MODES

    @property
    def hands_in(self) -> bool:
        """Work on an account is written down and handed in."""
        return not self.is_session and (self.needs_confirmation or bool(self.prompts))


class ActivityCompetency(TenantModel):
    """A competency an activity builds."""

    activity = TenantForeignKey(Activity, on_delete=models.CASCADE, related_name="builds")
    competency = TenantForeignKey(Competency, on_delete=models.CASCADE, related_name="built_by")

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "activity", "competency"], name="activity_competency_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.competency)
