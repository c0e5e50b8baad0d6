"""Job events and performance ratings: rows about people who are in the directory already."""

from collections.abc import Sequence
from typing import Any

from amdp.directory.models import JobEvent
from amdp.imports import cells
from amdp.imports.columns import Column
from amdp.imports.importer import Importer, Values
from amdp.imports.lookups import Grades, person_ids
from amdp.imports.problems import WrongCell
from amdp.imports.staging import Field, Staging, execute

NUMBER = Column(
    "employee_number", "Employee number", cells.text(40), required=True,
    help="The person has to be in the directory.",
    synonyms=("number", "employee id", "employee no", "emp id", "personnel number", "person number"),
)  # fmt: skip
EVENTS = {
    "hired": "hire", "new hire": "hire", "rehire": "hire", "promoted": "promotion", "lateral": "lateral_move",
    "transfer": "lateral_move", "move": "lateral_move", "demoted": "demotion", "terminated": "termination",
    "exit": "termination", "leave of absence": "leave",
}  # fmt: skip


# Whatever the order of the rows, the outcome is the same.
MEAN_OF_A_YEAR = """
WITH several AS (
    DELETE FROM pg_temp.incoming s USING (
        SELECT person_id, year FROM pg_temp.incoming GROUP BY person_id, year HAVING count(*) > 1
    ) twice WHERE s.person_id = twice.person_id AND s.year = twice.year
    RETURNING s.person_id, s.year, s.rating
)
INSERT INTO pg_temp.incoming (person_id, year, rating)
SELECT person_id, year, round(avg(rating), 2) FROM several GROUP BY person_id, year
"""


class OfPeople(Importer):
    """A kind of file whose rows name a person by number."""

    def load(self) -> None:
        self.ids = person_ids()

    def person_id(self, row: int, values: Values) -> int | None:
        number = values["employee_number"]
        found = self.ids.get(number)
        if found is None and number:
            self.wrong(
                row,
                "employee_number",
                number,
                f"Nobody in the directory has the number {number}.",
                "Correct it, or import the people first.",
            )
        return found


class JobEvents(OfPeople):
    thing = "job events"
    columns = (
        NUMBER,
        Column(
            "event", "Event", cells.one_of(dict(JobEvent.Event.choices), EVENTS), required=True,
            synonyms=("event type", "action", "reason"),
            help="hire, promotion, lateral_move, demotion, regrade, leave or termination.",
        ),
        Column(
            "effective_date", "Effective date", cells.day, required=True, blank=None,
            synonyms=("date", "event date", "effective", "valid from"),
        ),
        Column("job_title", "Job title", cells.text(120), synonyms=("title", "position", "job")),
        Column("grade", "Grade", cells.text(20), synonyms=("job grade", "pay grade", "level", "band")),
        Column("business_unit", "Business unit", cells.text(120), synonyms=("department", "division", "unit")),
    )  # fmt: skip
    staging = Staging(
        "directory_jobevent",
        ("person_id", "event", "effective_date"),
        (
            Field("person_id", "bigint"),
            Field("event", "text"),
            Field("effective_date", "date"),
            Field("job_title", "text", "job_title"),
            Field("grade", "text", target=False),
            Field("grade_id", "bigint", "grade"),
            Field("business_unit", "text", "business_unit"),
        ),
    )

    def load(self) -> None:
        super().load()
        self.grades = Grades()

    def key(self, values: Values) -> Any:
        return values["employee_number"], values["event"], values["effective_date"]

    def describe(self, values: Values) -> str:
        return f"The {values['event'].replace('_', ' ')} of {values['employee_number']} on {values['effective_date']}"

    def stage(self, row: int, values: Values) -> Sequence[Any]:
        grade_id = None
        try:
            grade_id = self.grades.id_of(values["grade"])
        except WrongCell as wrong:
            self.wrong(row, "grade", values["grade"], wrong.problem, wrong.remedy)
        return (
            self.person_id(row, values), values["event"], values["effective_date"], values["job_title"],
            values["grade"], grade_id, values["business_unit"],
        )  # fmt: skip

    def settle(self) -> None:
        self.notes += self.grades.notes

    def write(self) -> None:
        self.grades.write()
        self.staging.update(self.mapped)
        self.staging.insert()


class Ratings(OfPeople):
    thing = "performance ratings"
    columns = (
        NUMBER,
        Column("year", "Year", cells.year, required=True, synonyms=("rating year", "performance year", "period")),
        Column(
            "rating", "Rating", cells.number(1, 5, places=2), required=True, help="1 (low) to 5 (high).",
            synonyms=("performance rating", "score", "overall rating"),
        ),
    )  # fmt: skip
    staging = Staging(
        "directory_performancerating",
        ("person_id", "year"),
        (Field("person_id", "bigint"), Field("year", "smallint"), Field("rating", "numeric(3,2)", "rating")),
    )

    def key(self, values: Values) -> Any:
        return values["employee_number"], values["year"]

    def describe(self, values: Values) -> str:
        return f"The rating of {values['employee_number']} for {values['year']}"

    def stage(self, row: int, values: Values) -> Sequence[Any]:
        return self.person_id(row, values), values["year"], values["rating"]

    def once(self, row: int, values: Values) -> None:
        """Some are rated twice in a year, so a second row is no fault."""

    def settle(self) -> None:
        merged = execute(MEAN_OF_A_YEAR)
        if merged:
            several = "Once a person has" if merged == 1 else f"{merged:,} times a person has"
            self.notes.append(f"{several} more than one rating for a year; their mean counts.")

    def write(self) -> None:
        self.staging.update(self.mapped)
        self.staging.insert()
