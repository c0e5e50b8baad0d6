"""What assessors fill in when they agree on a rating."""

from decimal import Decimal

from django import forms

from amdp.web.forms import Form, LongText

HALVES = [(f"{n / 2:.1f}", f"{n / 2:g}") for n in range(2, 11)]


class ConsensusForm(Form):
    """A rating in halves and why."""

    competency = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    score = forms.TypedChoiceField(
        label="Agreed rating, 1 to 5",
        choices=[("", "Choose"), *HALVES],
        coerce=Decimal,
        error_messages={"required": "Choose the rating you agree on."},
    )
    why = LongText(
        label="Why?", help_text="In a sentence. It stays in the file.", max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
