"""What is filled in during a calibration."""

from typing import Any

from django import forms

from amdp.identity.models import Membership
from amdp.web.forms import Form, LongText
from selection.nine_box import ROWS, Box

BOXES = {f"{box.performance}-{box.potential}": box for _, row in ROWS for box in row}


def value_of(box: Box | None) -> str:
    """A box as a form sends it: ``3-2``; empty for none."""
    return f"{box.performance}-{box.potential}" if box else ""


class MoveForm(Form):
    """Where to, and why. ``version`` is the one of the place that was seen."""

    box = forms.ChoiceField(
        label="Move to",
        choices=[(value, box.name) for value, box in BOXES.items()],
        error_messages={"required": "Choose one of the nine boxes."},
    )
    reason = LongText(
        label="Why?",
        help_text="Everybody in the session reads it. It stays in the file.",
        max_length=1200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    @property
    def wanted(self) -> dict[str, Any]:
        """What the service takes."""
        box = BOXES[self.cleaned_data["box"]]
        return {
            "performance": box.performance,
            "potential": box.potential,
            "reason": self.cleaned_data["reason"],
            "version": self.cleaned_data["version"],
        }


class NoteForm(Form):
    """Something to be considered."""

    text = LongText(
        label="Add a note",
        help_text="Everybody in the session reads it with your name.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OpenForm(Form):
    """Whom to invite."""

    members = forms.ModelMultipleChoiceField(
        queryset=Membership.objects.none(), required=False, label="Who takes part"
    )

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = members  # type: ignore[attr-defined]
