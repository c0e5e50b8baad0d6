"""What our forms share: errors come from us, in our words, and inputs take dates as browsers send them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

REQUIRED = "This needs an answer."


def as_key(text: str) -> int | None:
    """The number of a row out of an address or a form; None for what cannot be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


class FormBase:
    """Mixed into every form: the browser does not interrupt, errors are shown on the page."""

    use_required_attribute = False
    awaited: tuple[str, ...] = ()
    """Fields that may stay empty for now, or only help to fill another: they are not called optional."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = REQUIRED

    def refuse(self: Any, error: ValidationError) -> None:
        """Show what a service refused, each sentence at its field where the form has it."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


class Form(FormBase, forms.Form):
    """A form that ends in a service."""


class ModelForm(FormBase, forms.ModelForm):
    """A form over a model's own fields."""


class DateInput(forms.DateInput):
    """The browser's own date picker, always in ISO form."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """Date and time in one, in the member's zone."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")


class TimeInput(forms.TimeInput):
    """A time of day."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%H:%M")


class DateField(forms.DateField):
    """A day."""

    widget = DateInput
    default_error_messages = {"invalid": "Enter a day, such as 2027-03-04."}


class MomentField(forms.DateTimeField):
    """A day and a time in the member's zone."""

    widget = MomentInput
    default_error_messages = {"invalid": "Enter a day and a time."}


class LongText(forms.CharField):
    """Several sentences. With ``max_length`` the page counts along."""

    widget = forms.Textarea(attrs={"rows": 4})


class Choices(forms.ChoiceField):
    """One of a few, each as a card; ``choice_help={value: "what it means"}``."""

    widget = forms.RadioSelect

    def __init__(self, *, choice_help: dict[str, str] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.choice_help = choice_help or {}


class ManyChoices(forms.MultipleChoiceField):
    """Some of a few, each as a card."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, choice_help: dict[str, str] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.choice_help = choice_help or {}
