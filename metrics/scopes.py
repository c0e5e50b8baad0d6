"""What a page, a file or an answer of the API is about: everybody, one program, cohort or market, or a leader's line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404

from amdp.directory.access import own_line
from amdp.identity.models import Membership
from cohorts.access import visible_participants, visible_placements
from cohorts.models import Cohort, Participant, Placement, Program
from metrics.access import can_read_diversity, can_read_outcomes, reads_all_outcomes
from metrics.closings import closing_of, day_asked
from metrics.cuts import cohort_scope, market_scope, program_scope
from metrics.figures import ALL
from metrics.queries import Results, results
from metrics.queries.cohorts import CohortFacts, Standing, cohort_facts, standings, told_cohorts
from metrics.queries.participants import enrolled_by
from metrics.queries.placements import signed_by
from metrics.queries.released import line_results, local_day, stage_shares, zone_of
from metrics.services import refresh
from metrics.stages import StageShare
from metrics.tables import FigureRow, figure_rows, stage_rows

ONE_CUT = (
    "Choose a program, a cohort or a market, not two of them: where they cross, the groups get so small that "
    "single people could be told."
)


@dataclass(frozen=True)
class Scope:
    """One program, cohort or market, or none of them for all; ``line`` when it is about the member's own line."""

    member: Membership
    today: date
    day: date
    everybody: Sequence[Standing]
    told: Mapping[Cohort, int]
    program: Program | None = None
    cohort: Cohort | None = None
    market: str = ""
    line: bool = False

    @property
    def name(self) -> str:
        if self.line:
            return "Your line"
        if self.cohort:
            return f"{self.cohort.program.name}, {self.cohort.name}"
        if self.market:
            return f"Market {self.market}"
        return self.program.name if self.program else "All programs"

    @property
    def key(self) -> str:
        """Under which the figures are kept."""
        if self.cohort:
            return cohort_scope(self.cohort.pk)
        if self.market:
            return market_scope(self.market)
        return program_scope(self.program.pk) if self.program else ALL

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    @property
    def closing(self) -> date:
        """The day the numbers were closed on."""
        return closing_of(self.day)

    @property
    def programs(self) -> list[Program]:
        """Those with people in them, by name."""
        return sorted({cohort.program for cohort in self.told}, key=lambda program: program.name)

    @property
    def cohort_choices(self) -> list[Cohort]:
        """The cohorts of the chosen program, or of all."""
        return [
            cohort for cohort in self.told if self.program is None or cohort.program_id == self.program.pk
        ]

    @property
    def markets(self) -> list[str]:
        """Where the people selected so far work."""
        return sorted({one.market for one in self.everybody if one.market})

    @property
    def standings(self) -> list[Standing]:
        """Where the participants in it stand today."""
        cohorts = set(self.cohorts)
        return [
            one
            for one in self.everybody
            if one.cohort in cohorts and (not self.market or one.market == self.market)
        ]

    @property
    def cohorts(self) -> list[Cohort]:
        """The cohorts in it."""
        return [self.cohort] if self.cohort else self.cohort_choices

    @cached_property
    def results(self) -> Results:
        if self.line:
            return line_results(self.member.organization, own_line(self.member))
        refresh(self.member.organization, self.day)
        return results(self.key, self.closing)

    @property
    def cohort_facts(self) -> Sequence[CohortFacts]:
        """The cohorts in it, each with what is known; none of a market, which cuts across them."""
        if self.market:
            return ()
        counts = [(cohort, self.told[cohort]) for cohort in self.cohorts]
        return cohort_facts(counts, self.results.by_cohort, zone_of(self.member.organization), self.day)

    @property
    def participants(self) -> QuerySet[Participant]:
        found = visible_participants(self.member)
        if self.line:
            return found.filter(own_line(self.member, "person__"))
        found = found.filter(**self._wanted(""))
        return found if self.is_today else enrolled_by(found, self.day, zone_of(self.member.organization))

    @property
    def placements(self) -> QuerySet[Placement]:
        found = visible_placements(self.member)
        if self.line:
            return found.filter(own_line(self.member, "participant__person__"))
        found = found.filter(**self._wanted("participant__"))
        return found if self.is_today else signed_by(found, self.day, zone_of(self.member.organization))

    def _wanted(self, prefix: str) -> dict[str, object]:
        if self.cohort:
            return {f"{prefix}cohort": self.cohort}
        if self.market:
            return {f"{prefix}person__market": self.market}
        return {f"{prefix}cohort__program": self.program} if self.program else {}

    @cached_property
    def stages(self) -> list[StageShare]:
        """Who got how far, by self-identified attribute: of all programs alone, for those who may read it."""
        if self.line or self.key != ALL or not can_read_diversity(self.member):
            return []
        return stage_shares(self.closing)

    def rows(self, found: Results) -> list[FigureRow]:
        """The figures as flat rows."""
        return figure_rows(found.rows, self.name) + stage_rows(self.stages, self.name, self.closing)

    @property
    def query(self) -> dict[str, object]:
        """The choices as they stand in an address."""
        asked: dict[str, object] = {}
        if self.program and not self.cohort:
            asked["program"] = self.program.pk
        if self.cohort:
            asked["cohort"] = self.cohort.pk
        if self.market:
            asked["market"] = self.market
        return asked if self.is_today else {**asked, "as_of": self.day.isoformat()}

    @property
    def about(self) -> Program | Cohort | None:
        """The cohort or program it is about, for the export log."""
        return self.cohort or self.program

    @property
    def filters(self) -> dict[str, object]:
        """For the export log."""
        return {"scope": self.name} if self.is_today else {"scope": self.name, "day": self.day.isoformat()}


def scope_of(member: Membership, asked: Mapping[str, str]) -> Scope:
    """What the member asked for by ``program``, ``cohort``, ``market`` and ``as_of``.

    Raises Http404 for what they may not see, or where nobody takes part; ValidationError for a day that is none,
    or more than one way to cut.
    """
    if not can_read_outcomes(member):
        raise Http404
    today = local_day(member.organization)
    chosen = {name: value for name in ("program", "cohort", "market", "as_of") if (value := asked.get(name))}
    if not reads_all_outcomes(member):
        if chosen:
            raise Http404
        own = standings(visible_participants(member).filter(own_line(member, "person__")))
        return Scope(member, today, today, own, told_cohorts(own), line=True)
    everybody = standings(visible_participants(member))
    day = day_asked(chosen.pop("as_of", ""), today)
    scope = Scope(member, today, day, everybody, told_cohorts(everybody))
    return _narrowed(scope, chosen)


def _narrowed(scope: Scope, chosen: Mapping[str, str]) -> Scope:
    program, cohort, market = (chosen.get(name, "") for name in ("program", "cohort", "market"))
    if market and (program or cohort):
        raise ValidationError(ONE_CUT)
    if market:
        if market not in scope.markets:
            raise Http404
        return replace(scope, market=market)
    if cohort:
        found = next((one for one in scope.told if str(one.pk) == cohort), None)
        if found is None or program not in ("", str(found.program_id)):
            raise Http404
        return replace(scope, cohort=found, program=found.program)
    if program:
        one = next((one for one in scope.programs if str(one.pk) == program), None)
        if one is None:
            raise Http404
        return replace(scope, program=one)
    return scope
