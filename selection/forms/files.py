"""For whom a file is written out, and who is named in it."""

from typing import Any

from django import forms

from amdp.web.forms import Choices, Form, ManyChoices
from selection.papers.dossier import CAN_BE_NAMED, NAMED_FOR_BOARD
from selection.papers.making import LONGEST_PURPOSE
from selection.story import Part

WHO = {
    Part.NOMINATOR: "Who nominated",
    Part.LEADER: "The leader who endorsed",
    Part.APPROVER: "Who approved",
    Part.REFEREE: "Who gave a statement",
    Part.ASSESSOR: "Who assessed",
    Part.PANEL: "Who spoke in the calibration",
    Part.STAFF: "L&D and HR",
}


class FileForm(Form):
    """What L&D says when a file is written out."""

    audience = Choices(
        label="For whom?",
        choices=[("board", "A review board"), ("person", "The person")],
        choice_help={
            "board": "Everything, with the people you tick by name and the others by their part",
            "person": "What concerns them, after the release; assessors, referees and those who approved by their part",
        },
        initial="board",
    )
    named = ManyChoices(
        label="By name before a board",
        help_text="Everybody else appears as “assessor 2”, also where somebody wrote their name.",
        choices=[(part.name.lower(), WHO[part]) for part in CAN_BE_NAMED],
        initial=[part.name.lower() for part in CAN_BE_NAMED if part in NAMED_FOR_BOARD],
        required=False,
    )
    purpose = forms.CharField(
        label="What for?",
        help_text="Logged, and printed in the file: the board, the request, its date.",
        max_length=LONGEST_PURPOSE,
    )
    file_format = Choices(
        label="As what?",
        choices=[("pdf", "PDF"), ("zip", "ZIP")],
        choice_help={
            "pdf": "To read and print",
            "zip": "The PDF, and everything for a program: JSON and CSV",
        },
        initial="pdf",
    )

    def __init__(self, *args: Any, is_released: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.awaited = ("named",)
        if not is_released:
            audience: Any = self.fields["audience"]
            audience.choices = audience.choices[:1]
