from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from amdp.directory.access import visible_accounts, visible_people
from amdp.directory.models import Account, Person
from amdp.directory.queries import chain_above, employed, search_accounts, search_people
from amdp.identity.models import Membership
from amdp.web.forms import Choices, DateField, DateInput, Form, LongText, ManyChoices, ModelForm
from cohorts.blueprints import blueprints
from cohorts.models import (
    Behavior,
    Cohort,
    Competency,
    Metric,
    Objective,
    Outcome,
    Participant,
    Program,
    Stakeholder,
)

SHOWN = 12
BLANK = "blank"
POINTS = {
    1: "1, not yet",
    2: "2, beginning",
    3: "3, solid",
    4: "4, strong",
    5: "5, a model for others",
}


# --- programs ----------------------------------------------------------------------------------------


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


class PickMixin:
    """A choice among found rows: typing a name and pressing “Find” offers them, what is chosen stays.

    The view builds the form anew from what was posted when “Find” was pressed, so nothing typed is lost.
    """

    def offer(self: Any, name: str, found: list[Any], everything: QuerySet[Any]) -> None:
        """Offer what was found and what is chosen already."""
        raw = self.data.getlist(self.add_prefix(name)) if self.is_bound else self.initial.get(name, [])
        ids = [int(pk) for pk in (raw if isinstance(raw, list) else [raw]) if str(pk).isdigit()]
        chosen = [] if not ids else list(everything.filter(pk__in=ids))
        rows = [*chosen, *(one for one in found if one not in chosen)]
        self.offered = {**getattr(self, "offered", {}), **{f"{name}-{one.pk}": one for one in rows}}
        self.fields[name].choices = [(str(one.pk), str(one)) for one in rows]
        self.fields[name].choice_help = {str(one.pk): described(one) for one in rows}

    def sought(self: Any, name: str) -> str:
        """What stands in a search box."""
        source = self.data if self.is_bound else self.initial
        return str(source.get(name) or "").replace("\0", "").strip()[:100]

    def picked(self: Any, name: str, pk: str) -> Any:
        return self.offered[f"{name}-{pk}"]


def described(row: Person | Account) -> str:
    """The line under a person or an account that is offered."""
    if isinstance(row, Person):
        parts = [row.job_title, row.market, "" if row.membership_id else "no login yet"]
    else:
        complexity = f"complexity {row.complexity}" if row.complexity else "complexity not known"
        parts = [
            row.get_kind_display(),
            row.city,
            complexity,
            f"owned by {row.owner}" if row.owner else "no owner",
        ]
    return " · ".join(part for part in parts if part)


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


# --- cohorts -----------------------------------------------------------------------------------------


class CohortNewForm(Form):
    name = forms.CharField(max_length=120, help_text="Such as “Account Director 2027”.")
    starts_on = DateField(
        label="Starts on", help_text="End, nomination window and decision day are proposed from it."
    )
    seats = forms.IntegerField(min_value=1, max_value=500, initial=12)


class CohortDatesForm(ModelForm):
    class Meta:
        model = Cohort
        fields = ["name", "starts_on", "ends_on", "decisions_due_on"]
        labels = {"starts_on": "Starts on", "ends_on": "Ends on", "decisions_due_on": "Decisions fall by"}
        widgets = dict.fromkeys(("starts_on", "ends_on", "decisions_due_on"), DateInput)


