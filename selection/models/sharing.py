"""What happens before a nomination is shared with those who decide, and what it said each time it was."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from amdp.directory.models import Person
from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from selection.models.nominations import ONE_TO_FIVE, Nomination


class NominationVersion(TenantModel):
    """What a nomination said from the moment it was handed in or changed. Appended, never overwritten."""

    nomination = TenantForeignKey(Nomination, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    # {"Why this person, why now": "…", …} as everybody reads it
    content = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["number", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "nomination", "number"], name="nomination_version_number"
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.number} of {self.nomination}"


class Endorsement(TenantModel):
    """The question to a leader whether they stand behind somebody who nominated themselves."""

    class State(models.TextChoices):
        ASKED = "asked", "Waiting"
        GIVEN = "given", "Endorsed"
        DECLINED = "declined", "Not endorsed"
        DROPPED = "dropped", "No longer needed"

    MOVES = {
        State.ASKED: {State.GIVEN, State.DECLINED, State.DROPPED},
        State.GIVEN: set(),
        State.DECLINED: set(),
        State.DROPPED: set(),
    }

    nomination = TenantForeignKey(Nomination, on_delete=models.CASCADE, related_name="endorsements")
    leader = TenantForeignKey(Person, on_delete=models.PROTECT, related_name="endorsements_asked")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED, editable=False)
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    performance_view = models.PositiveSmallIntegerField(null=True, blank=True, validators=ONE_TO_FIVE)
    potential_view = models.PositiveSmallIntegerField(null=True, blank=True, validators=ONE_TO_FIVE)
    words = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["asked_at", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "nomination"],
                condition=Q(state="asked"),
                name="endorsement_one_open",
            ),
        ]
        indexes = [models.Index(fields=["organization", "leader", "state"], name="endorsement_by_leader")]

    def __str__(self) -> str:
        return f"Endorsement of {self.nomination.candidate.person}"


class Consent(TenantModel):
    """The question to a nominee whether they want to be put forward."""

    class State(models.TextChoices):
        ASKED = "asked", "Waiting"
        GIVEN = "given", "Consented"
        REFUSED = "refused", "Not consented"
        DROPPED = "dropped", "No longer needed"

    MOVES = {
        State.ASKED: {State.GIVEN, State.REFUSED, State.DROPPED},
        State.GIVEN: set(),
        State.REFUSED: set(),
        State.DROPPED: set(),
    }

    nomination = TenantForeignKey(Nomination, on_delete=models.CASCADE, related_name="consents")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED, editable=False)
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    words = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["asked_at", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "nomination"], condition=Q(state="asked"), name="consent_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"Consent of {self.nomination.candidate.person}"


class NominationReference(TenantModel):
    """Somebody who can speak to a nomination. Until the directory knows the name as ``typed``, there is no
    ``person``; a draft keeps it all the same."""

    class State(models.TextChoices):
        NAMED = "named", "Named"
        ASKED = "asked", "Asked for a statement"
        ANSWERED = "answered", "Has answered"
        DROPPED = "dropped", "No longer needed"

    MOVES = {
        State.NAMED: {State.ASKED},
        State.ASKED: {State.ANSWERED, State.DROPPED},
        State.ANSWERED: set(),
        State.DROPPED: set(),
    }

    nomination = TenantForeignKey(Nomination, on_delete=models.CASCADE, related_name="references")
    person = TenantForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="references_asked"
    )
    typed = models.CharField(max_length=120, blank=True)
    about = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices, default=State.NAMED, editable=False)
    asked_at = models.DateTimeField(null=True, editable=False)
    statement = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "nomination", "position"], name="nomination_reference_place"
            ),
        ]
        indexes = [models.Index(fields=["organization", "person", "state"], name="reference_by_person")]

    def __str__(self) -> str:
        return f"{self.person or self.typed} on {self.nomination.candidate.person}"
