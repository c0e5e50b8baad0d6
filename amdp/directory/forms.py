from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from amdp.directory.grades import GradeRow
from amdp.directory.models import Demographics
from amdp.web.forms import Choices, Form

OWN_WORDS = "own_words"
GENDERS = [
    ("female", "Woman"),
    ("male", "Man"),
    ("nonbinary", "Non-binary"),
    (OWN_WORDS, "In my own words"),
    ("undisclosed", "I prefer not to say"),
]


class DemographicsForm(Form):
    """What a person says about themselves."""

    gender = Choices(label="Gender", choices=GENDERS)
    words = forms.CharField(
        label="In your own words", max_length=40, required=False, help_text="Only with “In my own words”."
    )

    @staticmethod
    def initial_of(said: Demographics | None) -> dict[str, Any]:
        """The choice that shows what was said before."""
        if said is None or said.source != Demographics.Source.SELF:
            return {}
        if not said.gender:
            return {"gender": "undisclosed"}
        known = said.gender in dict(GENDERS)
        return {"gender": said.gender} if known else {"gender": OWN_WORDS, "words": said.gender}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("gender") == OWN_WORDS and not data.get("words"):
            self.add_error("words", "Write it, or choose another answer.")
        return data

    @property
    def said(self) -> str:
        """The value to keep."""
        gender = self.cleaned_data["gender"]
        if gender == OWN_WORDS:
            return str(self.cleaned_data["words"])
        return "" if gender == "undisclosed" else gender


class GradeForm(Form):
    """One line of the grade table."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    code = forms.CharField(label="Code", max_length=20)
    name = forms.CharField(label="Name", max_length=80, required=False)
    rank = forms.IntegerField(label="Rank", min_value=0, max_value=32767)

    def as_row(self) -> GradeRow:
        """What the service takes."""
        data = self.cleaned_data
        return GradeRow(
            pk=data.get("pk"),
            code=data.get("code", ""),
            name=data.get("name", ""),
            rank=data.get("rank") or 0,
            removed=bool(data.get("DELETE")),
        )


class GradeFormSetBase(BaseFormSet):
    deletion_widget = forms.CheckboxInput

    def add_fields(self, form: GradeForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = "Remove"


def grade_rows(formset: BaseFormSet) -> list[GradeRow]:
    """All lines of a valid formset that say something."""
    return [form.as_row() for form in formset.forms if form.has_changed() or form.cleaned_data.get("pk")]


GradeFormSet = formset_factory(
    GradeForm, formset=GradeFormSetBase, extra=3, can_delete=True, max_num=200, absolute_max=300
)
