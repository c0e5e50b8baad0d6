"""How a cohort's participants are matched with mentors: what counts, each run, and what it found."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import UniqueConstraint

from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Cohort, Participant
from mentoring.models.mentors import Mentor


def weight(default: int) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(default=default, validators=[MaxValueValidator(100)])


class CohortMentoring(TenantModel):
    """What a cohort decided about mentoring. The row is also what publishing locks."""

    cohort = TenantForeignKey(Cohort, on_delete=models.CASCADE, related_name="mentoring")
    competency = weight(40)
    account_type = weight(15)
    therapeutic_area = weight(15)
    market = weight(10)
    language = weight(10)
    time_zone = weight(10)
    common_language = models.BooleanField(default=True)
    common_hours = models.DecimalField(
        max_digits=3,
        decimal_places=1,
        default=Decimal(2),
        validators=[MinValueValidator(0), MaxValueValidator(8)],
    )
    hours_per_mentee = models.DecimalField(
        max_digits=3,
        decimal_places=1,
        default=Decimal(2),
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(20)],
    )
    silence_days = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    escalation_days = models.PositiveSmallIntegerField(
        default=14, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    monthly_check_in = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "cohort"], name="cohort_mentoring_once"),
        ]

    def __str__(self) -> str:
        return f"Mentoring of {self.cohort}"


class MatchWish(TenantModel):
    """A pair L&D has pinned or ruled out; it holds for the next runs of the cohort."""

    class Kind(models.TextChoices):
        PIN = "pin", "Pinned"
        EXCLUDE = "exclude", "Excluded"

    participant = TenantForeignKey(Participant, on_delete=models.CASCADE, related_name="match_wishes")
    mentor = TenantForeignKey(Mentor, on_delete=models.CASCADE, related_name="match_wishes")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    confirmed = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "participant", "mentor"], name="match_wish_once"),
            UniqueConstraint(
                fields=["organization", "participant"],
                condition=models.Q(kind="pin"),
                name="match_wish_one_pin",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.participant} and {self.mentor}"


class MatchRun(TenantModel):
    """One solved match of a cohort. Nothing leaves it before it is published."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to start"
        WORKING = "working", "Matching"
        DONE = "done", "Ready to publish"
        PUBLISHED = "published", "Published"
        FAILED = "failed", "Not finished"

    MOVES: dict[str, set[str]] = {
        State.WAITING: {State.WORKING, State.FAILED},
        State.WORKING: {State.DONE, State.FAILED, State.WAITING},
        State.DONE: {State.PUBLISHED},
        State.PUBLISHED: set(),
        State.FAILED: set(),
    }

    cohort = TenantForeignKey(Cohort, on_delete=models.CASCADE, related_name="match_runs")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING, editable=False)
    problem = models.TextField(blank=True, editable=False)
    weights = models.JSONField(default=dict)
    rules = models.JSONField(default=dict)
    # Who took part and what decides who may be paired: publishing compares it with today.
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    mentor_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    people = models.PositiveIntegerField(default=0, editable=False)
    seats = models.PositiveIntegerField(default=0, editable=False)
    matched = models.PositiveIntegerField(default=0, editable=False)
    mean_fit = models.PositiveSmallIntegerField(null=True, editable=False)
    worst_fit = models.PositiveSmallIntegerField(null=True, editable=False)
    # What all without a mentor need together: places with whom, mentors of what kind (``mentoring/helping.py``).
    outlook = models.JSONField(default=dict, editable=False)
    started_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    claimed_until = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)
    published_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["-number"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "cohort", "number"], name="match_run_number"),
        ]

    def __str__(self) -> str:
        return f"Match {self.number} of {self.cohort}"

    @property
    def is_over(self) -> bool:
        return self.state not in (self.State.WAITING, self.State.WORKING)


class MatchPair(TenantModel):
    """What a run found for one participant: a mentor, or nobody and why.

    ``fits`` and ``blocked`` follow the run's ``mentor_ids``: the fit with each mentor, and the bitmask of
    the rules against the pair, so that "why not this mentor" is a look-up.
    """

    run = TenantForeignKey(MatchRun, on_delete=models.CASCADE, related_name="pairs")
    participant = TenantForeignKey(Participant, on_delete=models.CASCADE, related_name="match_pairs")
    mentor = TenantForeignKey(Mentor, on_delete=models.CASCADE, null=True, related_name="match_pairs")
    fit = models.PositiveSmallIntegerField(null=True)
    points = models.JSONField(default=dict)
    # The most each criterion could give this person: what nothing is known about counts for nothing.
    most = models.JSONField(default=dict)
    rank = models.PositiveIntegerField(null=True)
    pinned = models.BooleanField(default=False)
    broken = ArrayField(models.PositiveSmallIntegerField(), default=list)
    reason = models.TextField(blank=True)
    # For somebody without a mentor: the changes that would give them one, each on its own, the lightest first.
    remedies = models.JSONField(default=list)
    alternatives = models.JSONField(default=list)
    fits = ArrayField(models.PositiveSmallIntegerField(), default=list)
    blocked = ArrayField(models.PositiveSmallIntegerField(), default=list)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "run", "participant"], name="match_pair_once"),
        ]

    def __str__(self) -> str:
        return f"{self.participant} and {self.mentor or 'nobody'}"
