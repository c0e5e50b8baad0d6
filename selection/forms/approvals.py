"""What approvers fill in, and whoever lets somebody act in their name."""

from datetime import date
from typing import Any

from django import forms

from amdp.web.forms import Choices, DateField, Form, LongText, ManyChoices
from selection.models import Delegation


class DecideNominationForm(Form):
    """Approve, return with a question, or decline with a reason."""

    decision = Choices(
        label="What do you decide?",
        choices=[
            ("approve", "Approve"),
            ("return", "Return with a question"),
            ("decline", "Decline"),
        ],
        choice_help={
            "approve": "Goes on to the next step, or after the last one to the assessment",
            "return": "The nominator answers, and it comes back to this step",
            "decline": "Ends this nomination; the nominator reads your reason",
        },
    )
    remark = LongText(
        label="Question or reason",
        help_text="Needed when you return or decline. Kept with the nomination.",
        max_length=1200,
        required=False,
    )


class DelegationForm(Form):
    """What somebody does in one's name, from when until when, and why."""

    duties = ManyChoices(
        label="What for?",
        choices=Delegation.Duty.choices,
        choice_help={
            "approve": "Approves, returns or declines what waits for you",
            "nominate": "Nominates people of your line in your name",
        },
        initial=[Delegation.Duty.APPROVE],
    )
    from_on = DateField(label="First day")
    until_on = DateField(label="Last day", help_text="It ends by itself after this day.")
    why = LongText(
        label="Why?",
        help_text="Such as “On leave”. Those who read a decision in your name read it too.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_on"].initial = today
