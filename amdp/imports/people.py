"""The HR system's people: one row per person, leavers included."""

from collections.abc import Sequence
from typing import Any

from amdp.directory.models import Person
from amdp.directory.services import rebuild_lines
from amdp.imports import cells
from amdp.imports.columns import Column
from amdp.imports.importer import Importer, Values
from amdp.imports.lines import cycles
from amdp.imports.lookups import NEW, Grades, managers, person_ids
from amdp.imports.problems import WrongCell
from amdp.imports.staging import Field, Staging, execute

TERMINATIONS = {
    "resignation": "voluntary", "resigned": "voluntary", "dismissal": "involuntary", "dismissed": "involuntary",
    "redundancy": "involuntary", "retired": "retirement",
}  # fmt: skip


class People(Importer):
    thing = "people"
    columns = (
        Column(
            "employee_number", "Employee number", cells.text(40), required=True,
            help="What identifies a person from file to file.",
            synonyms=("number", "employee id", "employee no", "emp id", "personnel number", "person number", "id"),
        ),
        Column("first_name", "First name", cells.text(80), synonyms=("given name", "forename", "firstname")),
        Column("last_name", "Last name", cells.text(80), required=True, synonyms=("surname", "family name")),
        Column("email", "E-mail", cells.email, synonyms=("e-mail address", "mail", "work email", "email address")),
        Column("job_title", "Job title", cells.text(120), synonyms=("title", "position", "job", "role")),
        Column(
            "grade", "Grade", cells.text(20), synonyms=("job grade", "pay grade", "level", "band"),
            help="Codes that are whole numbers are added to the grade table; others have to be in it.",
        ),
        Column(
            "job_family", "Job family", cells.text(80), synonyms=("family", "job group", "function", "job function"),
            help="Such as Field sales or Market access; rules about who can be nominated may ask for it.",
        ),
        Column("business_unit", "Business unit", cells.text(120), synonyms=("department", "division", "unit", "org unit")),
        Column(
            "market", "Market", cells.market, synonyms=("country", "country code", "region"),
            help="Country as two letters; its public holidays count.",
        ),
        Column(
            "time_zone", "Time zone", cells.zone, synonyms=("timezone", "tz"), blank=None,
            help="Such as Europe/Paris. Empty: your company's.",
        ),
        Column("language", "Language", cells.language, blank="en", synonyms=("locale", "lang")),
        Column(
            "manager_number", "Manager's employee number", cells.text(40), help="Builds the reporting lines.",
            synonyms=("manager", "manager id", "supervisor", "supervisor id", "reports to", "manager employee number"),
        ),
        Column("hire_date", "Hire date", cells.day, blank=None, synonyms=("start date", "date of hire", "joined")),
        Column(
            "termination_date", "Last day", cells.day, blank=None,
            synonyms=("termination", "end date", "leave date", "exit date", "left"),
        ),
        Column(
            "termination_type", "Reason for leaving",
            cells.one_of(dict(Person.TerminationType.choices), TERMINATIONS),
            synonyms=("termination reason", "leaving reason", "exit type"),
        ),
        Column(
            "gender", "Gender", cells.gender, private=True, synonyms=("sex",),
            help="Kept apart from the person and shown only in totals large enough to hide anybody.",
        ),
    )  # fmt: skip
    staging = Staging(
        "directory_person",
        ("employee_number",),
        (
            Field("employee_number", "text"),
            Field("first_name", "text", "first_name"),
            Field("last_name", "text", "last_name"),
            Field("email", "text", "email"),
            Field("job_title", "text", "job_title"),
            Field("grade", "text", target=False),
            Field("grade_id", "bigint", "grade"),
            Field("job_family", "text", "job_family"),
            Field("business_unit", "text", "business_unit"),
            Field("market", "text", "market"),
            Field("time_zone", "text", "time_zone"),
            Field("language", "text", "language"),
            Field("manager_number", "text", target=False),
            Field("manager_id", "bigint", "manager_number"),
            Field("hire_date", "date", "hire_date"),
            Field("termination_date", "date", "termination_date"),
            Field("termination_type", "text", "termination_type"),
            Field("gender", "text", target=False),
        ),
        touched=True,
        sequence_id=True,
    )
    absent_columns = "employee_number, first_name || ' ' || last_name, coalesce(termination_date::text, '')"

    def load(self) -> None:
        self.ids = person_ids()
        self.grades = Grades()
        self.file_managers: dict[str, str] = {}

    def key(self, values: Values) -> str:
        return str(values["employee_number"])

    def describe(self, values: Values) -> str:
        return f"Number {values['employee_number']}"

    def stage(self, row: int, values: Values) -> Sequence[Any]:
        number, manager = values["employee_number"], values["manager_number"]
        self.file_managers.setdefault(number, manager)
        self._check_dates(row, values)
        return (
            number, values["first_name"], values["last_name"], values["email"], values["job_title"],
            values["grade"], self._grade_id(row, values["grade"]), values["job_family"], values["business_unit"],
            values["market"],
            values["time_zone"] or self.organization.time_zone, values["language"],
            manager, self.ids.get(manager, NEW) if manager else None,
            values["hire_date"], values["termination_date"], values["termination_type"], values["gender"],
        )  # fmt: skip

    def _grade_id(self, row: int, code: str) -> int | None:
        try:
            return self.grades.id_of(code)
        except WrongCell as wrong:
            self.wrong(row, "grade", code, wrong.problem, wrong.remedy)
            return None

    def _check_dates(self, row: int, values: Values) -> None:
        hired, left = values["hire_date"], values["termination_date"]
        if hired and left and left < hired:
            self.wrong(
                row,
                "termination_date",
                left.isoformat(),
                f"It is before the hire date, {hired.isoformat()}.",
                "Correct the one or the other.",
            )

    def cross_check(self) -> None:
        if "manager_number" not in self.mapped:
            return
        for number, manager in self.file_managers.items():
            if manager and manager not in self.file_managers and manager not in self.ids:
                self.wrong(
                    self.seen[number],
                    "manager_number",
                    manager,
                    f"Nobody has the number {manager}, neither in this file nor in the directory.",
                    "Correct the number, add the manager to the file, or leave the cell empty.",
                )
        self._check_circles()

    def _check_circles(self) -> None:
        for circle in cycles({**managers(), **self.file_managers}):
            for number in circle:
                if number in self.file_managers:
                    manager = self.file_managers[number]
                    self.wrong(
                        self.seen[number],
                        "manager_number",
                        manager,
                        _circle(circle),
                        "Give one of them another manager, or none.",
                    )

    def settle(self) -> None:
        self.notes += self.grades.notes

    def differs(self) -> str:
        if "gender" not in self.mapped:
            return ""
        return (
            "CASE WHEN EXISTS (SELECT FROM directory_demographics d WHERE d.person_id = t.id) "
            "THEN EXISTS (SELECT FROM directory_demographics d WHERE d.person_id = t.id "
            "AND d.source = 'hr_file' AND d.gender <> s.gender) ELSE s.gender <> '' END"
        )

    def write(self) -> None:
        self.grades.write()
        self.staging.give_ids()
        execute(
            "UPDATE pg_temp.incoming s SET manager_id = m.id FROM pg_temp.incoming m "
            "WHERE s.manager_id = %s AND m.employee_number = s.manager_number",
            [NEW],
        )
        self.staging.update(self.mapped)
        self.staging.insert({"line": "''"})
        if "gender" in self.mapped:
            _write_genders()
        rebuild_lines()


def _write_genders() -> None:
    """What the HR file says gives way to what a person has said themselves."""
    execute(
        "UPDATE directory_demographics d SET gender = s.gender, updated_at = now() FROM pg_temp.incoming s "
        "WHERE d.person_id = s.id AND d.source = 'hr_file' AND d.gender <> s.gender"
    )
    execute(
        "INSERT INTO directory_demographics (person_id, gender, source, updated_at) "
        "SELECT s.id, s.gender, 'hr_file', now() FROM pg_temp.incoming s WHERE s.gender <> '' "
        "AND NOT EXISTS (SELECT FROM directory_demographics d WHERE d.person_id = s.id)"
    )


def _circle(members: list[str]) -> str:
    if len(members) == 1:
        return f"{members[0]} would report to themselves."
    shown = [*members[:8], *(["…"] if len(members) > 8 else []), members[0]]
    return f"{len(members)} people report to each other in a circle: {' → '.join(shown)}."
