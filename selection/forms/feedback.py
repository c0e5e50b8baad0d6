"""The texts of a feedback report, one field each."""

from typing import Any

from django.forms import BoundField, Textarea

from amdp.web.forms import Form, LongText
from selection.queries.feedback import Feedback
from selection.services.feedback import LONGEST

GROUPS = {
    "opening": "Opening",
    "strength": "Strengths",
    "develop": "What to build on",
    "step": "Suggested steps",
    "closing": "End",
}
WHOLE = {"opening": "How the report begins", "closing": "How the report ends"}


class FeedbackForm(Form):
    """Every text of a report as it reads now; an emptied one leaves its point out."""

    def __init__(self, *args: Any, feedback: Feedback, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.feedback = feedback
        written, edits = feedback.written, feedback.edits
        points = (*written.strengths, *written.develop, *written.steps)
        titles = WHOLE | {each.key: each.title for each in points}
        self.now = {key: edits[key]["text"] if key in edits else text for key, text in written.texts.items()}
        self.awaited = tuple(self.now)
        for key, text in self.now.items():
            self.fields[key] = LongText(
                label=titles[key],
                initial=text,
                required=False,
                max_length=LONGEST,
                help_text=_edit_line(edits[key], written.texts[key]) if key in edits else "",
                widget=Textarea(attrs={"rows": 4}),
            )

    @property
    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """The fields under the headings of the report."""
        return [
            (heading, [self[key] for key in self.now if key.split("-")[0] == kind])
            for kind, heading in GROUPS.items()
            if any(key.split("-")[0] == kind for key in self.now)
        ]


def _edit_line(edit: dict[str, str], written: str) -> str:
    what = "Changed" if edit["text"] else "Left out"
    return f"{what} by {edit['name']}. As worked out: {written}"
