"""What people fill in. Each form ends in a service."""

import uuid
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from amdp.directory.models import Account
from amdp.web.forms import Choices, DateField, DateInput, Form, LongText, ManyChoices, ModelForm, MomentField
from cohorts.models import Competency
from mentoring import queries
from mentoring.models import (
    LANGUAGES,
    THERAPEUTIC_AREAS,
    CheckIn,
    CoachingAction,
    CoachingSession,
    CohortMentoring,
    Mentor,
    Mentorship,
    Pulse,
)
from mentoring.services import NextStep, SessionFacts

LEVELS = [
    ("", "Not my field"),
    (1, "1 · starting"),
    (2, "2 · some practice"),
    (3, "3 · solid"),
    (4, "4 · strong"),
    (5, "5 · teaches others"),
]
LENGTHS = {15: "15 min", 30: "30 min", 45: "45 min", 60: "1 hour", 90: "1½ hours", 120: "2 hours"}
ACTIONS = 3


class MentorProfileForm(Form):
    """Time first, then what one is strong in."""

    hours_per_month = forms.DecimalField(
        label="Hours a month for all development work",
        help_text="Mentoring, assessing and teaching together. Two hours a month are usual for one mentee.",
        min_value=0,
        max_value=80,
        decimal_places=1,
    )
    account_types = ManyChoices(label="Accounts you know", choices=Account.Kind.choices, required=False)
    therapeutic_areas = ManyChoices(
        label="Therapeutic areas", choices=list(THERAPEUTIC_AREAS.items()), required=False
    )
    languages = ManyChoices(label="Languages you mentor in", choices=[])

    def __init__(self, *args: Any, mentor: Mentor, **kwargs: Any) -> None:
        self.competencies = queries.competencies_to_rate()
        super().__init__(*args, initial=self._initial(mentor, queries.strengths_of(mentor)), **kwargs)
        spoken = {code: code for code in [*mentor.languages, mentor.person.language] if code} | LANGUAGES
        self.fields["languages"].choices = [(code, LANGUAGES.get(code, code)) for code in sorted(spoken)]  # type: ignore[attr-defined]
        self.awaited = tuple(f"strength_{one.pk}" for one in self.competencies)  # “Not my field” is an answer
        for one in self.competencies:
            self.fields[f"strength_{one.pk}"] = forms.TypedChoiceField(
                label=one.name, choices=LEVELS, coerce=int, empty_value=None, required=False
            )

    def _initial(self, mentor: Mentor, known: dict[str, int]) -> dict[str, Any]:
        person = mentor.person
        return {
            "hours_per_month": f"{mentor.hours_per_month or 4:g}",
            "account_types": mentor.account_types
            or sorted(set(Account.objects.filter(owner=person).values_list("kind", flat=True))),
            "therapeutic_areas": mentor.therapeutic_areas,
            "languages": mentor.languages or [person.language],
            **{f"strength_{one.pk}": known.get(one.name.casefold(), "") for one in self.competencies},
        }

    @property
    def strength_fields(self) -> list[forms.BoundField]:
        return [self[f"strength_{one.pk}"] for one in self.competencies]

    def facts(self) -> dict[str, Any]:
        """What the service takes."""
        clean = dict(self.cleaned_data)
        levels = {one: clean.pop(f"strength_{one.pk}", None) for one in self.competencies}
        return clean | {"strengths": {one: level for one, level in levels.items() if level}}


class DeclineForm(Form):
    reason = forms.CharField(label="Why not now?", help_text="L&D reads it.", required=False, max_length=300)


class CohortSettingsForm(ModelForm):
    """Weights, rules, rhythm."""

    class Meta:
        model = CohortMentoring
        fields = [
            "competency",
            "account_type",
            "therapeutic_area",
            "market",
            "language",
            "time_zone",
            "common_language",
            "common_hours",
            "hours_per_mentee",
            "silence_days",
            "escalation_days",
            "monthly_check_in",
        ]
        labels = {
            "competency": "Strong where it is needed",
            "account_type": "Same kind of account",
            "therapeutic_area": "Therapeutic area",
            "market": "Market",
            "language": "Language",
            "time_zone": "Shared working hours",
            "common_language": "They need a language in common",
            "common_hours": "Working hours in common, at least",
            "hours_per_mentee": "Hours a month for one mentee",
            "silence_days": "Remind the mentor after days without a session",
            "escalation_days": "Make L&D aware after so many more days",
            "monthly_check_in": "Ask both sides once a month how it is going",
        }
        help_texts = {
            "competency": "What the mentor is strong in, where the participant has most to learn.",
            "common_hours": "Between 09:00 and 17:00 where each of them is.",
            "hours_per_mentee": "Counts against the hours the mentor has for all duties.",
        }

    WEIGHTS = ("competency", "account_type", "therapeutic_area", "market", "language", "time_zone")

    @property
    def weight_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.WEIGHTS]

    def _post_clean(self) -> None:
        """The service writes, not the form: the row stays as it is until then."""


def _notes(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "form-control"})


