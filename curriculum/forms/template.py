"""Forms over a template and the dates it gives."""

from typing import Any

from django import forms

from amdp.web.forms import Choices, DateField, Form, LongText, ManyChoices, ModelForm, TimeInput
from cohorts.models import Competency
from curriculum.forms.days import within_reach
from curriculum.models import Activity, Module
from curriculum.services.template import NAME_THE_CHOICE

RULE_HELP = {
    "in_order": "Opens when the module in order before it on the same track is done.",
    "one_of": "One of several with the same choice is enough. The others stay open to those who want them.",
    "optional": "Nobody is asked for it, and nobody is late.",
}


class ModuleForm(ModelForm):
    rule = Choices(label="Sequence", choices=Module.Rule.choices, choice_help=RULE_HELP)

    class Meta:
        model = Module
        fields = [
            "title",
            "purpose",
            "track",
            "rule",
            "choice",
            "launches_with",
            "offset_months",
            "offset_days",
            "length_days",
        ]
        labels = {
            "choice": "Choice",
            "launches_with": "Launches together with",
            "offset_months": "Months after the cohort starts",
            "offset_days": "and business days",
            "length_days": "Length in business days",
        }
        help_texts = {
            "purpose": "What participants can do afterwards.",
            "track": "The row it stands in on the timeline.",
            "choice": "For “at least one of several”: the same words on each alternative.",
            "launches_with": "Then its own offset does not count.",
        }
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        siblings = Module.objects.filter(program=self.instance.program_id, launches_with=None)
        self.fields["launches_with"].queryset = siblings.exclude(pk=self.instance.pk)  # type: ignore[attr-defined]
        self.fields["launches_with"].empty_label = "Nothing, it has a start of its own"  # type: ignore[attr-defined]

    def clean_choice(self) -> str:
        """Said here too, before the database's own rule is asked, which has no words for people."""
        choice: str = self.cleaned_data["choice"]
        if self.cleaned_data.get("rule") == Module.Rule.ONE_OF and not choice:
            raise forms.ValidationError(NAME_THE_CHOICE)
        return choice


class ActivityForm(ModelForm):
    prompts = LongText(
        required=False,
        label="Prompts",
        help_text="One question a line. Participants answer each of them on one of their accounts.",
    )
    link = forms.URLField(label="Link to the material", required=False, max_length=500, assume_scheme="https")
    competencies = ManyChoices(label="Competencies it builds", required=False)

    class Meta:
        model = Activity
        fields = [
            "title",
            "mode",
            "offset_days",
            "duration_days",
            "minutes",
            "instructions",
            "link",
            "required",
            "asks_reflection",
            "needs_confirmation",
            "session_starts",
            "session_place",
            "session_seats",
        ]
        labels = {
            "mode": "Kind",
            "offset_days": "Opens, business days after the module",
            "duration_days": "Due, business days later",
            "minutes": "Takes about, minutes",
            "required": "Everybody is asked for it",
            "asks_reflection": "Ask for a short reflection",
            "needs_confirmation": "The manager confirms it was used with a customer",
            "session_starts": "Starts at",
            "session_place": "Place",
            "session_seats": "Seats",
        }
        help_texts = {
            "session_starts": "For sessions: wall time in the organization’s time zone.",
            "session_seats": "Empty means a seat for everybody.",
        }
        widgets = {"instructions": forms.Textarea(attrs={"rows": 6}), "session_starts": TimeInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        activity = self.instance
        self.known = list(Competency.objects.filter(program=activity.module.program_id))
        field = self.fields["competencies"]
        field.choices = [(str(one.pk), one.name) for one in self.known]  # type: ignore[attr-defined]
        if activity.pk:
            self.initial["competencies"] = [str(one.competency_id) for one in activity.builds.all()]
        self.initial["prompts"] = "\n".join(activity.prompts)
        self.fields["offset_days"].required = self.fields["duration_days"].required = True

    def clean_prompts(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["prompts"].splitlines() if line.strip()]
        if any(len(line) > 200 for line in lines):
            raise forms.ValidationError("Keep each prompt under 200 characters.")
        self.instance.prompts = lines
        return lines

    def clean_competencies(self) -> list[Competency]:
        chosen = set(self.cleaned_data["competencies"])
        return [one for one in self.known if str(one.pk) in chosen]


class StartForm(Form):
    """A start to try the template's dates on."""

    starts_on = DateField(label="If a cohort starts on", validators=[within_reach])
    market = forms.CharField(label="Holidays of", max_length=10, help_text="Such as US, FR or DE-BY.")


class JoinedOnForm(Form):
    joined_on = DateField(label="Count the dates from", help_text="What had opened before opens on this day.")
