"""The recurring "how is it going", and short timed messages."""

from django.db import models
from django.db.models import UniqueConstraint

from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Cohort
from mentoring.models.mentors import Mentorship


class CheckIn(TenantModel):
    """One side of a pair is asked, once a month, how it is going. L&D reads the answer, the other side does not."""

    class Side(models.TextChoices):
        MENTOR = "mentor", "Mentor"
        MENTEE = "mentee", "Participant"

    class Going(models.TextChoices):
        GREEN = "green", "Going well"
        AMBER = "amber", "Could be better"
        RED = "red", "Needs help"

    mentorship = TenantForeignKey(Mentorship, on_delete=models.CASCADE, related_name="check_ins")
    side = models.CharField(max_length=6, choices=Side.choices)
    asked_on = models.DateField()
    going = models.CharField(max_length=5, choices=Going.choices, blank=True)
    sentence = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["-asked_on", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "mentorship", "side", "asked_on"], name="check_in_once"),
        ]
        indexes = [
            models.Index(
                fields=["organization", "mentorship"],
                condition=models.Q(answered_at__isnull=True),
                name="check_in_open",
            )
        ]

    def __str__(self) -> str:
        return f"Check-in of {self.asked_on:%B %Y}"


class Pulse(TenantModel):
    """A short message to a cohort's mentors or participants, at 09:00 where each of them is."""

    class Audience(models.TextChoices):
        MENTORS = "mentors", "Mentors"
        MENTEES = "mentees", "Participants with a mentor"
        BOTH = "both", "Both sides"

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        WITHDRAWN = "withdrawn", "Withdrawn"

    cohort = TenantForeignKey(Cohort, on_delete=models.CASCADE, related_name="mentoring_pulses")
    audience = models.CharField(max_length=7, choices=Audience.choices, default=Audience.BOTH)
    subject = models.CharField(max_length=120)
    text = models.TextField()
    send_on = models.DateField()
    recipients = models.PositiveIntegerField(default=0, editable=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED, editable=False)
    planned_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        ordering = ["-send_on", "-id"]

    def __str__(self) -> str:
        return self.subject
