from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.forms import BoundField
from django.forms.boundfield import BoundWidget

from amdp.web.forms import Choices, DateField, Form, LongText, ManyChoices
from cohorts.graduation import OpenWork
from cohorts.models import Participant


class ReasonForm(Form):
    reason = LongText(label="Reason", max_length=300, help_text="Kept with the record; L&D and HR read it.")


@dataclass(frozen=True)
class Line:
    """One participant on the graduation page: the tick, and what is still open with the reason it takes."""

    participant: Participant
    tick: BoundWidget
    work: OpenWork | None = None
    reason: BoundField | None = None


class GraduateForm(Form):
    """Those who have done everything are ticked; the others say what is open and take a reason."""

    on = DateField(label="Graduation day")
    participants = ManyChoices(
        label="Who graduates", error_messages={"required": "Choose at least one participant."}
    )

    def __init__(
        self, *args: Any, active: list[Participant], work: Mapping[int, OpenWork], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.active, self.work = active, work
        field = cast(ManyChoices, self.fields["participants"])
        field.choices = [(str(one.pk), str(one.person)) for one in active]
        field.initial = [str(one.pk) for one in active if one.pk not in work]
        for one in active:
            if one.pk in work:
                self.fields[f"reason_{one.pk}"] = LongText(
                    label=f"Why does {one.person} graduate all the same?", max_length=300, required=False
                )

    def clean_participants(self) -> list[Participant]:
        chosen = set(self.cleaned_data["participants"])
        return [one for one in self.active if str(one.pk) in chosen]

    @property
    def reasons(self) -> dict[int, str]:
        """What was typed, by participant."""
        return {pk: self.cleaned_data.get(f"reason_{pk}", "") for pk in self.work}

    @property
    def finished(self) -> list[Line]:
        """Those with everything done."""
        return [Line(one, tick) for one, tick in self._ticks() if one.pk not in self.work]

    @property
    def unfinished(self) -> list[Line]:
        """Those with required work open."""
        return [
            Line(one, tick, self.work[one.pk], self[f"reason_{one.pk}"])
            for one, tick in self._ticks()
            if one.pk in self.work
        ]

    def _ticks(self) -> list[tuple[Participant, BoundWidget]]:
        return list(zip(self.active, self["participants"].subwidgets, strict=True))


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
