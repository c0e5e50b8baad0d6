from typing import Any

from django import forms

from amdp.imports.columns import Column
from amdp.imports.kinds import IMPORTERS
from amdp.imports.models import ImportRun, Kind
from amdp.imports.reading import MAX_BYTES
from amdp.web.forms import Choices, Form

KIND_HELP: dict[str, str] = {
    Kind.PEOPLE: "One row per person, leavers included: number, name, grade, market, manager. Comes first.",
    Kind.JOB_EVENTS: "Hires, promotions, moves and leavings with their dates: who was promoted when.",
    Kind.RATINGS: "The performance rating of each person and year, 1 to 5.",
    Kind.ACCOUNTS: "Customers with kind, place, complexity and who owns them.",
}


class UploadForm(Form):
    """Which file, and what it holds."""

    kind = Choices(label="What does the file hold?", choices=Kind.choices, choice_help=KIND_HELP)
    file = forms.FileField(
        label="CSV file",
        help_text="With column names in the first row. Commas or semicolons, UTF-8 or Windows-1252, up to 50 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
        error_messages={
            "required": "Choose the file.",
            "empty": "The file is empty. Export it again with the rows in it.",
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                "The file is larger than 50 MB. Split it, or leave out columns that are not needed."
            )
        return file


class ColumnsForm(Form):
    """For each thing a row can say, the column that says it."""

    def __init__(self, *args: Any, run: ImportRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        headings = [(heading, heading) for heading in run.header]
        for column in IMPORTERS[run.kind].columns:
            self.fields[column.name] = _field(column, headings, run.mapping.get(column.name, ""))


def _field(column: Column, headings: list[tuple[str, str]], initial: str) -> forms.ChoiceField:
    nothing = ("", "Choose a column" if column.required else "Not in this file")
    return forms.ChoiceField(
        label=column.label,
        help_text=column.help,
        choices=[nothing, *headings],
        required=column.required,
        initial=initial,
        error_messages={"required": f"Choose the column that holds the {column.label.lower()}."},
    )
