"""Who assesses whom, in and out."""

from collections.abc import Sequence

from django.db.models import QuerySet

from amdp.identity.models import Membership
from cohorts.models import Cohort
from selection import access
from selection.bulk.base import BulkColumn, Kind, Row, by_key, run_by
from selection.models import Scoresheet
from selection.queries.assessment import admitted, exercises_of
from selection.services.panel import BEFORE_SLATE, assign_assessor, unassign_assessor

NUMBER, CANDIDATE, EXERCISE = "Number", "Candidate", "Exercise"
ASSESSOR, ASSESSOR_NAME, STATE, DUE = "Assessor number", "Assessor", "State", "Due"
WHY = "Not in the file that was brought in."


class Assignments(Kind):
    """One row per candidate, exercise and assessor."""

    key = "assignments"
    title = "Who assesses whom"
    about = (
        "One row for each candidate, exercise and assessor. A file brought in says it anew for the candidates it "
        "names: sheets nobody has begun and that it does not list are taken away, begun and submitted ones stay."
    )

    @staticmethod
    def cohorts(member: Membership) -> QuerySet[Cohort]:
        return run_by(member)

    def columns(self) -> list[BulkColumn]:
        return [
            BulkColumn(NUMBER, "Employee number of the candidate", required=True),
            BulkColumn(CANDIDATE, "Name, for reading only"),
            BulkColumn(EXERCISE, "As the plan calls it", required=True),
            BulkColumn(ASSESSOR, "Employee number of somebody on the panel", required=True),
            BulkColumn(ASSESSOR_NAME, "Name, for reading only"),
            BulkColumn(STATE, "For reading only"),
            BulkColumn(DUE, "For reading only"),
        ]

    def sheets(self) -> list[Scoresheet]:
        found = access.visible_assignments(self.member).filter(candidate__cohort=self.cohort)
        return list(
            found.order_by("candidate__person__last_name_key", "candidate_id", "exercise__position", "pk")
        )

    def rows(self) -> list[Row]:
        return [
            {
                NUMBER: sheet.candidate.person.employee_number,
                CANDIDATE: sheet.candidate.person.name,
                EXERCISE: sheet.exercise.name,
                ASSESSOR: sheet.assessor.person.employee_number,
                ASSESSOR_NAME: sheet.assessor.person.name,
                STATE: "Begun" if sheet.saved_at and not sheet.submitted_at else sheet.get_state_display(),
                DUE: sheet.due_on.isoformat(),
            }
            for sheet in self.sheets()
        ]

    def may_bring_in(self) -> str:
        return "" if self.cohort.state in BEFORE_SLATE else "The assessment of this cohort is over."

    def bring_in(self, rows: Sequence[tuple[int, Row]]) -> None:
        people = {one.person.employee_number.lower(): one for one in admitted(self.cohort)}
        panel = {
            one.person.employee_number.lower(): one for one in self.cohort.assessors.select_related("person")
        }
        exercises = by_key(exercises_of(self.cohort), "name")
        wanted: dict[tuple[int, int, int], int] = {}
        for number, row in self.complete(rows):
            found = (
                self._find(number, NUMBER, row, people, "No admitted candidate has this number."),
                self._find(number, EXERCISE, row, exercises, "The plan has no exercise of that name."),
                self._find(number, ASSESSOR, row, panel, "Nobody on the panel has this number."),
            )
            if all(found):
                key = (found[0].pk, found[1].pk, found[2].pk)
                if key in wanted:
                    self.wrong(
                        number, NUMBER, row[NUMBER], f"Row {wanted[key]} says the same.", "Delete one."
                    )
                wanted.setdefault(key, number)
        self._take_away(wanted)
        self._give(wanted, by_id(people), by_id(exercises), by_id(panel))

    def _find(self, number: int, heading: str, row: Row, known: dict, problem: str):
        found = known.get(row[heading].lower())
        if found is None:
            self.wrong(number, heading, row[heading], problem, "Mend the cell, or delete the row.")
        return found

    def _take_away(self, wanted: dict[tuple[int, int, int], int]) -> None:
        named = {candidate for candidate, _, _ in wanted}
        for sheet in self.sheets():
            key = (sheet.candidate_id, sheet.exercise_id, sheet.assessor_id)
            if sheet.candidate_id not in named:
                continue
            if key in wanted:
                self.result.unchanged += 1
                del wanted[key]
            elif sheet.saved_at is None and sheet.state == Scoresheet.State.OPEN:
                who = f"{sheet.assessor} no longer scores {sheet.candidate} ({sheet.exercise})"
                unassign_assessor(sheet, by=self.member, why=WHY)
                self.result.changes.append(who)

    def _give(self, wanted: dict, people: dict, exercises: dict, panel: dict) -> None:
        for (candidate, exercise, assessor), number in wanted.items():
            mend = "Choose another assessor, or delete the row."
            who = panel[assessor]
            with self.row(number, ASSESSOR, who.person.employee_number, mend):
                assign_assessor(people[candidate], who, by=self.member, exercise=exercises[exercise])
                self.result.changes.append(f"{who} scores {people[candidate]} ({exercises[exercise]})")


def by_id(known: dict) -> dict:
    return {one.pk: one for one in known.values()}
