from typing import Any

from django.db import models
from django.utils import timezone

from amdp.directory.models import Person
from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import Organization, TenantModel


class Notification(TenantModel):
    """One message to one person: a row of the outbox, and later a line under the bell.

    It is written in the transaction of the change it tells of, so neither exists without the other.
    Addressed to the directory person where there is one, else to the membership; never to both.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        CLAIMED = "claimed", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Refused"
        SKIPPED = "skipped", "Not sent"

    # A claim whose lease ran out is claimed again; nothing leaves the last three.
    MOVES: dict[str, set[str]] = {
        State.PLANNED: {State.CLAIMED},
        State.CLAIMED: {State.CLAIMED, State.SENT, State.FAILED, State.SKIPPED},
        State.SENT: set(),
        State.FAILED: set(),
        State.SKIPPED: set(),
    }

    person = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="notifications")
    membership = TenantForeignKey(
        Membership, on_delete=models.CASCADE, null=True, related_name="notifications"
    )
    kind = models.CharField(max_length=80)
    about_type = models.CharField(max_length=80, blank=True)
    about_id = models.BigIntegerField(null=True)
    period = models.CharField(max_length=40, blank=True)

    subject = models.CharField(max_length=300)
    why = models.TextField()
    body = models.JSONField(default=list)
    action = models.CharField(max_length=80, blank=True)
    path = models.CharField(max_length=300, blank=True)
    urgent = models.BooleanField(default=False)
    # an iCalendar file that goes with the mail
    calendar = models.TextField(blank=True, default="", db_default="")

    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(max_length=300, blank=True)
    not_before = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        ordering = ["-not_before", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "person", "membership", "kind", "about_type", "about_id", "period"],
                name="notification_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=True) ^ models.Q(membership__isnull=True),
                name="notification_to_one",
            ),
            models.CheckConstraint(
                condition=models.Q(state="claimed", claimed_until__isnull=False)
                | ~models.Q(state="claimed") & models.Q(claimed_until__isnull=True),
                name="notification_lease",
            ),
        ]
        # Partial, so that a tick reads what is due, however much is scheduled or long sent.
        indexes = [
            models.Index(
                fields=["organization", "not_before"],
                condition=models.Q(state="planned"),
                name="notification_planned",
            ),
            models.Index(
                fields=["organization", "claimed_until"],
                condition=models.Q(state="claimed"),
                name="notification_claimed",
            ),
            models.Index(fields=["organization", "about_type", "about_id"], name="notification_about"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def recipient(self) -> Person | Membership:
        """Whom it is for."""
        return self.person or self.membership  # type: ignore[return-value]

    @property
    def is_read(self) -> bool:
        return self.read_at is not None


class Due(models.Model):
    """When something of an organization wants to be looked at next. All that beat reads each minute.

    Not under a policy, so it holds no content: the organization and a time. Rows are only added by those
    who plan something, and only when no earlier one is waiting; the tick takes them away. See ``due.py``.
    """

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+", db_index=False)
    next_due_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "due"
        indexes = [
            models.Index(fields=["next_due_at", "organization"], name="due_time"),
            models.Index(fields=["organization", "next_due_at"], name="due_organization"),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} at {self.next_due_at:%Y-%m-%d %H:%M}"


def label_and_id(about: models.Model | None) -> dict[str, Any]:
    """What a notification is about, as the columns keep it."""
    if about is None:
        return {"about_type": "", "about_id": None}
    return {"about_type": about._meta.label_lower, "about_id": about.pk}
