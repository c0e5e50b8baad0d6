"""Nominations: all of a cohort out, drafts for people of the own line in."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from amdp.directory.access import leads
from amdp.identity.models import Membership
from cohorts.models import Cohort
from selection import access
from selection.bulk.base import BulkColumn, Kind, Row, whole
from selection.models import Nomination
from selection.queries.evidence import terms_of_nominations
from selection.queries.nominations import reachable_cohorts
from selection.services.nominations import draft_nomination

NUMBER, PERSON, NOMINATOR, STATE = "Number", "Nominee", "Nominated by", "State"
RATIONALE, EVIDENCE = "Why this person, why now", "What was seen"
PERFORMANCE, POTENTIAL = "Performs today", "Potential"
ONE_TO_FIVE = ("1", "2", "3", "4", "5")


class Nominations(Kind):
    """One row per nomination."""

    key = "nominations"
    title = "Nominations"
    about = (
        "The nominations you may read, one row each. Leaders bring drafts for people of their own line in: each "
        "stays a draft until they look at it and hand it in."
    )

    @staticmethod
    def cohorts(member: Membership) -> QuerySet[Cohort]:
        seen = Q(pk__in=access.visible_selections(member).order_by().values("pk"))
        if leads(member):
            seen |= Q(pk__in=reachable_cohorts(member).order_by().values("pk"))
        return Cohort.objects.select_related("program").filter(seen)

    def columns(self) -> list[BulkColumn]:
        terms = terms_of_nominations(self.cohort)
        asked = [BulkColumn(one.name, one.hint or "What you have seen") for one in terms.criteria]
        return [
            BulkColumn(NUMBER, "Employee number of somebody in your line", required=True),
            BulkColumn(PERSON, "Name, for reading only"),
            BulkColumn(NOMINATOR, "For reading only"),
            BulkColumn(STATE, "For reading only"),
            BulkColumn(RATIONALE, "Two or three sentences, at most 1,200 characters"),
            *(asked or [BulkColumn(EVIDENCE, "When, with whom, what happened")]),
            BulkColumn(PERFORMANCE, "1 to 5", choices=ONE_TO_FIVE),
            BulkColumn(POTENTIAL, "1 to 5", choices=ONE_TO_FIVE),
        ]

    def rows(self) -> list[Row]:
        found = (
            access.visible_nominations(self.member)
            .filter(candidate__cohort=self.cohort)
            .prefetch_related("evidence_given")
            .order_by("candidate__person__last_name_key", "pk")
        )
        return [self._row(nomination) for nomination in found]

    def _row(self, nomination: Nomination) -> Row:
        person = nomination.candidate.person
        return {
            NUMBER: person.employee_number,
            PERSON: person.name,
            NOMINATOR: nomination.who,
            STATE: nomination.get_state_display(),
            RATIONALE: nomination.rationale,
            EVIDENCE: nomination.evidence,
            **{one.name: one.words for one in nomination.evidence_given.all()},
            PERFORMANCE: str(nomination.performance_view or ""),
            POTENTIAL: str(nomination.potential_view or ""),
        }

    def may_bring_in(self) -> str:
        if access.can_nominate(self.member, self.cohort):
            return ""
        return access.why_closed(self.cohort)

    def bring_in(self, rows: Sequence[tuple[int, Row]]) -> None:
        line = {one.employee_number.lower(): one for one in access.nominatable_people(self.member)}
        criteria = terms_of_nominations(self.cohort).criteria
        seen: dict[str, int] = {}
        for number, row in self.complete(rows):
            key = row[NUMBER].lower()
            if key not in line:
                mend = "Take the number from the directory, or delete the row."
                self.wrong(number, NUMBER, row[NUMBER], "Nobody of your line has this number.", mend)
            elif key in seen:
                self.wrong(number, NUMBER, row[NUMBER], f"Row {seen[key]} is about them too.", "Delete one.")
            elif (views := self._views(number, row)) is not None:
                seen[key] = number
                with self.row(number, NUMBER, row[NUMBER], "Delete the row."):
                    self._draft(line[key], row, criteria, views)

    def _draft(self, person, row, criteria, views) -> None:
        text = {"rationale": row.get(RATIONALE, ""), **views}
        if not criteria:
            text["evidence"] = row.get(EVIDENCE, "")
        given = {one.pk: row.get(one.name, "") for one in criteria if one.pk}
        draft_nomination(self.cohort, person, by=self.member, criteria=given or None, **text)
        self.result.changes.append(f"A draft for {person}")

    def _views(self, number: int, row: Row) -> dict[str, int | None] | None:
        found: dict[str, int | None] = {}
        for name, heading in (("performance_view", PERFORMANCE), ("potential_view", POTENTIAL)):
            text = row.get(heading, "")
            found[name] = whole(text)
            if text and found[name] not in (1, 2, 3, 4, 5):
                self.wrong(
                    number, heading, text, "Views run from 1 to 5.", "Write 1, 2, 3, 4 or 5, or nothing."
                )
                return None
        return found
