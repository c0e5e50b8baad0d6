"""What those fill in who nominate."""

from collections.abc import Mapping
from typing import Any

from django import forms

from amdp.web.forms import REQUIRED, Form, LongText
from selection.forms import Lenient
from selection.plan_parts.nomination import Terms

TEXT = ("rationale", "evidence", "performance_view", "potential_view")
PERFORMANCE = {
    5: "Sets the standard others follow",
    4: "Often beyond what is expected",
    3: "Reliably what is expected",
    2: "Not everything that is expected",
    1: "Well below what is expected",
}
POTENTIAL = {
    5: "Could lead our most complex accounts",
    4: "Could lead a larger account within the program",
    3: "Could lead a larger account with time beyond the program",
    2: "Grows within the present role",
    1: "At the right place now",
}


def whole(value: Any) -> int | None:
    return int(value) if value not in (None, "") else None


class NominationForm(Lenient, Form):
    """A leader's proposal, with what the plan asks. Nothing is required to keep a draft."""

    rationale = LongText(
        label="Why this person, why now?",
        help_text="What changes for the business if this person leads a larger account. Two or three sentences.",
        max_length=1200,
    )
    evidence = LongText(
        label="What have you seen them do?",
        help_text="When, with whom, what happened. Assessors do not see it.",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    performance_view = forms.TypedChoiceField(
        label="How does this person perform today?",
        choices=list(PERFORMANCE.items()),
        coerce=whole,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    potential_view = forms.TypedChoiceField(
        label="How far do you see this person going?",
        choices=list(POTENTIAL.items()),
        coerce=whole,
        empty_value=None,
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        *args: Any,
        terms: Terms | None = None,
        words: Mapping[int, str] | None = None,
        asked: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.terms = terms or Terms()
        self._ask_criteria(words or {})
        for name in {"performance_view", "potential_view"} - set(self.terms.views):
            del self.fields[name]
        if asked:
            self.fields["answer"] = LongText(
                label="Your answer", help_text=f"The question: {asked}", max_length=1200
            )
        self.lenient = tuple(name for name, field in self.fields.items() if field.required)

    def _ask_criteria(self, words: Mapping[int, str]) -> None:
        """One question for each criterion in place of the general one."""
        if not self.terms.criteria:
            return
        del self.fields["evidence"]
        own = {
            one.field: LongText(
                label=f"{one.name}: what have you seen?",
                help_text=one.hint or "When, with whom, what happened. Assessors do not see it.",
                max_length=3000,
                required=one.is_required,
                initial=words.get(one.pk or 0, ""),
            )
            for one in self.terms.criteria
        }
        for field in own.values():
            field.error_messages["required"] = REQUIRED
        first = {"rationale": self.fields["rationale"]}
        self.fields = {**first, **own, **self.fields}

    @property
    def text(self) -> dict[str, Any]:
        """What was typed, as the service takes it; what is not asked for is left out."""
        plain = {name: self.cleaned_data[name] for name in TEXT if name in self.cleaned_data}
        if not self.terms.criteria:
            return plain
        return {**plain, "criteria": {one.pk: self.cleaned_data[one.field] for one in self.terms.criteria}}
