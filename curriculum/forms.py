from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from amdp.directory.access import visible_people
from amdp.directory.models import Account, Person
from amdp.directory.queries import search_accounts, search_people
from amdp.identity.models import Membership, Role
from amdp.identity.queries import members_with
from amdp.web.forms import Choices, DateField, DateInput, Form, LongText, ManyChoices, ModelForm, TimeInput
from cohorts.models import Competency
from curriculum.access import accounts_to_work_on
from curriculum.models import Activity, Attendance, Module, Project, Session
from curriculum.services.projects import LONGEST_ANSWER

ACCOUNTS_SHOWN = 10
PEOPLE_SHOWN = 12
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

    starts_on = DateField(label="If a cohort starts on")
    market = forms.CharField(label="Holidays of", max_length=10, help_text="Such as US, FR or DE-BY.")


class JoinedOnForm(Form):
    joined_on = DateField(label="Count the dates from", help_text="What had opened before opens on this day.")


class CompleteForm(Form):
    """The short reflection, where the activity asks for one."""

    reflection = LongText(
        label="What will you do differently?",
        max_length=1500,
        help_text="Two or three sentences. Your manager and L&D admins can read them.",
    )

    def __init__(self, *args: Any, required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not required:
            del self.fields["reflection"]


class AnswerWhenHandedIn(LongText):
    """Needed in the end, so not marked optional; a draft may leave it empty. The service checks."""

    def validate(self, value: str) -> None:
        return


class AccountWhenHandedIn(Choices):
    """The same for the account."""

    def validate(self, value: str) -> None:
        if value:
            super().validate(value)


class ProjectForm(Form):
    """The account and an answer under each prompt. ``find`` narrows the accounts offered."""

    awaited = ("find",)

    find = forms.CharField(label="Find an account", required=False, max_length=100)
    account = AccountWhenHandedIn(label="Account")

    def __init__(
        self, *args: Any, project: Project, member: Membership, find: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.project, self.member = project, member
        self.found = self._accounts(find)
        account = self.fields["account"]
        account.choices = [(str(one.pk), one.name) for one in self.found]  # type: ignore[attr-defined]
        account.choice_help = {str(one.pk): _about(one) for one in self.found}  # type: ignore[attr-defined]
        self.initial.setdefault("account", str(project.account_id or ""))
        self.initial.setdefault("find", find)
        for place, prompt in enumerate(project.item.activity.prompts):
            field = AnswerWhenHandedIn(label=prompt, max_length=LONGEST_ANSWER)
            field.widget.attrs["rows"] = 5
            self.fields[f"answer_{place}"] = field
            self.initial.setdefault(f"answer_{place}", project.answers.get(prompt, ""))

    def _accounts(self, find: str) -> list[Account]:
        """The chosen one first, then the first that match."""
        accounts = accounts_to_work_on(self.member)
        chosen = self.data.get("account", "") if self.is_bound else ""
        keep = int(chosen) if chosen.isdigit() else self.project.account_id
        kept = list(accounts.filter(pk=keep)) if keep else []
        others = search_accounts(accounts, find).exclude(pk__in=[one.pk for one in kept])
        return [*kept, *others.order_by("name_key")[:ACCOUNTS_SHOWN]]

    @property
    def answers(self) -> dict[str, str]:
        prompts = self.project.item.activity.prompts
        return {prompt: self.cleaned_data.get(f"answer_{place}", "") for place, prompt in enumerate(prompts)}

    @property
    def account_chosen(self) -> Account | None:
        chosen = self.cleaned_data.get("account", "")
        return next((one for one in self.found if str(one.pk) == chosen), None)

    @property
    def answer_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("answer_")]


def _about(account: Account) -> str:
    parts = [account.get_kind_display(), account.city]
    parts += [f"complexity {account.complexity} of 10"] if account.complexity else []
    parts += [f"owned by {account.owner}"] if account.owner else []
    return " · ".join(part for part in parts if part)


class ConfirmForm(Form):
    used_on = DateField(label="Used with the customer on")
    seen = LongText(
        label="What did you see or hear?",
        max_length=2000,
        help_text="The participant reads it. Two sentences help most.",
    )


class ReturnForm(Form):
    question = LongText(
        label="Your question",
        max_length=2000,
        help_text="The participant answers it and hands the work in again.",
    )


class SessionForm(ModelForm):
    link = forms.URLField(label="Link to join", required=False, max_length=500, assume_scheme="https")

    class Meta:
        model = Session
        fields = ["day", "starts", "zone", "minutes", "place", "link", "seats"]
        labels = {
            "starts": "Starts at",
            "zone": "Time zone",
            "minutes": "Length in minutes",
        }
        help_texts = {"zone": "Such as Europe/Paris.", "seats": "Empty means a seat for everybody."}
        widgets = {"day": DateInput(), "starts": TimeInput()}


class FacilitatorsForm(Form):
    """Who holds a session: people found by name, and logins with the facilitator role."""

    awaited = ("find",)

    find = forms.CharField(label="Find somebody in the directory", required=False, max_length=100)
    people = ManyChoices(label="From the directory", required=False)
    members = ManyChoices(label="With the facilitator role", required=False)

    def __init__(
        self, *args: Any, session: Session, member: Membership, find: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        named = list(session.facilitators.all())
        people, members = self.fields["people"], self.fields["members"]
        self.found = self._people(visible_people(member), [one.person_id for one in named], find)
        self.holders = list(members_with(member.organization, Role.FACILITATOR))
        people.choices = [(str(one.pk), one.name) for one in self.found]  # type: ignore[attr-defined]
        people.choice_help = {str(one.pk): one.job_title for one in self.found}  # type: ignore[attr-defined]
        members.choices = [(str(one.pk), one.display_name) for one in self.holders]  # type: ignore[attr-defined]
        self.initial.setdefault("people", [str(one.person_id) for one in named if one.person_id])
        self.initial.setdefault("members", [str(one.membership_id) for one in named if one.membership_id])
        self.initial.setdefault("find", find)

    def _people(self, people: QuerySet[Person], named: list[int | None], find: str) -> list[Person]:
        """Those who hold it or were ticked, then the first that match."""
        typed: Any = self.data
        ticked = [int(pk) for pk in typed.getlist("people") if pk.isdigit()] if self.is_bound else []
        kept = list(people.filter(Q(pk__in=named) | Q(pk__in=ticked)))
        if not find:
            return kept
        others = search_people(people, find).exclude(pk__in=[one.pk for one in kept])
        return [*kept, *others[:PEOPLE_SHOWN]]

    @property
    def chosen_people(self) -> list[Person]:
        return [one for one in self.found if str(one.pk) in self.cleaned_data["people"]]

    @property
    def chosen_members(self) -> list[Membership]:
        return [one for one in self.holders if str(one.pk) in self.cleaned_data["members"]]


class RosterForm(Form):
    """Attended, absent or excused for every name; a line may wait."""

    MARKS = [(mark.value, mark.label) for mark in Attendance.MARKS]

    def __init__(self, *args: Any, lines: list[Attendance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            field = forms.ChoiceField(choices=self.MARKS, widget=forms.RadioSelect, required=False)
            field.label = line.participant.person.name
            self.fields[f"mark_{line.participant_id}"] = field
            if line.state in Attendance.MARKS:
                self.initial[f"mark_{line.participant_id}"] = line.state

    @property
    def rows(self) -> list[tuple[Attendance, Any]]:
        return [(line, self[f"mark_{line.participant_id}"]) for line in self.lines]

    @property
    def marks(self) -> dict[int, str]:
        marks = {line.participant_id: self.cleaned_data[f"mark_{line.participant_id}"] for line in self.lines}
        return {pk: mark for pk, mark in marks.items() if mark}
