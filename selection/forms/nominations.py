"""What those fill in who nominate."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from amdp.directory.models import Person
from amdp.web.forms import REQUIRED, Choices, Form, LongText
from selection.forms import Lenient
from selection.models import NominationReference
from selection.plan_parts.nomination import Terms

VIEWS = ("performance_view", "potential_view")
REFERENCE = "Somebody of the directory: full name, or the employee number."
REFERENCE_ASKED = (
    f"{REFERENCE} They are asked for a short statement once it is shared; they see nothing else of it."
)
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
        named: Sequence[NominationReference] = (),
        asked: str = "",
        nominee: Person | None = None,
        by_nominee: bool = False,
        by_endorser: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.terms, self.nominee = terms or Terms(), nominee
        self._ask_criteria(words or {})
        self._ask_references(named)
        asked_views = [] if by_nominee else self.terms.views
        for name in {"performance_view", "potential_view"} - set(asked_views):
            del self.fields[name]
        if by_nominee:
            self._in_own_words()
        if by_endorser:
            self.fields = {name: one for name, one in self.fields.items() if name in VIEWS}
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
                label=f"{one.name}: what have you seen?" if one.competency else one.name,
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

    def _ask_references(self, named: Sequence[NominationReference]) -> None:
        for number in range(1, self.terms.references + 1):
            one = named[number - 1] if number <= len(named) else None
            known = one.person if one else None
            who = f"{known}, {known.job_title or known.business_unit}. " if known else ""
            self.fields[f"reference_{number}"] = forms.CharField(
                label=f"Who can speak to it? {number} of {self.terms.references}"
                if self.terms.references > 1
                else "Who can speak to it?",
                help_text=who + (REFERENCE_ASKED if self.terms.asks_statements else REFERENCE),
                max_length=120,
                initial=one.typed if one else "",
            )
            self.fields[f"about_{number}"] = forms.CharField(
                label="About what?",
                help_text="Such as “Worked together on the Tidewater formulary”.",
                max_length=300,
                required=False,
                initial=one.about if one else "",
            )

    def _in_own_words(self) -> None:
        """The same questions, put to the nominee."""
        self.fields["rationale"].label = "Why you, why now?"
        self.fields["rationale"].help_text = "What changes for the business if you lead a larger account."
        if "evidence" in self.fields:
            self.fields["evidence"].label = "What have you done?"
        for one in self.terms.criteria:
            if one.competency:
                self.fields[one.field].label = f"{one.name}: what have you done?"

    @property
    def text(self) -> dict[str, Any]:
        """What was typed, as the service takes it; what is not asked for is left out."""
        data = self.cleaned_data
        found: dict[str, Any] = {name: data[name] for name in TEXT if name in data}
        criteria = {one.pk: data[one.field] for one in self.terms.criteria if one.field in data}
        if criteria:
            found["criteria"] = criteria
        if "reference_1" in data:
            numbers = range(1, self.terms.references + 1)
            found["references"] = [
                {"name": data[f"reference_{number}"], "about": data[f"about_{number}"]} for number in numbers
            ]
        return found


class SeveralForm(Form):
    """How the rationale of each of several drafts begins."""

    rationale = LongText(
        label="How does every rationale begin?",
        help_text="What is true of all of them. You add to each what is their own.",
        max_length=1200,
        required=False,
    )


class EndorsementForm(Lenient, Form):
    """A leader's answer to somebody of the line who nominated themselves."""

    answer = Choices(
        label="Do you stand behind it?",
        choices=[("yes", "I endorse it"), ("no", "Not this time")],
        choice_help={
            "yes": "It goes to those who decide, with your views",
            "no": "It ends, and the person reads your reason",
        },
    )
    words = LongText(
        label="In a sentence", help_text="Why, or why not. The person reads why not.", max_length=1200
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
    lenient = ("words", "performance_view", "potential_view")

    def __init__(self, *args: Any, terms: Terms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(VIEWS) - set(terms.views):
            del self.fields[name]


class ConsentForm(Form):
    """A nominee's answer."""

    answer = Choices(
        label="Would you like to be put forward?",
        choices=[("yes", "Yes, put me forward"), ("no", "No, not now")],
        choice_help={
            "yes": "Those who decide read the nomination now",
            "no": "The nomination is taken back; nothing else follows from it",
        },
    )
    words = LongText(
        label="Anything you would like to add",
        help_text="The nominator reads it.",
        max_length=600,
        required=False,
    )


class ReferenceForm(Form):
    """What somebody named can say."""

    statement = LongText(
        label="What have you seen?",
        help_text="Two or three sentences: when, with whom, what happened.",
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
