"""What a mentor logs: the session both see, what comes next, and the note only its author can read."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, UniqueConstraint

from amdp.directory.models import Account
from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Competency
from mentoring.models.mentors import Mentorship


class CoachingSession(TenantModel):
    """A meeting of the two, logged by the mentor and confirmed by the participant."""

    class State(models.TextChoices):
        LOGGED = "logged", "To be confirmed"
        CONFIRMED = "confirmed", "Confirmed"
        AMENDING = "amending", "Change asked for"

    MOVES = {
        State.LOGGED: {State.CONFIRMED, State.AMENDING, State.LOGGED},
        State.AMENDING: {State.LOGGED},
        State.CONFIRMED: {State.LOGGED},
    }

    class Kind(models.TextChoices):
        COACHING = "coaching", "Coaching"
        CASE_STUDY = "case_study", "Case study"
        INTERVIEW = "interview_preparation", "Interview preparation"
        ACCOUNT = "account_interaction", "Account interaction"

    mentorship = TenantForeignKey(Mentorship, on_delete=models.PROTECT, related_name="sessions")
    held_on = models.DateField()
    minutes = models.PositiveSmallIntegerField(validators=[MinValueValidator(5), MaxValueValidator(600)])
    kind = models.CharField(max_length=22, choices=Kind.choices, default=Kind.COACHING)
    account = TenantForeignKey(Account, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    shared_notes = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.LOGGED, editable=False)
    amend_why = models.TextField(blank=True, editable=False)
    logged_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    logged_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    # One per opened form: a double tap or a phone that sends twice logs one session.
    form_token = models.UUIDField(editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["-held_on", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "form_token"], name="coaching_session_once"),
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=600), name="coaching_session_length"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "mentorship", "-held_on"], name="coaching_session_by_pair"),
            models.Index(fields=["organization", "held_on"], name="coaching_session_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.minutes} min"


class CoachingTopic(TenantModel):
    """A competency a session was about."""

    session = TenantForeignKey(CoachingSession, on_delete=models.CASCADE, related_name="topics")
    competency = TenantForeignKey(Competency, on_delete=models.CASCADE, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "session", "competency"], name="coaching_topic_once"),
        ]

    def __str__(self) -> str:
        return str(self.competency)


class CoachingAction(TenantModel):
    """Who does what next, by when."""

    class Owner(models.TextChoices):
        MENTEE = "mentee", "Participant"
        MENTOR = "mentor", "Mentor"

    session = TenantForeignKey(CoachingSession, on_delete=models.CASCADE, related_name="actions")
    text = models.CharField(max_length=300)
    owner = models.CharField(max_length=6, choices=Owner.choices, default=Owner.MENTEE)
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text


class PrivateNote(TenantModel):
    """A mentor's note to themselves: encrypted, with a key that is not in this database (``vault.py``).

    Its author alone reads it. It never shows up in audit, search, exports or for anybody else.
    """

    session = TenantForeignKey(CoachingSession, on_delete=models.CASCADE, related_name="private_notes")
    author = TenantForeignKey(Membership, on_delete=models.CASCADE, related_name="private_notes")
    ciphertext = models.TextField()
    written_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "session", "author"], name="private_note_once"),
        ]

    def __str__(self) -> str:
        return "Private note"
