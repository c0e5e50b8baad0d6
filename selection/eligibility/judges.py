"""What each kind of rule asks, finds and says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language_info

from selection.eligibility.days import add_months, latest_start, months_between, said
from selection.eligibility.nouns import MEAN, Check, Eligibility, Facts, Group, Judged, Terms

MOVES = {
    "promotion": ("promotion", "was promoted"),
    "lateral_move": ("lateral move", "moved"),
    "demotion": ("move to a lower grade", "moved to a lower grade"),
    "regrade": ("regrading", "was regraded"),
    "leave": ("leave", "was on leave"),
    "hire": ("hiring", "was hired"),
}


def judge(
    groups: Sequence[Group], facts: Facts, on: date, exceptions: Mapping[str, str] | None = None
) -> Eligibility:
    """Check every rule as of ``on``, the day nominations close. ``exceptions`` say by the name of a rule why it
    is let pass; they matter where it is not met."""
    return Eligibility(
        tuple(
            Judged(tuple(_check(each, facts, on, exceptions or {}) for each in group.rules), group.match)
            for group in groups
        )
    )


def _check(terms: Terms, facts: Facts, on: date, exceptions: Mapping[str, str]) -> Check:
    check = JUDGES[terms.fact](terms, facts, on)
    passed = "" if check.met else exceptions.get(check.name, "")
    return replace(check, exception=passed) if passed else check


def _months(count: int) -> str:
    return f"{count} month" if count == 1 else f"{count} months"


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def language_name(code: str) -> str:
    """``German`` for ``de``; the code itself where nobody knows it."""
    try:
        return str(get_language_info(code)["name"]) if code else ""
    except KeyError:
        return code


def one_of(words: Sequence[str]) -> str:
    """``DE, FR or US``."""
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def _employed(terms: Terms, facts: Facts, on: date) -> Check:
    leaves = facts.termination_date
    started = facts.hire_date is None or facts.hire_date <= on
    met = started and leaves is None
    if leaves:
        shown = f"Leaves on {said(leaves)}"
    else:
        shown = "Employed, no leaving date" if started else f"Starts on {said(facts.hire_date)}"
    return Check(
        fact=terms.fact,
        name="Employed and not under notice",
        met=met,
        asked="works here, no leaving date",
        shown=shown,
        input=f"Hired {said(facts.hire_date)}; leaving date {said(leaves) if leaves else 'none'}.",
        rule=f"Works here on {said(on)}, the day nominations close, with no leaving date.",
        change="Only a leaving date entered by HR."
        if met
        else "HR takes the leaving date back."
        if leaves
        else "A cohort that closes its nominations later.",
    )


def _tenure(terms: Terms, facts: Facts, on: date) -> Check:
    return _since(terms, facts.hire_date, on, "in the company", "Hired", "HR enters the date of hire.")


def _time_in_grade(terms: Terms, facts: Facts, on: date) -> Check:
    place = f"in grade {facts.grade}" if facts.grade else "in the present grade"
    mend = "HR enters the job history."
    return _since(terms, facts.grade_since, on, place, "In this grade", mend, "in the present grade")


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
            asked=_months(needed),
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
        asked=_months(needed),
        shown=f"{_months(months)} {place}, since {said(start)}",
        input=f"{verb} since {said(start)}.",
        rule=rule,
        change=f"Met since {said(reached)}; only a later date would change it."
        if reached <= on
        else f"Met from {said(reached)} on, in a later cohort.",
    )


def _grade(terms: Terms, facts: Facts, on: date) -> Check:
    low, high = terms.ranks
    rank = facts.grade_rank
    met = rank is not None and (low is None or rank >= low) and (high is None or rank <= high)
    wanted = _range_words(*terms.grades)
    return Check(
        fact=terms.fact,
        name=f"Grade {wanted}" if wanted else "Any grade",
        met=met or not wanted,
        asked=wanted or "any grade",
        shown=f"Grade {facts.grade}" if rank is not None else "No grade in the HR data",
        input=f"Grade {facts.grade} in the directory." if rank is not None else "No grade.",
        rule=f"Grade {wanted}." if wanted else "Every grade may take part.",
        change="A move to a grade within the range, once HR has entered it.",
    )


def _range_words(low: str, high: str) -> str:
    if low and high:
        return low if low == high else f"{low} to {high}"
    return f"{low} or higher" if low else f"{high} or lower" if high else ""


def _market(terms: Terms, facts: Facts, on: date) -> Check:
    if not terms.of_cohort:
        return _listed(terms, facts.market, "Market", "market")
    wanted = one_of(terms.listed)
    return Check(
        fact=terms.fact,
        name="Market takes part in this cohort",
        met=not terms.listed or facts.market in terms.listed,
        asked=wanted or "any market",
        shown=f"Market {facts.market}" if facts.market else "No market in the HR data",
        input=f"Market {facts.market or 'unknown'} in the directory.",
        rule=f"{wanted}: the markets of this cohort." if wanted else "Every market may take part.",
        change="A move to one of these markets, or a cohort that includes this one.",
    )


def _job_family(terms: Terms, facts: Facts, on: date) -> Check:
    return _listed(terms, facts.job_family, "Job family", "job family")


def _business_unit(terms: Terms, facts: Facts, on: date) -> Check:
    return _listed(terms, facts.business_unit, "Business unit", "business unit")


def _language(terms: Terms, facts: Facts, on: date) -> Check:
    names = tuple(language_name(code) for code in terms.listed)
    return _listed(replace(terms, listed=names), language_name(facts.language), "Language", "language")


def _listed(terms: Terms, value: str, label: str, word: str) -> Check:
    wanted = one_of(terms.listed)
    return Check(
        fact=terms.fact,
        name=f"{label} {wanted}" if wanted else f"Any {word}",
        met=not terms.listed or value in terms.listed,
        asked=wanted or f"any {word}",
        shown=f"{label} {value}" if value else f"No {word} in the HR data",
        input=f"{label} {value or 'unknown'} in the directory.",
        rule=f"{label} {wanted}." if wanted else f"Every {word} may take part.",
        change=f"Another {word}, once HR has entered it.",
    )


def _ratings(terms: Terms, facts: Facts, on: date) -> Check:
    count, lowest = terms.count or 1, terms.threshold or Decimal(1)
    last = sorted(facts.ratings, reverse=True)[:count]
    shown = ", ".join(f"{_number(rating)} in {year}" for year, rating in last)
    words = "last rating" if count == 1 else f"last {count} ratings"
    if terms.how == MEAN:
        total = sum((rating for _, rating in last), Decimal(0))
        met = bool(last) and total >= lowest * len(last)
        name, rule = f"Mean of the {words} at least {_number(lowest)}", f"The mean of the {words}"
        if len(last) > 1:
            shown += f", mean {total / len(last):.2f}"
    else:
        met = bool(last) and all(rating >= lowest for _, rating in last)
        name, rule = f"{words.capitalize()} at least {_number(lowest)}", f"None of the {words}"
    least = "at least" if terms.how == MEAN else "below"
    return Check(
        fact=terms.fact,
        name=name,
        met=met,
        asked=f"{_number(lowest)} of 5",
        shown=shown or "No rating in the HR data",
        input=f"Ratings on file: {shown}." if shown else "No rating on file.",
        rule=f"{rule} {least} {_number(lowest)} of 5. Fewer on file: those there are count, at least one.",
        change="A lower rating in the next review." if met else "A better rating in the next review.",
    )


def _no_move(terms: Terms, facts: Facts, on: date) -> Check:
    months = int(terms.threshold or 0)
    wanted = one_of([MOVES[kind][0] for kind in MOVES if kind in terms.listed])
    latest = max(
        ((day, kind) for day, kind in facts.moves if kind in terms.listed and day <= on), default=None
    )
    met = latest is None or latest[0] <= latest_start(on, months)
    clear = add_months(latest[0], months) if latest else None
    shown = (
        f"{MOVES[latest[1]][1].capitalize()} on {said(latest[0])}"
        if latest
        else f"No {wanted} in the job history"
    )
    return Check(
        fact=terms.fact,
        name=f"No {wanted} within {_months(months)}",
        met=met,
        asked=f"none within {_months(months)}",
        shown=shown,
        input=f"{shown}.",
        rule=f"No {wanted} in the {_months(months)} before {said(on)}, the day nominations close.",
        change="A later move." if met else f"Met from {said(clear)} on, in a later cohort.",
    )


def _other_cohort(terms: Terms, facts: Facts, on: date) -> Check:
    names = ", ".join(facts.other_cohorts)
    return Check(
        fact=terms.fact,
        name="Not in another running cohort",
        met=not names,
        asked="no other running cohort",
        shown=f"Takes part in {names}" if names else "In no other running cohort",
        input=f"Active in {names}." if names else "No other active participation.",
        rule="Not active in another running cohort.",
        change=f"{names} ends, or the person leaves it."
        if names
        else "Joining another cohort before this one.",
    )


def _first_time(terms: Terms, facts: Facts, on: date) -> Check:
    names = ", ".join(facts.earlier_cohorts)
    return Check(
        fact=terms.fact,
        name="Never took part in this program",
        met=not names,
        asked="no earlier cohort",
        shown=f"Took part in {names}" if names else "In no earlier cohort of this program",
        input=f"Enrolled in {names}." if names else "Never enrolled in this program.",
        rule="Was never enrolled in another cohort of this program, whatever came of it.",
        change="Nothing; another program is open to the person." if names else "Enrolling in another cohort.",
    )


def _accounts(terms: Terms, facts: Facts, on: date) -> Check:
    needed, least = terms.count or 1, int(terms.threshold or 0)
    found = sum(each >= least for each in facts.accounts)
    kind = f" of complexity {least} or higher" if least else ""
    return Check(
        fact=terms.fact,
        name=f"Looks after at least {_accounts_of(needed)}{kind}",
        met=found >= needed,
        asked=f"{_accounts_of(needed)}{kind}",
        shown=f"{_accounts_of(found)}{kind}" if found else f"No account{kind}",
        input=f"Owner of {_accounts_of(len(facts.accounts))} in the directory, {found} of them{kind or ' counted'}.",
        rule=f"Owner of at least {_accounts_of(needed)}{kind} in the directory.",
        change="Handing over accounts." if found >= needed else "Taking over more accounts.",
    )


def _accounts_of(count: int) -> str:
    return "1 account" if count == 1 else f"{count} accounts"


JUDGES: dict[str, Callable[[Terms, Facts, date], Check]] = {
    "employed": _employed,
    "tenure": _tenure,
    "time_in_grade": _time_in_grade,
    "grade": _grade,
    "job_family": _job_family,
    "business_unit": _business_unit,
    "market": _market,
    "language": _language,
    "ratings": _ratings,
    "no_move": _no_move,
    "other_cohort": _other_cohort,
    "first_time": _first_time,
    "accounts": _accounts,
}