class CohortSeatsForm(ModelForm):
    markets = ManyChoices(
        label="Markets", required=False, help_text="Leaders of these markets are told. None chosen means all."
    )

    class Meta:
        model = Cohort
        fields = ["seats", "markets"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = (
            Person.objects.exclude(market="").order_by("market").values_list("market", flat=True).distinct()
        )
        codes = sorted({*known, *self.instance.markets})
        cast(ManyChoices, self.fields["markets"]).choices = [(code, code) for code in codes]


class CohortWindowForm(ModelForm):
    class Meta:
        model = Cohort
        fields = ["nominations_open_on", "nominations_close_on"]
        labels = {
            "nominations_open_on": "Nominations open on",
            "nominations_close_on": "Nominations close on",
        }
        widgets = dict.fromkeys(("nominations_open_on", "nominations_close_on"), DateInput)


COHORT_FORMS: dict[str, tuple[str, type[ModelForm]]] = {
    "dates": ("Name and dates", CohortDatesForm),
    "seats": ("Seats and markets", CohortSeatsForm),
    "window": ("Nomination window", CohortWindowForm),
}


class ReasonForm(Form):
    reason = LongText(label="Reason", max_length=300, help_text="Kept with the record; L&D and HR read it.")


class GraduateForm(Form):
    on = DateField(label="Graduation day")
    participants = ManyChoices(
        label="Who graduates", error_messages={"required": "Choose at least one participant."}
    )

    def __init__(self, *args: Any, active: list[Participant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.active = active
        field = cast(ManyChoices, self.fields["participants"])
        field.choices = [(str(one.pk), str(one.person)) for one in active]
        field.choice_help = {str(one.pk): one.person.job_title for one in active}
        field.initial = [str(one.pk) for one in active]

    def clean_participants(self) -> list[Participant]:
        chosen = set(self.cleaned_data["participants"])
        return [one for one in self.active if str(one.pk) in chosen]


# --- after graduation --------------------------------------------------------------------------------


class OfferForm(Form):
    mentoring = Choices(
        label="Would you mentor a participant?",
        choices=[("yes", "Yes"), ("no", "Not now")],
        choice_help={"yes": "About two hours a month. You say how many mentees you can take."},
    )
    teaching = Choices(
        label="Would you teach a session?",
        choices=[("yes", "Yes"), ("no", "Not now")],
        choice_help={"yes": "L&D asks you for single sessions; each time you may say no."},
    )

    def clean_mentoring(self) -> bool:
        return self.cleaned_data["mentoring"] == "yes"

    def clean_teaching(self) -> bool:
        return self.cleaned_data["teaching"] == "yes"


class PlacementForm(PickMixin, Form):
    awaited = ("find_account", "find_leader")
    job_title = forms.CharField(label="Role", max_length=120, initial="Account Director")
    effective_on = DateField(label="Starts on")
    find_account = forms.CharField(
        label="Find accounts", required=False, help_text="Type the first letters of the name, then Find."
    )
    accounts = ManyChoices(
        label="Accounts taken over",
        error_messages={"required": "Name at least one account. Find it by name first."},
    )
    find_leader = forms.CharField(
        label="Find another leader", required=False, help_text="The leader who takes the graduate on signs."
    )
    leader = Choices(label="Leader who signs", error_messages={"required": "Choose the leader who signs."})
    reason = LongText(label="Why this role", required=False, max_length=1000)

    def __init__(self, *args: Any, member: Membership, participant: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = visible_accounts(member)
        text = self.sought("find_account")
        self.offer("accounts", list(search_accounts(accounts, text)[:SHOWN]) if text else [], accounts)
        line = [one for one in chain_above(participant.person) if one.membership_id]
        people = (
            visible_people(member)
            .exclude(pk=participant.person_id)
            .filter(employed(), membership__isnull=False)
        )
        name = self.sought("find_leader")
        found = list(search_people(people, name)[:SHOWN]) if name else []
        self.offer("leader", [*line, *found], people | Person.objects.filter(pk__in=[one.pk for one in line]))

    def clean_accounts(self) -> list[Account]:
        return [self.picked("accounts", pk) for pk in self.cleaned_data["accounts"]]

    def clean_leader(self) -> Person:
        return self.picked("leader", self.cleaned_data["leader"])

    @property
    def chosen_accounts(self) -> list[Account]:
        """Those ticked so far, for the preview."""
        raw = (
            cast(QueryDict, self.data).getlist("accounts")
            if self.is_bound
            else self.initial.get("accounts", [])
        )
        return [self.offered[f"accounts-{pk}"] for pk in raw if f"accounts-{pk}" in self.offered]


class WithdrawPlacementForm(Form):
    reason = LongText(label="Why do you take it back?", max_length=300)
