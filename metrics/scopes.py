"""What a page, a file or an answer of the API is about: everybody, one program, or a leader's own line."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404

from amdp.directory.access import own_line
from amdp.identity.models import Membership
from cohorts.access import visible_participants, visible_placements
from cohorts.models import Participant, Placement, Program
from metrics.access import can_read_outcomes, reads_all_outcomes
from metrics.figures import ALL
from metrics.queries import Results, results
from metrics.queries.participants import programs_with_people
from metrics.queries.released import line_results
from metrics.services import refresh
from metrics.tables import FigureRow, figure_rows


@dataclass(frozen=True)
class Scope:
    """The chosen program, or none for all; ``line`` when it is about the member's own line."""

    member: Membership
    programs: list[Program]
    program: Program | None
    line: bool

    @property
    def name(self) -> str:
        if self.line:
            return "Your line"
        return self.program.name if self.program else "All programs"

    @property
    def results(self) -> Results:
        if self.line:
            return line_results(self.member.organization, own_line(self.member))
        refresh(self.member.organization)
        return results(str(self.program.pk) if self.program else ALL)

    @property
    def participants(self) -> QuerySet[Participant]:
        found = visible_participants(self.member)
        if self.line:
            return found.filter(own_line(self.member, "person__"))
        return found.filter(cohort__program=self.program) if self.program else found

    @property
    def placements(self) -> QuerySet[Placement]:
        found = visible_placements(self.member)
        if self.line:
            return found.filter(own_line(self.member, "participant__person__"))
        return found.filter(participant__cohort__program=self.program) if self.program else found

    def rows(self, found: Results) -> list[FigureRow]:
        """The figures as flat rows."""
        return figure_rows(found.rows, self.name)

    @property
    def filters(self) -> dict[str, object]:
        """For the export log."""
        return {"program": self.name}


def scope_of(member: Membership, asked: str = "") -> Scope:
    """What the member asked for. Raises Http404 for what they may not see, or a program nobody took part in."""
    if not can_read_outcomes(member):
        raise Http404
    if not reads_all_outcomes(member):
        if asked:
            raise Http404
        return Scope(member, [], None, line=True)
    programs = list(programs_with_people())
    if not asked:
        return Scope(member, programs, None, line=False)
    chosen = next((program for program in programs if str(program.pk) == asked), None)
    if chosen is None:
        raise Http404
    return Scope(member, programs, chosen, line=False)
