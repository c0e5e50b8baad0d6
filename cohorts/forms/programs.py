from typing import Any, cast

from django import forms
from django.utils import timezone

from amdp.directory.access import visible_people
from amdp.directory.models import Person
from amdp.directory.queries import employed, search_people
from amdp.identity.models import Membership
from amdp.web.forms import Choices, DateField, DateInput, Form, LongText, ModelForm
from cohorts.blueprints import blueprints
from cohorts.forms.picking import SHOWN, PickMixin
from cohorts.models import Behavior, Competency, Metric, Objective, Outcome, Program, Stakeholder

BLANK = "blank"
POINTS = {
    1: "1, not yet",
    2: "2, beginning",
    3: "3, solid",
    4: "4, strong",
    5: "5, a model for others",
}


class ProgramNewForm(Form):
    blueprint = Choices(label="Start from")
    name = forms.CharField(max_length=120, help_text="What people in your company will call it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(Choices, self.fields["blueprint"])
        field.choices = [*((one.slug, one.name) for one in blueprints().values()), (BLANK, "A blank program")]
        field.choice_help = {
            **{
                one.slug: f"{one.length_months} months · {len(one.competencies)} competencies, "
                f"{one.behavior_count} behaviours · {one.audience}"
                for one in blueprints().values()
            },
            BLANK: "Write objectives, metrics and the competency model yourself.",
        }
        field.initial = field.initial or next(iter(blueprints()))


class ProgramForm(ModelForm):
    class Meta:
        model = Program
        fields = ["name", "summary", "length_months"]
        labels = {"length_months": "Length in months"}
        widgets = {"summary": forms.Textarea(attrs={"rows": 6})}


class ObjectiveForm(ModelForm):
    class Meta:
        model = Objective
        fields = ["text"]
        labels = {"text": "Objective"}
        help_texts = {"text": "One sentence: what the program is for, from the company's point of view."}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}


class OutcomeForm(ModelForm):
    class Meta:
        model = Outcome
        fields = ["text"]
        labels = {"text": "Outcome"}
        help_texts = {"text": "One sentence: what people will see being different."}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}


class MetricForm(ModelForm):
    awaited = ("baseline", "baseline_on")  # needed before stakeholders are asked

    class Meta:
        model = Metric
        fields = ["name", "definition", "unit", "baseline", "baseline_on", "target", "source"]
        labels = {"baseline_on": "Measured on", "source": "Where the number comes from"}
        help_texts = {
            "definition": "What is counted, divided by what, over which time. Two people should get the same number.",
            "baseline": "The number before the program starts.",
            "target": "What you aim for by the end.",
        }
        widgets = {"definition": forms.Textarea(attrs={"rows": 3}), "baseline_on": DateInput}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("baseline", "target"):
            value = data.get(name)
            if data.get("unit") == Metric.Unit.POINTS and value is not None and not 1 <= value <= 5:
                self.add_error(name, "Write a number from 1 to 5, the points that behaviours are rated with.")
        if (day := data.get("baseline_on")) and day > timezone.localdate():
            self.add_error("baseline_on", "This day has not come yet. Choose the day it was measured.")
        return data


class CompetencyForm(ModelForm):
    class Meta:
        model = Competency
        fields = ["name", "description"]
        help_texts = {"description": "What somebody who has it does for customers and colleagues."}
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}


class BehaviorForm(ModelForm):
    """A behaviour with its five anchors, each a line of its own."""

    awaited = tuple(f"anchor_{point}" for point in POINTS)  # needed before stakeholders are asked

    class Meta:
        model = Behavior
        fields = ["text"]
        labels = {"text": "Behaviour"}
        help_texts = {"text": "Something one can see or hear somebody do, starting with a verb."}
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        anchors = [*(self.instance.anchors or []), *[""] * 5]
        for point, label in POINTS.items():
            self.fields[f"anchor_{point}"] = forms.CharField(
                label=label,
                max_length=300,
                required=False,
                initial=anchors[point - 1],
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.instance.anchors = [cleaned.get(f"anchor_{point}", "").strip() for point in POINTS]
        return cleaned


class StakeholderForm(PickMixin, Form):
    awaited = ("find",)
    find = forms.CharField(
        label="Find the person",
        required=False,
        help_text="Type the first letters of a first or last name, then Find.",
    )
    person = Choices(label="Person", error_messages={"required": "Choose a person. Find them by name first."})
    function = Choices(label="Signs for", choices=Stakeholder.Function.choices)

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = visible_people(member).filter(employed())
        text = self.sought("find")
        self.offer("person", list(search_people(people, text)[:SHOWN]) if text else [], people)

    def clean_person(self) -> Person:
        return self.picked("person", self.cleaned_data["person"])


class StakeholderFunctionForm(ModelForm):
    class Meta:
        model = Stakeholder
        fields = ["function"]
        labels = {"function": "Signs for"}


class AskForm(Form):
    due_on = DateField(label="Signatures are due on")


class SignForm(Form):
    remark = LongText(
        label="Remark", required=False, max_length=1000, help_text="Kept with your signature; L&D reads it."
    )


class ReturnForm(Form):
    reason = LongText(
        label="What would have to change?",
        max_length=1000,
        error_messages={"required": "Say what would have to change, so that L&D can mend it."},
    )
