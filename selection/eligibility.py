"""Whether a person may be nominated, rule by rule, with the reason. Pure: terms and facts in, checks out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Terms:
    """One rule as a cohort has set it. ``ranks`` and ``markets`` are filled where the fact needs them."""

    fact: str
    threshold: Decimal | None = None
    count: int | None = None
    ranks: tuple[int | None, int | None] = (None, None)
    grades: tuple[str, str] = ("", "")
    markets: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the directory knows about one person."""

    person: int
    hire_date: date | None = None
    termination_date: date | None = None
    grade: str = ""
    grade_rank: int | None = None
    grade_since: date | None = None
    market: str = ""
    ratings: tuple[tuple[int, Decimal], ...] = ()
    other_cohorts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Check:
    """One rule's result: what was read, what is asked, and what would change it."""

    fact: str
    name: str
    met: bool
    shown: str
    input: str
    rule: str
    change: str


@dataclass(frozen=True)
class Eligibility:
    """All checks of one person; unmet ones come first."""

    checks: tuple[Check, ...] = field(default=())

    @property
    def is_met(self) -> bool:
        return all(check.met for check in self.checks)

    @property
    def unmet(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.met)

    @property
    def in_order(self) -> list[Check]:
        return sorted(self.checks, key=lambda check: check.met)

    @property
    def verdict(self) -> str:
        if not self.checks:
            return "This cohort has no eligibility rules"
        return "Eligible" if self.is_met else "Not eligible yet"

    @property
    def tally(self) -> str:
        return tally([check.met for check in self.checks])


def tally(met: Sequence[bool]) -> str:
    """How many rules are met, in the words every page uses: ``5 of 6 rules met``."""
    if not met:
        return "No rules to meet"
    return f"{sum(met)} of {len(met)} {'rule' if len(met) == 1 else 'rules'} met"


def judge(terms: Iterable[Terms], facts: Facts, on: date) -> Eligibility:
    """Check every rule as of ``on``, the day nominations close."""
    return Eligibility(tuple(JUDGES[each.fact](each, facts, on) for each in terms))


def months_between(start: date, end: date) -> int:
    """Full months from start to end; the last day of a month counts as its end."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - 1 if end.day < start.day and not _is_last_day(end) else months


def add_months(start: date, months: int) -> date:
    """The same day ``months`` later, or the last day of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for day in range(start.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, start.day)


def latest_start(end: date, months: int) -> date:
    """The last day from which so many months have passed by ``end``."""
    start = add_months(end, -months)
    while add_months(start + timedelta(days=1), months) <= end:
        start += timedelta(days=1)
    return start


def _is_last_day(day: date) -> bool:
    return day.day == add_months(date(day.year, day.month, 1), 1).toordinal() - day.replace(day=1).toordinal()


