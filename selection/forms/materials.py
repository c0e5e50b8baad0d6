"""What L&D fills in about a file of an exercise."""

from typing import Any

from django import forms

from amdp.web.forms import Choices, Form
from selection.file_types import ACCEPTED, LARGEST, TYPES
from selection.models import ExerciseMaterial

ACCEPT = ",".join(f".{ending}" for ending in [*TYPES, "jpeg"])


def file_field(label: str) -> forms.FileField:
    return forms.FileField(
        label=label,
        help_text=f"{ACCEPTED}, up to {LARGEST // 1024 // 1024} MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        error_messages={"required": "Choose the file.", "empty": "The file is empty."},
    )


class MaterialForm(Form):
    """A file, for whom it is and from when on."""

    audience = Choices(
        label="For whom?",
        choices=ExerciseMaterial.Audience.choices,
        choice_help={
            "candidates": "A briefing; assessors of the exercise read it too",
            "assessors": "A guide; no candidate ever gets it",
        },
    )
    release = Choices(
        label="When do candidates get it?",
        choices=ExerciseMaterial.Release.choices,
        choice_help={
            "day": "From midnight of the day they do the exercise, where they are",
            "stage": "As soon as they know their times and the assessment has opened",
        },
        initial=ExerciseMaterial.Release.DAY,
    )
    name = forms.CharField(
        label="Name", max_length=120, required=False, help_text="Without one it is called as the file is."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"] = file_field("File")


class VersionForm(Form):
    """A newer version of a file."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"] = file_field("Newer version")
