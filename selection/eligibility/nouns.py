"""What is asked, what is known, and what was found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

ALL, ANY = "all", "any"
EACH, MEAN = "each", "mean"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """One rule as a plan has set it. ``ranks`` and ``listed`` are filled where the fact needs them: ``listed``
    holds markets, job families, business units, languages or kinds of job events."""

    fact: str
    threshold: Decimal | None = None
    count: int | None = None
    how: str = EACH
    ranks: tuple[int | None, int | None] = (None, None)
    grades: tuple[str, str] = ("", "")
    listed: tuple[str, ...] = ()
    # the market rule asks for the markets of the cohort instead of some of its own
    of_cohort: bool = False


@dataclass(frozen=True)
class Group:
    """Rules of which all have to be met, or any one. Every group of a plan has to be met."""

    rules: tuple[Terms, ...]
    match: str = ALL


@dataclass(frozen=True)
class Scope:
    """What rules are read against: the day that counts, and the cohort; a program's pattern has none."""

    on: date
    program: int
    cohort: int | None = None
    markets: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the directory and the programs know about one person."""

    person: int
    hire_date: date | None = None
    termination_date: date | None = None
    grade: str = ""
    grade_rank: int | None = None
    grade_since: date | None = None
    market: str = ""
    job_family: str = ""
    business_unit: str = ""
    language: str = ""
    ratings: tuple[tuple[int, Decimal], ...] = ()
    moves: tuple[tuple[date, str], ...] = ()
    other_cohorts: tuple[str, ...] = ()
    earlier_cohorts: tuple[str, ...] = ()
    # the complexity of each account the person looks after; 0 where it is not known
    accounts: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Check:
    """One rule's result: what was read, what is asked, and what would change it.

    ``exception`` says who let it pass, with the reason; then the rule counts as met.
    """

    fact: str
    name: str
    met: bool
    asked: str
    shown: str
    input: str
    rule: str
    change: str
    exception: str = ""

    @property
    def counts(self) -> bool:
        """Met, or let pass by exception."""
        return self.met or bool(self.exception)


@dataclass(frozen=True)
class Judged:
    """The checks of one group."""

    checks: tuple[Check, ...]
    match: str = ALL

    @property
    def is_met(self) -> bool:
        found = [check.counts for check in self.checks]
        return all(found) if self.match == ALL else any(found) or not found

    @property
    def is_any(self) -> bool:
        return self.match == ANY

    @property
    def in_order(self) -> list[Check]:
        """What keeps the person out comes first; in a group of which one is enough, what is met."""
        return sorted(self.checks, key=lambda check: check.counts != self.is_any)


@dataclass(frozen=True)
class Eligibility:
    """All checks of one person, group by group."""

    groups: tuple[Judged, ...] = field(default=())

    @property
    def checks(self) -> tuple[Check, ...]:
        return tuple(check for group in self.groups for check in group.checks)

    @property
    def is_met(self) -> bool:
        return all(group.is_met for group in self.groups)

    @property
    def unmet(self) -> tuple[Check, ...]:
        """The rules that keep the person out."""
        keep_out = [group for group in self.groups if not group.is_met]
        return tuple(check for group in keep_out for check in group.checks if not check.counts)

    @property
    def excepted(self) -> tuple[Check, ...]:
        """The rules that were let pass."""
        return tuple(check for check in self.checks if check.exception)

    @property
    def in_order(self) -> list[Check]:
        """Every check, those that keep the person out first."""
        return [check for group in self.groups_in_order for check in group.in_order]

    @property
    def groups_in_order(self) -> list[Judged]:
        """Groups that are not met come first."""
        return sorted(self.groups, key=lambda group: group.is_met)

    @property
    def verdict(self) -> str:
        if not self.checks:
            return "This cohort has no eligibility rules"
        if self.is_met:
            return "Eligible by exception" if self.excepted else "Eligible"
        return "Not eligible yet"

    @property
    def tally(self) -> str:
        return tally(
            demands((group.match, [check.counts for check in group.checks]) for group in self.groups)
        )


def demands(groups: Iterable[tuple[str, Sequence[bool]]]) -> list[bool]:
    """What is asked, thing by thing: each rule of a group that has to be met whole, and each group of which
    one rule is enough."""
    found: list[bool] = []
    for match, results in groups:
        if match == ANY and results:
            found.append(any(results))
        else:
            found.extend(results)
    return found


def tally(met: Sequence[bool]) -> str:
    """How many rules are met, in the words every page uses: ``5 of 6 rules met``."""
    if not met:
        return "No rules to meet"
    return f"{sum(met)} of {len(met)} {'rule' if len(met) == 1 else 'rules'} met"


def sentence(unmet: Sequence[Check]) -> str:
    """The unmet rules as they are named in a refusal."""
    return "; ".join(f"{check.name} ({check.shown[:1].lower()}{check.shown[1:]})" for check in unmet)
