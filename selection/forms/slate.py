"""What L&D and HR fill in about a slate as a whole."""

from datetime import datetime
from typing import Any

from django import forms

from amdp.directory.calendar import local_to_utc
from amdp.web.forms import Choices, DateField, Form, LongText, TimeInput
from amdp.web.time import place_of


class AskSignatureForm(Form):
    """What HR should know, when L&D asks for the signature."""

    note = LongText(label="What should HR know?", max_length=600, required=False)


class SignatureForm(Form):
    """HR's answer."""

    answer = Choices(
        label="What do you answer?",
        choices=[("sign", "Sign"), ("return", "Return with a question")],
        choice_help={
            "sign": "L&D can release the outcomes. Any decision changed afterwards takes your signature away",
            "return": "L&D answers, changes what has to be changed, and asks again",
        },
    )
    remark = LongText(
        label="In a sentence",
        help_text="What you looked at, or your question. Kept with the slate.",
        max_length=600,
    )


class ReleaseTimeForm(Form):
    """The day and the time of the release, where the days of the selection are counted."""

    date = DateField(label="Day")
    time = forms.TimeField(label="Time", widget=TimeInput)

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields["time"].help_text = f"In {place_of(zone)}"

    @property
    def at(self) -> datetime:
        return local_to_utc(self.cleaned_data["date"], self.cleaned_data["time"], self.zone)


class LetterForm(Form):
    """One letter, written anew."""

    subject = forms.CharField(label="Subject", max_length=200)
    body = LongText(
        label="Text",
        help_text="An empty line begins a new paragraph. What stands in braces is filled in as it goes out.",
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 16}),
    )
    why = LongText(label="Why is this letter different?", help_text="Kept with the letter.", max_length=300)


class OfferForm(Form):
    """The answer to the offer of a seat."""

    answer = Choices(
        label="Do you take the seat?",
        choices=[("accept", "Accept"), ("decline", "Decline")],
        choice_help={
            "accept": "You are enrolled at once, and your leader is told",
            "decline": "The seat goes to the next in reserve; this cannot be taken back",
        },
    )
    reason = LongText(
        label="Why do you decline?",
        help_text="Needed to decline. Only those who run the selection read it.",
        max_length=600,
        required=False,
    )


class RecordForm(OfferForm):
    """What somebody told L&D, by phone or otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answer: Any = self.fields["answer"]
        answer.label = "What did they say?"
        answer.choice_help = {
            "accept": "They are enrolled at once, and their leader is told",
            "decline": "The seat goes to the next in reserve; this cannot be taken back",
        }
        self.fields["reason"] = LongText(
            label="How and when did they tell you, and why?",
            help_text="Kept with the answer, with your name.",
            max_length=600,
        )
