"""What L&D and the second person fill in about an assessor who came too close to a candidate."""

from collections.abc import Iterable
from typing import Any

from django import forms

from amdp.web.forms import Choices, Form, LongText
from selection.models import Assessor


class ReassignForm(Form):
    """Who scores the candidate instead."""

    assessor = forms.TypedChoiceField(label="Who scores instead?", coerce=int)

    def __init__(self, *args: Any, free: Iterable[Assessor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["assessor"]
        field.choices = [(each.pk, str(each.person)) for each in free]


class AskToKeepForm(Form):
    """Why the assessor should go on all the same."""

    reason = LongText(
        label="Why should it stay?",
        help_text="A second person of L&D or HR reads it and decides. It is kept in the file.",
        max_length=1200,
    )


class DecideToKeepForm(Form):
    """The second person's answer."""

    decision = Choices(
        label="What do you decide?",
        choices=[("keep", "The assessor goes on"), ("refuse", "Somebody else has to score")],
        choice_help={
            "keep": "The sheet can be handed in; both names and reasons stand in the file",
            "refuse": "Who asked hands the sheet on and reads your reason",
        },
    )
    remark = LongText(label="Reason", help_text="Needed when you refuse.", max_length=1200, required=False)
