"""Score sheets filled in on paper: L&D types them in for an assessor without a device, who hands them in."""

from django.db.models import QuerySet

from amdp.identity.models import Membership
from cohorts.models import Cohort
from selection import access
from selection.bulk.base import BulkColumn, Row, run_by
from selection.bulk.ratings import BEHAVIOR, CANDIDATE, EXERCISE, KEEP, NUMBER, RATING, SEEN, Ratings
from selection.models import Candidate, Scoresheet
from selection.queries.assessment import behaviors_of
from selection.services.assessment import Mark, draft_from_paper

ASSESSOR, ASSESSOR_NAME = "Assessor number", "Assessor"


class Papers(Ratings):
    """One row per behaviour of each sheet nobody has begun; nothing of what assessors wrote is in it."""

    key = "papers"
    title = "Score sheets on paper"
    about = (
        "The sheets that nobody has begun, for assessors who score on paper: type in what stands there. It becomes the "
        "draft of the assessor, who is told, looks at it and submits it. Sheets begun on a device are not in it."
    )
    not_there = "There is no such score sheet that nobody has begun."

    @staticmethod
    def cohorts(member: Membership) -> QuerySet[Cohort]:
        return run_by(member)

    def columns(self) -> list[BulkColumn]:
        return [
            BulkColumn(ASSESSOR_NAME, KEEP),
            BulkColumn(ASSESSOR, f"Employee number of the assessor. {KEEP}", required=True),
            *(each for each in super().columns() if each.heading in (CANDIDATE, NUMBER, EXERCISE, BEHAVIOR)),
            BulkColumn(RATING, "1 to 5 as on the paper, or empty", choices=("1", "2", "3", "4", "5")),
            BulkColumn(SEEN, "What the assessor wrote there. A rating without it cannot be submitted."),
        ]

    def sheets(self) -> list[Scoresheet]:
        """Not those of candidates whom the member still has to score: that stays blind."""
        theirs = access.still_to_score(self.member)
        unbegun = access.visible_assignments(self.member).filter(
            candidate__cohort=self.cohort,
            candidate__state=Candidate.State.ADMITTED,
            state=Scoresheet.State.OPEN,
            saved_at=None,
        )
        return list(
            unbegun.exclude(candidate__in=theirs)
            .select_related("candidate__cohort__program")
            .order_by("assessor_id", "candidate__person__last_name_key", "candidate_id", "exercise__position")
        )

    def head(self, sheet: Scoresheet) -> Row:
        assessor = sheet.assessor.person
        return super().head(sheet) | {ASSESSOR: assessor.employee_number, ASSESSOR_NAME: assessor.name}

    def rows_of(self, sheet: Scoresheet) -> list[Row]:
        return [
            self.head(sheet) | {BEHAVIOR: each.text, RATING: "", SEEN: ""} for each in behaviors_of(sheet)
        ]

    def key_of(self, row: Row) -> tuple[str, ...]:
        return row[ASSESSOR].lower(), *super().key_of(row)

    def said(self, sheet: Scoresheet) -> str:
        return f"{sheet.assessor} on {super().said(sheet)}"

    def keep(self, sheet: Scoresheet, marks: dict[int, Mark]) -> None:
        draft_from_paper(sheet, marks, by=self.member)