def said(day: date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else "unknown"


def _months(count: int) -> str:
    return f"{count} month" if count == 1 else f"{count} months"


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _employed(terms: Terms, facts: Facts, on: date) -> Check:
    started = facts.hire_date is None or facts.hire_date <= on
    met = started and facts.termination_date is None
    if facts.termination_date:
        shown = f"Leaves on {said(facts.termination_date)}"
    else:
        shown = "Employed, no leaving date" if started else f"Starts on {said(facts.hire_date)}"
    return Check(
        fact=terms.fact,
        name="Employed and not under notice",
        met=met,
        shown=shown,
        input=f"Hired {said(facts.hire_date)}; leaving date {said(facts.termination_date) if facts.termination_date else 'none'}.",
        rule=f"Works here on {said(on)}, the day nominations close, with no leaving date.",
        change="Only a leaving date entered by HR." if met else "HR takes the leaving date back.",
    )


def _tenure(terms: Terms, facts: Facts, on: date) -> Check:
    return _since(terms, facts.hire_date, on, "in the company", "Hired", "HR enters the date of hire.")


def _time_in_grade(terms: Terms, facts: Facts, on: date) -> Check:
    place = f"in grade {facts.grade}" if facts.grade else "in the present grade"
    return _since(
        terms,
        facts.grade_since,
        on,
        place,
        "In this grade",
        "HR enters the job history.",
        "in the present grade",
    )


def _since(
    terms: Terms, start: date | None, on: date, place: str, verb: str, mend: str, asked: str = ""
) -> Check:
    needed = int(terms.threshold or 0)
    name = f"At least {_months(needed)} {asked or place}"
    rule = f"{_months(needed)} on {said(on)}, the day nominations close."
    if start is None:
        return Check(
            fact=terms.fact,
            name=name,
            met=False,
            shown="No date in the HR data",
            input="No date.",
            rule=rule,
            change=mend,
        )
    reached = add_months(start, needed)
    months = max(0, months_between(start, on))
    return Check(
        fact=terms.fact,
        name=name,
        met=reached <= on,
        shown=f"{_months(months)} {place}, since {said(start)}",
        input=f"{verb} since {said(start)}.",
        rule=rule,
        change=f"Met since {said(reached)}; only a later date would change it."
        if reached <= on
        else f"Met from {said(reached)} on, in a later cohort.",
    )


def _grade(terms: Terms, facts: Facts, on: date) -> Check:
    low, high = terms.ranks
    from_, to = terms.grades
    known = facts.grade_rank is not None
    met = known and (low is None or facts.grade_rank >= low) and (high is None or facts.grade_rank <= high)  # type: ignore[operator]
    wanted = _range_words(from_, to)
    return Check(
        fact=terms.fact,
        name=f"Grade {wanted}" if wanted else "Any grade",
        met=met or not wanted,
        shown=f"Grade {facts.grade}" if known else "No grade in the HR data",
        input=f"Grade {facts.grade} in the directory." if known else "No grade.",
        rule=f"Grade {wanted}." if wanted else "Every grade may take part.",
        change="A move to a grade within the range, once HR has entered it.",
    )


def _range_words(low: str, high: str) -> str:
    if low and high:
        return low if low == high else f"{low} to {high}"
    return f"{low} or higher" if low else f"{high} or lower" if high else ""


def _market(terms: Terms, facts: Facts, on: date) -> Check:
    listed = ", ".join(terms.markets)
    return Check(
        fact=terms.fact,
        name="Market takes part in this cohort",
        met=not terms.markets or facts.market in terms.markets,
        shown=f"Market {facts.market}" if facts.market else "No market in the HR data",
        input=f"Market {facts.market or 'unknown'} in the directory.",
        rule=f"One of {listed}." if listed else "Every market may take part.",
        change="A move to one of these markets, or a cohort that includes this one.",
    )


def _ratings(terms: Terms, facts: Facts, on: date) -> Check:
    count, lowest = terms.count or 1, terms.threshold or Decimal(1)
    last = sorted(facts.ratings, reverse=True)[:count]
    shown = ", ".join(f"{_number(rating)} in {year}" for year, rating in last)
    met = bool(last) and all(rating >= lowest for _, rating in last)
    words = "Last rating" if count == 1 else f"Last {count} ratings"
    return Check(
        fact=terms.fact,
        name=f"{words} at least {_number(lowest)}",
        met=met,
        shown=shown or "No rating in the HR data",
        input=f"Ratings on file: {shown}." if shown else "No rating on file.",
        rule=f"None of the {words.lower()} below {_number(lowest)} of 5. Fewer on file: those there are count, at least one.",
        change="A lower rating in the next review." if met else "A better rating in the next review.",
    )


def _other_cohort(terms: Terms, facts: Facts, on: date) -> Check:
    names = ", ".join(facts.other_cohorts)
    return Check(
        fact=terms.fact,
        name="Not in another running cohort",
        met=not names,
        shown=f"Takes part in {names}" if names else "In no other running cohort",
        input=f"Active in {names}." if names else "No other active participation.",
        rule="Not active in another running cohort.",
        change=f"{names} ends, or the person leaves it."
        if names
        else "Joining another cohort before this one.",
    )


JUDGES = {
    "employed": _employed,
    "tenure": _tenure,
    "time_in_grade": _time_in_grade,
    "grade": _grade,
    "market": _market,
    "ratings": _ratings,
    "other_cohort": _other_cohort,
}


def sentence(unmet: Sequence[Check]) -> str:
    """The unmet rules as they are named in a refusal."""
    return "; ".join(f"{check.name} ({check.shown[:1].lower()}{check.shown[1:]})" for check in unmet)
