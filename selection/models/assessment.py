"""Who assesses whom, what they saw, and how they rated it."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from amdp.directory.models import Person
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Behavior, Cohort
from selection.models.exercises import Exercise
from selection.models.nominations import Candidate


class Assessor(TenantModel):
    """A person of a cohort's assessor panel.

    ``trained_for``: kinds of exercises they may score; empty while nobody says otherwise, then all. ``most``:
    the most score sheets they are given when sheets are spread.
    """

    cohort = TenantForeignKey(Cohort, on_delete=models.CASCADE, related_name="assessors")
    person = TenantForeignKey(Person, on_delete=models.PROTECT, related_name="assessor_in")
    added_at = models.DateTimeField(default=timezone.now)
    trained_on = models.DateField(null=True, blank=True)
    trained_for = ArrayField(
        models.CharField(max_length=16, choices=Exercise.Kind.choices), default=list, blank=True
    )
    most = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(500)])

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "cohort", "person"], name="assessor_once"),
        ]

    def __str__(self) -> str:
        return str(self.person)

    def may_score(self, exercise: Exercise) -> bool:
        """Whether they are trained for its kind; an assessment as a whole asks for none."""
        return not self.trained_for or exercise.kind in (*self.trained_for, Exercise.Kind.GENERAL)


class Scoresheet(TenantModel):
    """One assessor's sheet for one candidate in one exercise: blind until submitted, immutable afterwards."""

    class State(models.TextChoices):
        OPEN = "open", "To score"
        SUBMITTED = "submitted", "Submitted"

    MOVES = {State.OPEN: {State.SUBMITTED}, State.SUBMITTED: set()}

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="scoresheets")
    exercise = TenantForeignKey(Exercise, on_delete=models.PROTECT, related_name="scoresheets")
    assessor = TenantForeignKey(Assessor, on_delete=models.PROTECT, related_name="scoresheets")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN, editable=False)
    why = models.CharField(max_length=300, blank=True)
    # stays with this assessor when sheets are spread anew
    pinned = models.BooleanField(default=False)
    due_on = models.DateField()
    assigned_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(null=True, editable=False)
    # counts what was kept: who saves on top of an older one is shown both
    version = models.PositiveIntegerField(default=0, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["due_on", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "candidate", "exercise", "assessor"], name="scoresheet_once"
            ),
        ]
        indexes = [models.Index(fields=["organization", "state", "due_on"], name="scoresheet_due")]

    def __str__(self) -> str:
        return f"Score sheet of {self.assessor} for {self.candidate}"


class Observation(TenantModel):
    """Time-stamped evidence for a behaviour: what the assessor saw.

    ``jotted`` ones were written while watching, each with its time, and may wait to be sorted to a behaviour;
    ``key`` is what the browser calls one, so that a note sent twice is kept once. The other one of a behaviour
    is the text beside its rating.
    """

    scoresheet = TenantForeignKey(Scoresheet, on_delete=models.CASCADE, related_name="observations")
    behavior = TenantForeignKey(Behavior, on_delete=models.PROTECT, null=True, related_name="observations")
    text = models.TextField()
    noted_at = models.DateTimeField(default=timezone.now)
    jotted = models.BooleanField(default=False)
    key = models.UUIDField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["noted_at", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "scoresheet", "key"], name="observation_sent_once"),
            models.CheckConstraint(
                condition=Q(jotted=True) | Q(behavior__isnull=False), name="observation_on_a_behavior"
            ),
        ]

    def __str__(self) -> str:
        return f"Observation on {self.behavior}" if self.behavior_id else "Observation to be sorted"


class Rating(TenantModel):
    """How one assessor rated one behaviour of one candidate, 1–5."""

    scoresheet = TenantForeignKey(Scoresheet, on_delete=models.CASCADE, related_name="ratings")
    behavior = TenantForeignKey(Behavior, on_delete=models.PROTECT, related_name="ratings")
    score = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "scoresheet", "behavior"], name="rating_once"),
            models.CheckConstraint(condition=Q(score__range=(1, 5)), name="rating_range"),
        ]

    def __str__(self) -> str:
        return f"Rating of {self.behavior}"
