"""What L&D writes to those selected, in reserve, not selected and moving up."""

from collections.abc import Mapping
from typing import Any

from django import forms

from amdp.web.forms import LongText
from selection.letters import FIELDS, Text
from selection.models import LetterKind, SelectionPlan
from selection.plan_forms.base import PlanForm
from selection.plan_parts.letters import store_texts, texts_in, why_not_written


class LettersForm(PlanForm):
    """Subject and text of each kind of letter."""

    merge_fields = FIELDS

    def build(self) -> None:
        for kind, text in texts_in(self.plan).items():
            self.fields[f"{kind}_subject"] = forms.CharField(
                label="Subject", max_length=200, initial=text.subject
            )
            self.fields[f"{kind}_body"] = LongText(
                label="Text",
                max_length=6000,
                initial=text.body,
                widget=forms.Textarea(attrs={"rows": 14}),
            )

    @property
    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The two fields of each kind under its name."""
        return [
            (str(label), [self[f"{kind}_subject"], self[f"{kind}_body"]])
            for kind, label in LetterKind.choices
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, words in list(data.items()):
            if name.endswith(("_subject", "_body")):
                for sentence in why_not_written(Text("", words)):
                    self.add_error(name, sentence)
        return data

    def write(self, plan: SelectionPlan) -> None:
        data = self.cleaned_data
        texts = {
            kind: Text(" ".join(data[f"{kind}_subject"].split()), _lines(data[f"{kind}_body"]))
            for kind in LetterKind.values
        }
        store_texts(plan, texts)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def letters_shown(form: LettersForm) -> Mapping[str, Any]:
    """The part as the API gives it."""
    values = form.unchanged
    return {
        kind: {"subject": values[f"{kind}_subject"], "body": values[f"{kind}_body"]}
        for kind in LetterKind.values
    }


def letters_filled(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """What of the API's document the form takes."""
    return {
        f"{kind}_{name}": words
        for kind, text in body.items()
        if kind in LetterKind.values
        for name, words in text.items()
    }
