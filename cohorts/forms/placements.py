from typing import Any, cast

from django import forms
from django.http import QueryDict

from amdp.directory.access import visible_accounts, visible_people
from amdp.directory.models import Account, Person
from amdp.directory.queries import chain_above, employed, search_accounts, search_people
from amdp.identity.models import Membership
from amdp.web.forms import Choices, DateField, Form, LongText, ManyChoices
from cohorts.forms.picking import SHOWN, PickMixin
from cohorts.models import Participant


class PlacementForm(PickMixin, Form):
    awaited = ("find_account", "find_leader")
    job_title = forms.CharField(label="Role", max_length=120, initial="Account Director")
    effective_on = DateField(label="Starts on")
    find_account = forms.CharField(
        label="Find accounts", required=False, help_text="Type the first letters of the name, then Find."
    )
    accounts = ManyChoices(
        label="Accounts taken over",
        error_messages={"required": "Name at least one account. Find it by name first."},
    )
    find_leader = forms.CharField(
        label="Find another leader", required=False, help_text="The leader who takes the graduate on signs."
    )
    leader = Choices(label="Leader who signs", error_messages={"required": "Choose the leader who signs."})
    reason = LongText(label="Why this role", required=False, max_length=1000)

    def __init__(self, *args: Any, member: Membership, participant: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = visible_accounts(member)
        text = self.sought("find_account")
        self.offer("accounts", list(search_accounts(accounts, text)[:SHOWN]) if text else [], accounts)
        line = [one for one in chain_above(participant.person) if one.membership_id]
        people = (
            visible_people(member)
            .exclude(pk=participant.person_id)
            .filter(employed(), membership__isnull=False)
        )
        name = self.sought("find_leader")
        found = list(search_people(people, name)[:SHOWN]) if name else []
        self.offer("leader", [*line, *found], people | Person.objects.filter(pk__in=[one.pk for one in line]))

    def clean_accounts(self) -> list[Account]:
        return [self.picked("accounts", pk) for pk in dict.fromkeys(self.cleaned_data["accounts"])]

    def clean_leader(self) -> Person:
        return self.picked("leader", self.cleaned_data["leader"])

    @property
    def chosen_accounts(self) -> list[Account]:
        """Those ticked so far, for the preview."""
        raw = (
            cast(QueryDict, self.data).getlist("accounts")
            if self.is_bound
            else self.initial.get("accounts", [])
        )
        return [self.offered[f"accounts-{pk}"] for pk in raw if f"accounts-{pk}" in self.offered]


class WithdrawPlacementForm(Form):
    reason = LongText(label="Why do you take it back?", max_length=300)
