"""Score sheets of an offline day: filled in without a connection, brought in as drafts."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, QuerySet

from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from cohorts.models import Behavior, Cohort
from selection import access
from selection.bulk.base import BulkColumn, Kind, Row, by_key, whole
from selection.days import why_closed
from selection.models import Candidate, Scoresheet
from selection.queries.assessment import behaviors_of, marks_of
from selection.services.assessment import Mark, save_scores

CANDIDATE, NUMBER, EXERCISE, BEHAVIOR = "Candidate", "Number", "Exercise", "Behaviour"
RATING, SEEN, AS_OF = "Rating", "What you saw", "Version"
KEEP = "Leave this column as it is."
NEWER = "Something newer stands on the sheet since this file was downloaded."


class Ratings(Kind):
    """One row per behaviour of each open sheet of the assessor."""

    key = "ratings"
    title = "Ratings of an offline day"
    about = (
        "Your open score sheets as one file: rate from 1 to 5 and write what you saw, without a connection. Brought "
        "in, they are drafts: you look at each sheet and submit it yourself."
    )
    not_there = "There is no open score sheet of yours like that."

    @staticmethod
    def cohorts(member: Membership) -> QuerySet[Cohort]:
        person = person_of(member)
        sheets = Scoresheet.objects.filter(
            candidate__cohort=OuterRef("pk"), assessor__person=person
        ).order_by()
        return Cohort.objects.filter(Exists(sheets)) if person else Cohort.objects.none()

    def columns(self) -> list[BulkColumn]:
        return [
            BulkColumn(CANDIDATE, KEEP),
            BulkColumn(NUMBER, f"Employee number. {KEEP}", required=True),
            BulkColumn(EXERCISE, KEEP, required=True),
            BulkColumn(BEHAVIOR, KEEP, required=True),
            BulkColumn(RATING, "1 to 5, or empty", choices=("1", "2", "3", "4", "5")),
            BulkColumn(SEEN, "What the candidate did or said. A rating without it cannot be submitted."),
            BulkColumn(AS_OF, f"Which state of the sheet this is. {KEEP}", required=True),
        ]

    def sheets(self) -> list[Scoresheet]:
        own = access.visible_scoresheets(self.member).filter(
            candidate__cohort=self.cohort, assessor__person=person_of(self.member)
        )
        opened = own.filter(state=Scoresheet.State.OPEN, candidate__state=Candidate.State.ADMITTED)
        return list(opened.order_by("candidate__person__last_name_key", "candidate_id", "exercise__position"))

    def may_bring_in(self) -> str:
        if self.cohort.state != Cohort.State.ASSESSING:
            return "Scoring opens when nominations have closed and ends with the assessment."
        return why_closed(self.cohort)

    def rows(self) -> list[Row]:
        return [row for sheet in self.sheets() for row in self.rows_of(sheet)]

    def rows_of(self, sheet: Scoresheet) -> list[Row]:
        marks, head = marks_of(sheet), self.head(sheet)
        return [
            head
            | {
                BEHAVIOR: behavior.text,
                RATING: str(marks.get(behavior.pk, (None, ""))[0] or ""),
                SEEN: marks.get(behavior.pk, (None, ""))[1],
                AS_OF: str(sheet.version),
            }
            for behavior in behaviors_of(sheet)
        ]

    def bring_in(self, rows: Sequence[tuple[int, Row]]) -> None:
        sheets = {self.key_of(self.head(sheet)): sheet for sheet in self.sheets()}
        groups: dict[int, list[tuple[int, Row]]] = {}
        for number, row in self.complete(rows):
            sheet = sheets.get(self.key_of(row))
            if sheet is None:
                mend = "Delete the row, or take number and exercise from a file downloaded today."
                self.wrong(number, NUMBER, row[NUMBER], self.not_there, mend)
            else:
                groups.setdefault(sheet.pk, []).append((number, row))
        for sheet in sheets.values():
            if sheet.pk in groups:
                self._keep(sheet, groups[sheet.pk])

    def head(self, sheet: Scoresheet) -> Row:
        """What every row says of its sheet."""
        person = sheet.candidate.person
        return {CANDIDATE: person.name, NUMBER: person.employee_number, EXERCISE: sheet.exercise.name}

    def key_of(self, row: Row) -> tuple[str, ...]:
        """Which sheet a row is of."""
        return row[NUMBER].lower(), row[EXERCISE].lower()

    def said(self, sheet: Scoresheet) -> str:
        """Which sheet it is, in words."""
        return f"{sheet.candidate}, {sheet.exercise}"

    def keep(self, sheet: Scoresheet, marks: dict[int, Mark]) -> None:
        """Make the marks the draft of the sheet."""
        save_scores(sheet, marks, by=self.member)

    def _keep(self, sheet: Scoresheet, rows: list[tuple[int, Row]]) -> None:
        known, stored = by_key(behaviors_of(sheet), "text"), marks_of(sheet)
        marks: dict[int, Mark] = {}
        for number, row in rows:
            read = self._mark(number, row, known, marks)
            if read is None:
                continue
            behavior, mark = read
            there = stored.get(behavior.pk, (None, ""))
            stale = whole(row.get(AS_OF, "")) != sheet.version and there not in ((None, ""), mark.now)
            if stale:
                mend = "Download the file anew and fill in what is missing, or delete the row."
                self.wrong(number, BEHAVIOR, row[BEHAVIOR], NEWER, mend)
            elif mark.now != there:
                marks[behavior.pk] = mark
            else:
                self.result.unchanged += 1
        if marks:
            with self.row(rows[0][0], NUMBER, rows[0][1][NUMBER], "Delete the rows of this candidate."):
                self.keep(sheet, marks)
                rated = f"{len(marks)} {'behaviour' if len(marks) == 1 else 'behaviours'}"
                self.result.changes.append(f"{self.said(sheet)}: {rated}")

    def _mark(
        self, number: int, row: Row, known: dict[str, Behavior], marks: dict[int, Mark]
    ) -> tuple[Behavior, Mark] | None:
        behavior = known.get(row[BEHAVIOR].lower())
        if behavior is None:
            mend = "Take the words of the behaviour from the file as it was downloaded."
            self.wrong(
                number, BEHAVIOR, row[BEHAVIOR], "This behaviour is not observed in the exercise.", mend
            )
            return None
        if behavior.pk in marks:
            mend = "Keep one row for each behaviour."
            self.wrong(number, BEHAVIOR, row[BEHAVIOR], "It is rated in two rows.", mend)
            return None
        text, seen = row.get(RATING, ""), row.get(SEEN, "")
        score = whole(text)
        if text and (score is None or not 1 <= score <= 5):
            self.wrong(number, RATING, text, "Ratings run from 1 to 5.", "Write 1, 2, 3, 4 or 5, or nothing.")
            return None
        if score is not None and not seen:
            mend = f"Write it under “{SEEN}”."
            self.wrong(number, SEEN, "", "A rating needs what you saw.", mend)
            return None
        return behavior, Mark(score, seen)
