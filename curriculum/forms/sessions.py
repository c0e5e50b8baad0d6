"""Forms over a session: when and where, who sits in it, who holds it, who was there."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from amdp.directory.access import visible_people
from amdp.directory.calendar import zone_named
from amdp.directory.models import Person
from amdp.directory.queries import search_people
from amdp.identity.models import Membership, Role
from amdp.identity.queries import members_with
from amdp.web.forms import DateField, Form, LongText, ManyChoices, ModelForm, TimeInput, as_key
from cohorts.models import Participant
from curriculum.forms.days import within_reach
from curriculum.models import Attendance, Session
from curriculum.queries.preview import PreviewSession, SchedulePreview
from curriculum.queries.schedule import Candidate
from curriculum.timetable import Wish

PEOPLE_SHOWN = 12


class SessionForm(ModelForm):
    day = DateField(validators=[within_reach])
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
        widgets = {"starts": TimeInput()}

    def clean_zone(self) -> str:
        try:
            return zone_named(self.cleaned_data["zone"]).key
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


class WishesForm(Form):
    """Another day or hour for sessions that are not there yet; empty leaves them where planning puts them."""

    def __init__(self, *args: Any, shown: SchedulePreview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown = shown
        for one in self.new:
            pk = one.session.activity_id
            self.fields[f"day_{pk}"] = DateField(
                label="Another day", required=False, validators=[within_reach]
            )
            self.fields[f"starts_{pk}"] = forms.TimeField(
                label="Another hour", required=False, widget=TimeInput()
            )
            self.awaited += (f"day_{pk}", f"starts_{pk}")

    @property
    def new(self) -> list[PreviewSession]:
        return [one for one in self.shown.sessions if one.is_new]

    @property
    def rows(self) -> list[tuple[PreviewSession, Any, Any]]:
        return [
            (one, self[f"day_{one.session.activity_id}"], self[f"starts_{one.session.activity_id}"])
            for one in self.new
        ]

    @property
    def wishes(self) -> dict[int, Wish]:
        """By activity, what was filled in."""
        wishes = {
            one.session.activity_id: Wish(
                self.cleaned_data[f"day_{one.session.activity_id}"],
                self.cleaned_data[f"starts_{one.session.activity_id}"],
            )
            for one in self.new
        }
        return {pk: wish for pk, wish in wishes.items() if any(part is not None for part in wish)}


class SeatsForm(Form):
    """Who gets a seat, of those who still have the activity to do."""

    participants = ManyChoices(label="Who gets a seat", required=False)

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = candidates
        field = self.fields["participants"]
        field.choices = [(str(one.participant.pk), str(one.participant)) for one in candidates]  # type: ignore[attr-defined]
        field.choice_help = {str(one.participant.pk): one.words for one in candidates}  # type: ignore[attr-defined]
        self.initial.setdefault("participants", [str(one.participant.pk) for one in candidates if one.waits])

    @property
    def chosen(self) -> list[Participant]:
        wanted = set(self.cleaned_data["participants"])
        return [one.participant for one in self.candidates if str(one.participant.pk) in wanted]


class HoldersForm(Form):
    """Who holds a new session: logins with the facilitator role, and whoever holds the other dates."""

    holders = ManyChoices(label="Held by", required=False)

    def __init__(self, *args: Any, people: Sequence[Person], member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: list[Person | Membership] = [*people, *members_with(member.organization, Role.FACILITATOR)]
        self.known = {f"{one._meta.model_name}-{one.pk}": one for one in known}
        field = self.fields["holders"]
        field.choices = [(key, _name(one)) for key, one in self.known.items()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[Person | Membership]:
        return [one for key, one in self.known.items() if key in self.cleaned_data["holders"]]


def _name(one: Person | Membership) -> str:
    return one.name if isinstance(one, Person) else one.display_name


class CancelForm(Form):
    because = LongText(
        label="What participants read",
        required=False,
        max_length=300,
        help_text="Such as what happens instead.",
    )


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
        ticked = [as_key(pk) for pk in typed.getlist("people")] if self.is_bound else []
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
