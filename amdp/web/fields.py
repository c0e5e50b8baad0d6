"""How a form field looks: which of five shapes it takes and what a screen reader hears with it."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.safestring import SafeString

GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


class FieldLook:
    """A bound field with its label, help, error and the ids that tie them together."""

    def __init__(self, bound: BoundField, *, label: str = "", help_text: str | None = None) -> None:
        self.bound = bound
        self.label = label or bound.label
        self.help_text = bound.help_text if help_text is None else help_text
        self.errors = bound.errors
        self.required = bound.field.required
        self.optional = not self.required and bound.name not in getattr(bound.form, "awaited", ())
        self.id = bound.id_for_label or bound.auto_id
        self.widget = bound.field.widget

    @property
    def shape(self) -> str:
        """``hidden``, ``group`` (radios, checkboxes), ``tick`` (one checkbox), else ``line``."""
        if self.bound.is_hidden:
            return "hidden"
        if isinstance(self.widget, GROUPS):
            return "group"
        return "tick" if isinstance(self.widget, forms.CheckboxInput) else "line"

    @property
    def anchor(self) -> str:
        """The id an error links to: the input, or the first one of a group."""
        return f"{self.bound.auto_id}_0" if self.shape == "group" else self.id

    @property
    def help_id(self) -> str:
        return f"{self.bound.auto_id}_help"

    @property
    def error_id(self) -> str:
        return f"{self.bound.auto_id}_error"

    @property
    def described_by(self) -> str:
        """What is read after the label: help, then error."""
        return " ".join(
            name
            for name, there in (
                (self.help_id, self.help_text),
                (self.error_id, self.errors),
                (self.widget.attrs.get("aria-describedby"), True),
            )
            if there and name
        )

    @property
    def input(self) -> SafeString:
        """The input itself, in our look."""
        attrs = {"class": self.css, "aria-describedby": self.described_by, "aria-invalid": bool(self.errors)}
        given = self.widget.attrs.get("class")
        if given:
            attrs["class"] = f"{attrs['class']} {given}".strip()
        spoken: dict[str, Any] = {name: value for name, value in attrs.items() if value}
        if "aria-invalid" in spoken:
            spoken["aria-invalid"] = "true"
        if self.required and self.shape == "line":
            spoken["aria-required"] = "true"
        return self.bound.as_widget(attrs=spoken)

    @property
    def css(self) -> str:
        if self.shape != "line":
            return ""
        return "form-select" if isinstance(self.widget, forms.Select) else "form-control"

    @property
    def options(self) -> list[dict[str, Any]]:
        """The choices of a group, each with its own line of help where the field has ``choice_help``."""
        helps = getattr(self.bound.field, "choice_help", {})
        return [
            {"tag": option.tag(), "label": option.choice_label, "help": helps.get(option.data["value"], "")}
            for option in self.bound.subwidgets
        ]
