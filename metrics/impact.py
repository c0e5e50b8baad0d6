"""Adverse impact of one selection in words and tables: who got how far by group, and how the rates compare.

Pure: counts in, tables out. The exact ones are for the adverse-impact reviewer alone; everybody else reads
``metrics.stages.through_suppression`` of the same counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import TextChoices

from cohorts.estimates import Estimate
from metrics.stages import Gender
from metrics.statistics.impact import Comparison, Group, GroupImpact, adverse_impact
from metrics.statistics.strata import Across, Stratum, across

# Counted in another way, the tables get another number; each frozen one keeps the number it was counted by.
DEFINITIONS_VERSION = 1


class Level(TextChoices):
    """How far somebody got. Whoever got further is counted at every level before."""

    NOMINATED = "nominated", "Nominated"
    ELIGIBLE = "eligible", "Eligible"
    APPROVED = "approved", "Approved"
    ASSESSED = "assessed", "Assessed"
    SLATED = "slated", "Given a seat"
    ACCEPTED = "accepted", "Seat accepted"


LEVELS = tuple(Level)
END_TO_END = "end_to_end"
# What people may say of themselves, and the groups of each answer.
ATTRIBUTES: dict[str, tuple[str, type[Gender]]] = {"gender": ("Gender", Gender)}
UNKNOWN = Gender.UNKNOWN.value
# By attribute and group how many got to each level, from the first to the one that was closed.
Reached = Mapping[str, Mapping[str, Sequence[int]]]
# How many of each group got to a level and no further, by level.
Furthest = Mapping[str, Mapping[str, int]]


def before(level: Level) -> Level:
    """The level that people come from."""
    return LEVELS[LEVELS.index(level) - 1]


def title_of(level: str, last: Level = Level.SLATED) -> str:
    """``Eligible → approved``, or from the first level to the last."""
    start, end = (Level.NOMINATED, last) if level == END_TO_END else (before(Level(level)), Level(level))
    return f"{start.label} → {end.label.lower()}"


def reached_from(furthest: Furthest, upto: Level) -> dict[str, list[int]]:
    """From those who got no further than a level to those who got there, by group; empty groups are left out."""
    levels = LEVELS[: LEVELS.index(upto) + 1]
    groups = {group for counts in furthest.values() for group, count in counts.items() if count}
    found: dict[str, list[int]] = {}
    for group in sorted(groups):
        further = [furthest.get(level, {}).get(group, 0) for level in levels]
        found[group] = [sum(further[place:]) for place in range(len(levels))]
    return found


def furthest_of(reached: Mapping[str, Sequence[int]], upto: Level) -> dict[str, dict[str, int]]:
    """The way back: those who got no further than each level."""
    levels = LEVELS[: LEVELS.index(upto) + 1]
    found: dict[str, dict[str, int]] = {level: {} for level in levels}
    for group, counts in reached.items():
        for level, (here, next_) in zip(levels, pairwise([*counts, 0]), strict=True):
            found[level][group] = here - next_
    return found


# --- exact tables ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ImpactRow:
    """One group of one table, with the verdict and what it rests on in words."""

    group: str
    n: int
    passed: int
    rate: Estimate | None
    comparison: Comparison | None
    is_highest: bool
    verdict: str
    why: str

    @property
    def shortfall(self) -> float | None:
        """How many more would have passed at the common rate; None where it is no shortfall."""
        found = self.comparison.shortfall if self.comparison else 0.0
        return found if found > 0 else None

    @property
    def ratio_text(self) -> str:
        """``0.67 (0.45 to 0.98)``; a dash where there is none."""
        found = self.comparison.ratio if self.comparison else None
        return "–" if found is None else f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"


@dataclass(frozen=True)
class ImpactTable:
    """One stage, or all of them end to end, by one attribute."""

    key: str
    title: str
    attribute: str
    label: str
    rows: tuple[ImpactRow, ...]
    pool: int
    passed: int
    # of whom nothing is known: in the pool, compared with nobody
    unknown: tuple[int, int]

    @property
    def flagged(self) -> list[ImpactRow]:
        """Groups below four fifths of the highest rate."""
        return [row for row in self.rows if row.comparison and row.comparison.flagged]

    @property
    def finding(self) -> str:
        """The table in one sentence."""
        compared = [row for row in self.rows if row.comparison]
        if not compared:
            return "There are no two groups to compare"
        if not self.flagged:
            return "No group is below four fifths of the highest rate"
        said = "; ".join(f"{row.group} {row.ratio_text}" for row in self.flagged)
        return f"Below four fifths of the highest rate: {said}"


def tables_of(reached: Reached, level: Level) -> list[ImpactTable]:
    """The table of the stage that ended with a level, for each attribute."""
    place = LEVELS.index(level)
    return [_table(reached, attribute, level, place - 1, place) for attribute in ATTRIBUTES]


def end_to_end_of(reached: Reached, last: Level) -> list[ImpactTable]:
    """The table from the first level to the last, for each attribute."""
    return [_table(reached, attribute, END_TO_END, 0, LEVELS.index(last), last) for attribute in ATTRIBUTES]


def _table(
    reached: Reached, attribute: str, key: str, start: int, end: int, last: Level = Level.SLATED
) -> ImpactTable:
    label, answers = ATTRIBUTES[attribute]
    counts = reached.get(attribute, {})
    here = {group: (found[start], found[end]) for group, found in counts.items()}
    groups = [Group(one.label, *here[one]) for one in answers if one.value != UNKNOWN and one in here]
    unknown = here.get(UNKNOWN, (0, 0))
    pool = sum(n for n, _ in here.values())
    found = adverse_impact(groups, pool)
    highest = next((each for each in found.groups if each.name == found.highest), None)
    return ImpactTable(
        key=key,
        title=title_of(key, last),
        attribute=attribute,
        label=label,
        rows=tuple(_row(each, highest) for each in found.groups),
        pool=pool,
        passed=found.passed + unknown[1],
        unknown=unknown,
    )


def _row(each: GroupImpact, highest: GroupImpact | None) -> ImpactRow:
    is_highest = highest is not None and each.name == highest.name
    return ImpactRow(
        group=each.name,
        n=each.n,
        passed=each.passed,
        rate=each.rate,
        comparison=each.comparison,
        is_highest=is_highest,
        verdict=_verdict(each, is_highest),
        why=_why(each, highest),
    )


def _verdict(each: GroupImpact, is_highest: bool) -> str:
    if not each.n:
        return "Nobody came this far"
    if is_highest:
        return "Highest rate"
    if each.small:
        return "Under 2% of the pool: no flag"
    if each.comparison is None:
        return "Nothing to compare with"
    return "Below four fifths" if each.comparison.flagged else "Four fifths or more"


def _why(each: GroupImpact, highest: GroupImpact | None) -> str:
    if each.rate is None:
        return "Nobody of this group came to the stage."
    told = f"{each.passed} of {each.n} passed, {each.rate.value:.1%}."
    found = each.comparison
    if found is None or highest is None or highest.rate is None:
        return told
    told += f" The highest rate, {highest.rate.value:.1%}, is that of {highest.name.lower()}: "
    told += f"{highest.passed} of {highest.n}. "
    told += f"5 × {each.passed} × {highest.n} = {5 * each.passed * highest.n:,} "
    told += f"is {'less than' if found.flagged else 'not less than'} "
    told += f"4 × {highest.passed} × {each.n} = {4 * highest.passed * each.n:,}. "
    if found.shortfall > 0:
        told += f"At the common rate of the two, {found.shortfall:.1f} more would have passed. "
    told += (
        "One decision the other way would turn the verdict over, so it says little by itself. "
        if found.turns
        else "One decision the other way would not turn the verdict over. "
    )
    return told + f"A difference this large or larger comes about by chance with p = {found.p:.3f}."


# --- several cohorts, never pooled ---------------------------------------------------------------------


@dataclass(frozen=True)
class AcrossRow:
    """One group against the largest one over several cohorts; None where no cohort says anything."""

    group: str
    other: str
    cohorts: int
    found: Across | None

    @property
    def odds_text(self) -> str:
        """``0.71 (0.52 to 0.97)``; a dash where there is none."""
        odds = self.found.odds_ratio if self.found else None
        return "–" if odds is None else f"{odds.value:.2f} ({odds.low:.2f} to {odds.high:.2f})"


@dataclass(frozen=True)
class AcrossTable:
    """One attribute, end to end, over the cohorts of a program."""

    attribute: str
    label: str
    rows: tuple[AcrossRow, ...]


def across_cohorts(cohorts: Sequence[Reached]) -> list[AcrossTable]:
    """Cochran–Mantel–Haenszel of each group against the one with most people, cohort by cohort."""
    return [
        AcrossTable(attribute, label, tuple(_across(cohorts, attribute, answers)))
        for attribute, (label, answers) in ATTRIBUTES.items()
    ]


def _across(cohorts: Sequence[Reached], attribute: str, answers: type[Gender]) -> Iterable[AcrossRow]:
    ends: dict[str, list[tuple[int, int]]] = {}
    for one in answers:
        if one.value != UNKNOWN:
            counts = [reached.get(attribute, {}).get(one, [0]) for reached in cohorts]
            ends[one.label] = [(found[0], found[-1]) for found in counts]
    people = {group: sum(n for n, _ in found) for group, found in ends.items()}
    largest = max(people, key=lambda group: people[group])
    for group, found in ends.items():
        if group == largest or not people[group]:
            continue
        strata = [
            Stratum(passed, n, other_passed, other_n)
            for (n, passed), (other_n, other_passed) in zip(found, ends[largest], strict=True)
            if n + other_n > 1
        ]
        yield AcrossRow(group, largest, len(cohorts), across(strata))