class SessionForm(Form):
    """Four answers are needed, and each has one already."""

    mentorship = forms.ModelChoiceField(
        label="With whom", queryset=Mentorship.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    held_on = DateField(label="When")
    minutes = forms.TypedChoiceField(
        label="How long", choices=list(LENGTHS.items()), coerce=int, widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(label="What", choices=CoachingSession.Kind.choices, widget=forms.RadioSelect)
    competencies = forms.ModelMultipleChoiceField(
        label="About",
        queryset=Competency.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    account = forms.ModelChoiceField(
        label="Account", queryset=Account.objects.none(), required=False, empty_label="No account"
    )
    shared_notes = LongText(label="Notes you both see", required=False, widget=_notes(4))
    next_meeting_at = MomentField(label="Next meeting", required=False)
    private_note = LongText(label="Note to yourself", required=False, widget=_notes(2))
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        mentorships: QuerySet[Mentorship],
        session: CoachingSession | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        pairs = list(mentorships)
        people = {one.participant.person_id for one in pairs} | {one.mentor.person_id for one in pairs}
        programs = {one.participant.cohort.program_id for one in pairs}
        who = self.fields["mentorship"]
        who.queryset = mentorships  # type: ignore[attr-defined]
        who.choices = [(pair.pk, str(pair.participant)) for pair in pairs]  # type: ignore[attr-defined]
        self.fields["account"].queryset = Account.objects.filter(owner__in=people)  # type: ignore[attr-defined]
        self.fields["competencies"].queryset = Competency.objects.filter(program__in=programs)  # type: ignore[attr-defined]
        if session is not None and session.minutes not in LENGTHS:
            lengths = {**LENGTHS, session.minutes: f"{session.minutes} min"}
            self.fields["minutes"].choices = sorted(lengths.items())  # type: ignore[attr-defined]
        self.action_count = max(ACTIONS, session.actions.count() if session is not None else 0)
        for number in range(1, self.action_count + 1):
            self._add_action(number)

    def _add_action(self, number: int) -> None:
        self.fields[f"action_{number}"] = forms.CharField(
            label=f"Action {number}",
            max_length=300,
            required=False,
            widget=forms.TextInput(attrs={"class": "form-control"}),
        )
        self.fields[f"owner_{number}"] = forms.ChoiceField(
            label=f"Who does action {number}",
            choices=CoachingAction.Owner.choices,
            required=False,
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        self.fields[f"due_{number}"] = DateField(
            label=f"Action {number} by", required=False, widget=DateInput({"class": "form-control"})
        )

    @property
    def action_rows(self) -> Iterator[tuple[forms.BoundField, ...]]:
        for number in range(1, self.action_count + 1):
            yield self[f"action_{number}"], self[f"owner_{number}"], self[f"due_{number}"]

    @property
    def steps(self) -> list[NextStep]:
        clean = self.cleaned_data
        return [
            NextStep(
                clean[f"action_{number}"],
                clean[f"owner_{number}"] or CoachingAction.Owner.MENTEE,
                clean[f"due_{number}"],
            )
            for number in range(1, self.action_count + 1)
            if clean[f"action_{number}"]
        ]

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        pair = clean.get("mentorship")
        if pair is not None:
            program = pair.participant.cohort.program_id
            clean["competencies"] = [
                one for one in clean.get("competencies", ()) if one.program_id == program
            ]
            account = clean.get("account")
            if account and account.owner_id not in (pair.mentor.person_id, pair.participant.person_id):
                raise ValidationError({"account": "This account belongs to another mentee. Choose again."})
        return clean

    def facts(self) -> SessionFacts:
        """What the service takes."""
        clean = self.cleaned_data
        return SessionFacts(
            held_on=clean["held_on"],
            minutes=clean["minutes"],
            kind=clean["kind"],
            account=clean["account"],
            shared_notes=clean["shared_notes"],
            competencies=clean["competencies"],
            actions=self.steps,
            next_meeting_at=clean["next_meeting_at"],
            private_note=clean["private_note"],
        )

    @classmethod
    def values_of(cls, session: CoachingSession, private_note: str) -> dict[str, Any]:
        """What stands in the form when a session is changed."""
        values: dict[str, Any] = {
            "mentorship": session.mentorship_id,
            "held_on": session.held_on,
            "minutes": session.minutes,
            "kind": session.kind,
            "competencies": [one.competency_id for one in session.topics.all()],
            "account": session.account_id,
            "shared_notes": session.shared_notes,
            "next_meeting_at": session.mentorship.next_meeting_at,
            "private_note": private_note,
            "token": session.form_token,
        }
        for number, action in enumerate(session.actions.all(), start=1):
            values |= {
                f"action_{number}": action.text,
                f"owner_{number}": action.owner,
                f"due_{number}": action.due_on,
            }
        return values


def new_token() -> uuid.UUID:
    """One per opened form."""
    return uuid.uuid4()


class AmendForm(Form):
    why = LongText(label="What should be different?", max_length=1000)


class EndForm(Form):
    reason = forms.CharField(
        label="Why do the two stop?",
        help_text="L&D reads it when looking for another mentor.",
        max_length=300,
    )


class CheckInForm(Form):
    going = Choices(label="How is it going?", choices=CheckIn.Going.choices)
    sentence = forms.CharField(label="In one sentence", max_length=300, required=False)


class PulseForm(Form):
    audience = Choices(label="To", choices=Pulse.Audience.choices, initial=Pulse.Audience.BOTH)
    subject = forms.CharField(
        label="Subject", max_length=120, help_text="What they are asked to do, in a few words."
    )
    text = LongText(label="Message", max_length=2000)
    send_on = DateField(
        label="Day",
        help_text="At 09:00 where each person is; on a weekend or holiday, the next business day.",
    )


class WishForm(Form):
    """Pin or exclude a mentor for one person."""

    mentor = forms.IntegerField(widget=forms.HiddenInput)
    wish = forms.ChoiceField(choices=[("pin", "Pin"), ("exclude", "Rule out")])
    confirmed = forms.BooleanField(required=False)
