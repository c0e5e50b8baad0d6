"""The pool, and the pairs."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from amdp.directory.models import Person
from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Commitment, Competency, Participant

THERAPEUTIC_AREAS = {
    "oncology": "Oncology",
    "cardiometabolic": "Cardiometabolic",
    "neuroscience": "Neuroscience",
    "immunology": "Immunology",
    "rare_disease": "Rare disease",
    "vaccines": "Vaccines",
    "devices": "Medical devices",
}
LANGUAGES = {
    "en": "English",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pt": "Portuguese",
    "zh": "Chinese",
}


class Mentor(TenantModel):
    """A person in the mentor pool, and how much time they have for every duty together."""

    class State(models.TextChoices):
        INVITED = "invited", "Invited"
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        DECLINED = "declined", "Declined"

    MOVES = {
        State.INVITED: {State.ACTIVE, State.DECLINED},
        State.ACTIVE: {State.PAUSED},
        State.PAUSED: {State.ACTIVE},
        State.DECLINED: {State.INVITED, State.ACTIVE},
    }

    person = TenantForeignKey(Person, on_delete=models.PROTECT, related_name="mentors")
    state = models.CharField(max_length=8, choices=State.choices, default=State.INVITED, editable=False)
    hours_per_month = models.DecimalField(
        max_digits=4, decimal_places=1, default=0, validators=[MinValueValidator(0), MaxValueValidator(80)]
    )
    account_types = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    therapeutic_areas = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    reason = models.CharField(max_length=300, blank=True, editable=False)
    invited_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["person__last_name_key", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "person"], name="mentor_once"),
            models.CheckConstraint(condition=Q(hours_per_month__gte=0), name="mentor_hours"),
        ]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def language_names(self) -> list[str]:
        """The languages as people call them."""
        return [LANGUAGES.get(code, code) for code in self.languages]


class MentorStrength(TenantModel):
    """How strong a mentor says to be in a competency, 1–5."""

    mentor = TenantForeignKey(Mentor, on_delete=models.CASCADE, related_name="strengths")
    competency = TenantForeignKey(Competency, on_delete=models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])

    class Meta(TenantModel.Meta):
        ordering = ["-level", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "mentor", "competency"], name="mentor_strength_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="mentor_strength_level"),
        ]

    def __str__(self) -> str:
        return f"{self.competency}: {self.level}"


class Mentorship(TenantModel):
    """A mentor and a participant who work together. Someone has one mentor at a time."""

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        ENDED = "ended", "Ended"

    MOVES: dict[str, set[str]] = {State.ACTIVE: {State.ENDED}, State.ENDED: set()}

    class Silence(models.IntegerChoices):
        """Who knows that the pair has not met for a while."""

        NOBODY = 0, "Nobody"
        MENTOR = 1, "The mentor"
        ADMINS = 2, "The mentor and L&D"

    mentor = TenantForeignKey(Mentor, on_delete=models.PROTECT, related_name="mentorships")
    participant = TenantForeignKey(Participant, on_delete=models.PROTECT, related_name="mentorships")
    commitment = TenantForeignKey(
        Commitment, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    state = models.CharField(max_length=6, choices=State.choices, default=State.ACTIVE, editable=False)
    fit = models.PositiveSmallIntegerField(null=True, editable=False)
    points = models.JSONField(default=dict, editable=False)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, editable=False)
    ended_why = models.CharField(max_length=300, blank=True, editable=False)
    last_session_on = models.DateField(null=True, editable=False)
    next_meeting_at = models.DateTimeField(null=True, blank=True)
    # When the tick has to look at this pair; empty when there is nothing to wait for.
    silence = models.PositiveSmallIntegerField(
        choices=Silence.choices, default=Silence.NOBODY, editable=False
    )
    silence_due_at = models.DateTimeField(null=True, editable=False)
    check_in_on = models.DateField(null=True, editable=False)
    check_in_due_at = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["-started_on", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "participant"],
                condition=Q(state="active"),
                name="mentorship_one_at_a_time",
            ),
        ]
        # Partial, so that a tick reads the pairs that are due, however many there are.
        indexes = [
            models.Index(
                fields=["organization", "silence_due_at"],
                condition=Q(silence_due_at__isnull=False),
                name="mentorship_silence",
            ),
            models.Index(
                fields=["organization", "check_in_due_at"],
                condition=Q(check_in_due_at__isnull=False),
                name="mentorship_check_in",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentor} and {self.participant}"
