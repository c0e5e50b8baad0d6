"""What people fill in during a selection."""

from typing import Any

from django import forms

from amdp.web.forms import Choices, Form, LongText
from selection.models import Decision, EligibilityRule

Fact = EligibilityRule.Fact


class Lenient:
    """Mixed into forms whose drafts may be incomplete: the service says what is missing when it matters, so
    fields are neither required to be kept nor called optional."""

    lenient: tuple[str, ...] = ()

    def full_clean(self: Any) -> None:
        fields = [self.fields[name] for name in self.lenient if name in self.fields]
        for one in fields:
            one.required = False
        super().full_clean()  # type: ignore[misc]
        for one in fields:
            one.required = True


class WhyForm(Form):
    """A reason that is kept."""

    why = LongText(label="Why?", help_text="Kept in the file.", max_length=1200)


class DecisionForm(Form):
    """One candidate's outcome with its reason."""

    outcome = Choices(
        label="Outcome",
        choices=Decision.Outcome.choices,
        choice_help={
            "selected": "Takes a seat and is enrolled when the outcomes are released",
            "reserve": "Joins the reserve by rank and moves up in order when a seat becomes free",
            "not_selected": "Gets written feedback and a talk with their leader",
        },
    )
    reason = forms.ChoiceField(label="Reason", choices=Decision.Reason.choices, initial=Decision.Reason.RANK)
    remark = LongText(
        label="In a sentence",
        help_text="Needed unless the ranking is the reason.",
        max_length=1200,
        required=False,
    )


class AcceptForm(Form):
    """How many are kept in reserve when the ranking is accepted."""

    reserve = forms.IntegerField(label="In reserve", min_value=0, max_value=500)
