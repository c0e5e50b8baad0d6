"""What L&D fills in about assessment days: days, rooms, what is by video, and one slot."""

import re
from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from amdp.web.forms import DateField, Form, ManyChoices, TimeInput
from amdp.web.time import time_zones
from selection.models import AssessmentDay, AssessmentRoom, AssessmentSlot, DayPlan, Exercise
from selection.services import DaysWish, DayWish, RoomWish

BREAK = re.compile(r"(\d{1,2})[:.](\d{2})\s*(?:-|–|to)\s*(\d{1,2})[:.](\d{2})")
BREAKS = "Write breaks such as 12:00–13:00, with commas between them."
ROWS = 60
BLANK_DAYS, BLANK_ROOMS = 1, 2


class TimeField(forms.TimeField):
    """A time of day."""

    widget = TimeInput
    default_error_messages = {"invalid": "Enter a time, such as 09:00."}


class BreaksField(forms.CharField):
    """Stretches of a day, such as “12:00–13:00, 15:00–15:15”."""

    def clean(self, value: Any) -> tuple[tuple[time, time], ...]:
        text = super().clean(value)
        parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
        found = []
        for part in parts:
            match = BREAK.fullmatch(part)
            if match is None:
                raise ValidationError(BREAKS)
            hour, minute, until_hour, until_minute = (int(each) for each in match.groups())
            try:
                found.append((time(hour, minute), time(until_hour, until_minute)))
            except ValueError:
                raise ValidationError(BREAKS) from None
        return tuple(found)


class DaysForm(Form):
    """What holds for all days."""

    rest = forms.IntegerField(
        label="Minutes between two exercises of a candidate", min_value=0, max_value=240
    )
    changeover = forms.IntegerField(
        label="Minutes between two meetings of an assessor or in a room", min_value=0, max_value=240
    )
    hours_from = TimeField(label="By video, nobody meets before")
    hours_until = TimeField(label="or after")
    video = ManyChoices(label="Held by video", help_text="These need no room.", required=False)

    def __init__(self, *args: Any, exercises: Sequence[Exercise], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["video"]
        field.choices = [(str(each.pk), each.name) for each in exercises]


class DayRow(Form):
    """One day; without a date it is left out."""

    on = DateField(label="Date", required=False)
    starts = TimeField(label="From", required=False, initial=time(9))
    ends = TimeField(label="Until", required=False, initial=time(17))
    breaks = BreaksField(label="Breaks", required=False, initial="12:00–13:00")
    zone = forms.ChoiceField(label="Time zone")
    awaited = ("on", "starts", "ends", "breaks")

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["zone"]
        known = time_zones()
        field.choices = known if zone in dict(known) else [(zone, zone), *known]
        field.initial = zone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("on") and not (data.get("starts") and data.get("ends")) and not self.errors:
            raise ValidationError("Say from when until when.")
        return data


class RoomRow(Form):
    """One room; without a name it is left out."""

    pk = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label="Room", max_length=80, required=False)
    place = forms.CharField(label="Where", max_length=200, required=False)
    suits = forms.MultipleChoiceField(label="Meant for", required=False, widget=forms.CheckboxSelectMultiple)
    awaited = ("name", "place", "suits")

    def __init__(self, *args: Any, exercises: Sequence[Exercise], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["suits"]
        field.choices = [(str(each.pk), each.name) for each in exercises]


class DaysSetup:
    """All forms of the page: what holds for all, days and rooms, each with room for more."""

    def __init__(
        self, data: QueryDict | None, plan: DayPlan | None, exercises: Sequence[Exercise], zone: str
    ) -> None:
        days = list(plan.days.all()) if plan else []
        rooms = list(plan.rooms.prefetch_related("suits")) if plan else []
        self.terms = DaysForm(data, exercises=exercises, initial=_terms(plan))
        count = len(days) + BLANK_DAYS if data is None else _count(data, "day")
        self.days = [
            DayRow(
                data,
                prefix=f"day{number}",
                zone=zone,
                initial=_day(days[number]) if number < len(days) else None,
            )
            for number in range(count)
        ]
        count = len(rooms) + BLANK_ROOMS if data is None else _count(data, "room")
        self.rooms = [
            RoomRow(
                data,
                prefix=f"room{number}",
                exercises=exercises,
                initial=_room(rooms[number]) if number < len(rooms) else None,
            )
            for number in range(count)
        ]

    def is_valid(self) -> bool:
        refused = [form for form in (self.terms, *self.days, *self.rooms) if not form.is_valid()]
        return not refused

    @property
    def wish(self) -> DaysWish:
        """What was filled in, rows without a date or a name left out."""
        terms = self.terms.cleaned_data
        return DaysWish(
            days=tuple(
                DayWish(data["on"], data["starts"], data["ends"], data["zone"], data["breaks"])
                for data in (row.cleaned_data for row in self.days)
                if data.get("on")
            ),
            rooms=tuple(
                RoomWish(data["name"], data["place"], tuple(int(each) for each in data["suits"]), data["pk"])
                for data in (row.cleaned_data for row in self.rooms)
                if data.get("name")
            ),
            video=tuple(int(each) for each in terms["video"]),
            rest=terms["rest"],
            changeover=terms["changeover"],
            hours_from=terms["hours_from"],
            hours_until=terms["hours_until"],
        )


def _count(data: QueryDict, noun: str) -> int:
    numbers = [int(match[1]) for name in data if (match := re.match(rf"{noun}(\d{{1,2}})-", name))]
    return min(max(numbers, default=-1) + 1, ROWS)


def _terms(plan: DayPlan | None) -> dict[str, Any]:
    if plan is None:
        return {"rest": 10, "changeover": 5, "hours_from": time(8), "hours_until": time(18)}
    found = {name: getattr(plan, name) for name in ("rest", "changeover", "hours_from", "hours_until")}
    return found | {"video": [str(each.exercise_id) for each in plan.on_video.all()]}


def _day(one: AssessmentDay) -> dict[str, Any]:
    breaks = ", ".join(f"{start}–{end}" for start, end in one.breaks)
    return {"on": one.on, "starts": one.starts, "ends": one.ends, "zone": one.zone, "breaks": breaks}


def _room(one: AssessmentRoom) -> dict[str, Any]:
    suits = [str(each.exercise_id) for each in one.suits.all()]
    return {"pk": one.pk, "name": one.name, "place": one.place, "suits": suits}


class SlotForm(Form):
    """When and where a slot is from now on."""

    awaited = ("room", "link")

    day = forms.TypedChoiceField(label="Day", coerce=int)
    at = TimeField(label="Begins at", help_text="In the time zone of the day.")
    room = forms.TypedChoiceField(label="Room", coerce=int, required=False, empty_value=None)
    link = forms.URLField(
        label="Link of the video call",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Each candidate needs one of their own.",
    )

    def __init__(
        self, *args: Any, slot: AssessmentSlot, days: Sequence[AssessmentDay], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["day"].choices = [
            (one.pk, f"{one.on:%a} {one.on.day} {one.on:%b}, {one.zone}") for one in days
        ]
        rooms = slot.plan.rooms.all()
        fields["room"].choices = [("", "By video"), *((room.pk, room.name) for room in rooms)]
        if slot.room_id is not None:
            del fields["link"]
