from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from holidays.registry import COUNTRIES

from amdp.identity.models import ApiToken, Membership, Role
from amdp.identity.roles import ROLE_HELP
from amdp.tenancy.models import Organization
from amdp.web.colour import is_colour
from amdp.web.forms import Choices, Form, LongText, ManyChoices, ModelForm
from amdp.web.time import time_zones

DAYS = [(30, "30 days"), (90, "90 days"), (180, "Half a year"), (365, "A year")]


@cache
def markets() -> list[tuple[str, str]]:
    """Countries whose public holidays are known, by name."""
    names = ((entry[1], _spaced(entry[0])) for entry in COUNTRIES.values())
    return sorted(((code, name) for code, name in names if len(code) == 2), key=lambda pair: pair[1])


def _spaced(name: str) -> str:
    return "".join(f" {mark}" if mark.isupper() and index else mark for index, mark in enumerate(name))


class OrganizationForm(ModelForm):
    """What every member sees and goes by."""

    time_zone = forms.ChoiceField(
        label="Time zone", choices=time_zones, help_text="Where a person's own is not known."
    )
    market = forms.ChoiceField(
        label="Market",
        choices=markets,
        help_text="Its public holidays count where a person's own is not known.",
    )
    requires_two_factor = forms.BooleanField(
        label="Members must use two-factor authentication",
        required=False,
        help_text="Those without it, you included, set it up before they get in.",
    )

    class Meta:
        model = Organization
        fields = ["name", "accent", "time_zone", "market", "requires_two_factor"]
        widgets = {"accent": forms.TextInput(attrs={"type": "color"})}
        help_texts = {"accent": "Made darker or lighter where text in it could not be read."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accent"].widget.attrs |= {
            "hx-get": reverse("identity:accent_preview", args=[self.instance.slug]),
            "hx-trigger": "input changed delay:150ms",
            "hx-target": "#accent-preview",
        }

    def clean_accent(self) -> str:
        accent = str(self.cleaned_data["accent"]).lower()
        if not is_colour(accent):
            raise ValidationError("Give the colour as # and six digits, such as #155e75.")
        return accent

    def _post_clean(self) -> None:
        """The service writes the organization; the form must not change the one of this request."""


class TimeZoneForm(Form):
    """One answer. Where nothing is known about the owner, nothing is chosen for them."""

    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=lambda: [("", "Choose a time zone"), *time_zones()],
        help_text="Where most of your people are, or the head office.",
    )


class RolesForm(Form):
    """The roles somebody holds by grant, and why that changes."""

    roles = ManyChoices(label="Roles", choices=Role.choices, choice_help=ROLE_HELP, required=False)
    why = LongText(
        label="Why",
        max_length=500,
        help_text="Kept in the audit log.",
        error_messages={"required": "Say why. The reason is kept in the audit log."},
    )


class RemoveForm(Form):
    """The reason somebody leaves."""

    why = LongText(label="Why", max_length=500, help_text="Kept in the audit log.")


class ProfileForm(Form):
    """What a member says about themselves."""

    name = forms.CharField(label="Name", max_length=150, help_text="As colleagues read it.")
    time_zone = forms.ChoiceField(
        label="Time zone",
        required=False,
        choices=lambda: [("", "As in the directory"), *time_zones()],
        help_text="All dates and times, and the hour at which reminders come.",
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        initial = {"name": member.user.name, "time_zone": member.time_zone}
        super().__init__(*args, initial=initial, **kwargs)


class TokenForm(Form):
    """A new personal token."""

    name = forms.CharField(label="What is it for?", max_length=80, help_text="Such as: nightly report.")
    scope = Choices(
        label="What may it do?",
        choices=ApiToken.Scope.choices,
        initial=ApiToken.Scope.READ,
        choice_help={
            ApiToken.Scope.READ: "Everything you can see.",
            ApiToken.Scope.WRITE: "Everything you can see and do.",
        },
    )
    days = forms.TypedChoiceField(label="Works for", choices=DAYS, coerce=int, initial=90)
