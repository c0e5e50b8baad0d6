from typing import Any

from django import forms

from amdp.directory.models import Person
from amdp.identity.access import grantable_roles
from amdp.identity.models import Invitation, Membership
from amdp.identity.roles import ROLE_HELP
from amdp.web.forms import Form, ManyChoices


class InvitationForm(Form):
    """Whom to invite, at which address, with which roles."""

    name = forms.CharField(label="Name", max_length=150, required=False)
    email = forms.EmailField(label="E-mail address")
    roles = ManyChoices(
        label="Roles from the start",
        required=False,
        choice_help=ROLE_HELP,
        help_text="Leaders, assessors, mentors and participants need none: what they may do follows from the program.",
    )

    def __init__(self, *args: Any, member: Membership, person: Person | None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"email": person.email if person else ""}, **kwargs)
        self.fields["roles"].choices = [(role.value, role.label) for role in grantable_roles(member)]  # type: ignore[attr-defined]
        if person is not None:
            del self.fields["name"]


class NewLoginForm(Form):
    """Name and password of somebody who comes by invitation."""

    name = forms.CharField(
        label="Your name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 10 characters, and not one that is easy to guess.",
    )
    again = forms.CharField(
        label="The same password again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, initial={"name": invitation.name}, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", "The two passwords differ. Type the same one twice.")
        return data
