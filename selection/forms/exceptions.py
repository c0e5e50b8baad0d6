"""What people fill in about an exception from an eligibility rule."""

from collections.abc import Sequence
from typing import Any

from amdp.web.forms import Choices, Form, LongText
from selection.eligibility import Check


class AskExceptionForm(Form):
    """Which rule, and why."""

    rule = Choices(label="Which rule?")
    reason = LongText(
        label="Why?",
        help_text="The second person reads it, and so does everybody who reads the rule: leader, approver, HR.",
        max_length=1200,
    )

    def __init__(self, *args: Any, unmet: Sequence[Check], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule: Any = self.fields["rule"]
        rule.choices = [(check.name, check.name) for check in unmet]
        rule.choice_help = {check.name: check.shown for check in unmet}
        if len(unmet) == 1:
            rule.initial = unmet[0].name


class DecideExceptionForm(Form):
    """The second person's answer."""

    decision = Choices(
        label="What do you decide?",
        choices=[("confirm", "Confirm"), ("refuse", "Refuse")],
        choice_help={
            "confirm": "The rule counts as met, with both names and the reason beside it",
            "refuse": "The rule stays as it is; who asked reads your reason",
        },
    )
    remark = LongText(
        label="Reason",
        help_text="Needed when you refuse. Kept with the exception.",
        max_length=1200,
        required=False,
    )
