"""Who acts in whose name, for what and until when."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from amdp.directory.models import Person
from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel


class Delegation(TenantModel):
    """One person lets another act in their name, from a day to a day, both included, for some duties.

    It ends by itself, or earlier when it is revoked, and is not passed on: who acts for somebody who acts
    for a third does not act for the third.
    """

    class Duty(models.TextChoices):
        APPROVE = "approve", "Decide nominations"
        NOMINATE = "nominate", "Nominate people"

    principal = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="delegations_given")
    delegate = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="delegations_held")
    duties = ArrayField(models.CharField(max_length=10, choices=Duty.choices), size=2)
    from_on = models.DateField()
    until_on = models.DateField()
    why = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, editable=False)
    revoked_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["-from_on", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="delegation_dates"),
            models.CheckConstraint(condition=~Q(delegate=F("principal")), name="delegation_to_another"),
            models.CheckConstraint(condition=Q(duties__len__gt=0), name="delegation_for_something"),
        ]
        indexes = [
            models.Index(fields=["organization", "delegate", "until_on"], name="delegation_by_delegate"),
            models.Index(fields=["organization", "principal", "until_on"], name="delegation_by_principal"),
        ]

    def __str__(self) -> str:
        return f"{self.delegate} for {self.principal}"

    @property
    def duties_text(self) -> str:
        """What the delegate may do, in words."""
        words = {self.Duty.APPROVE: "decides nominations", self.Duty.NOMINATE: "nominates"}
        return " and ".join(words[self.Duty(one)] for one in sorted(self.duties))

    def is_in_force(self, on: date) -> bool:
        """Whether the delegate acts on that day."""
        return self.revoked_at is None and self.from_on <= on <= self.until_on

    def is_over(self, on: date) -> bool:
        """Whether nothing is to come of it any more."""
        return self.revoked_at is not None or self.until_on < on
