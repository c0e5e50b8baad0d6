"""Who of a company took part in which cohort of the past and the present, decided before anybody is stored."""

import datetime as dt
import random
from dataclasses import dataclass, field

from amdp.demo.clock import months_from
from amdp.demo.company import TITLES, Someone, tenured

LENGTH = 18
EUROPE, EUROPEANS = ("GB", "DE", "FR"), 14


@dataclass
class PastCohort:
    """A cohort that has graduated: who was selected, who was not."""

    name: str
    starts: dt.date
    ends: dt.date
    decided: dt.date
    selected: list[Someone] = field(default_factory=list)
    others: list[Someone] = field(default_factory=list)


@dataclass
class Plot:
    """The parts people play."""

    past: list[PastCohort] = field(default_factory=list)
    running: list[Someone] = field(default_factory=list)
    # Nominated for the running cohort and not selected.
    applied: list[Someone] = field(default_factory=list)
    assessing: list[Someone] = field(default_factory=list)
    # On a slate that waits for HR.
    deciding: list[Someone] = field(default_factory=list)
    nominated: list[Someone] = field(default_factory=list)
    # Not selected years ago, assessed anew for another program.
    calibrating: list[Someone] = field(default_factory=list)


@dataclass(frozen=True)
class Sizes:
    """How many take part: per past cohort (selected, others, leavers of each), and in the live ones."""

    past: tuple[tuple[int, int, int, int], ...]
    running: int
    applied: int
    assessing: int
    nominated: int
    deciding: int = 0


SIZES = {
    "aurelia": Sizes(
        past=((24, 48, 4, 17), (22, 44, 3, 12)),
        running=14,
        applied=6,
        assessing=14,
        nominated=11,
        deciding=15,
    ),
    "northwind": Sizes(past=((4, 7, 0, 2),), running=5, applied=2, assessing=8, nominated=0),
}
# Months from today to the start of each past cohort; every 18 months another one.
STARTS = {2: (-45, -27), 1: (-27,)}


def write_plot(slug: str, people: list[Someone], chance: random.Random, today: dt.date) -> Plot:
    """Give everybody a part, and the history that goes with it."""
    sizes, plot = SIZES[slug], Plot()
    cast = {one.part.key: one for one in people if one.part}
    free = [one for one in people if one.level == "field" and not one.part]
    leavers = [one for one in people if one.level == "leaver"]
    chance.shuffle(free)
    team = _reserve_team(cast.get("first_line"), free, chance, today)
    if "first_line_2" in cast:
        team += _reserve_team(cast["first_line_2"], free, chance, today)[:2]
    plot.running = _take(free, sizes.running, [cast.get("participant"), cast.get("participant_2")])
    plot.applied = _take(free, sizes.applied, [])
    plot.assessing = _take(free, sizes.assessing, [cast.get("candidate")])
    plot.nominated = [*team, *_take(free, max(0, sizes.nominated - len(team)), [])]
    for one in [*plot.running, *plot.applied]:
        _strong(one, chance, months_from(today, -11), 4.0)
    plot.deciding = _take(free, sizes.deciding, [])
    for one in [*plot.assessing, *plot.nominated, *plot.deciding]:
        _strong(one, chance, today, 3.9)
    for place, months in enumerate(STARTS[len(sizes.past)]):
        chosen, others, chosen_left, others_left = sizes.past[place]
        graduate = cast.get("graduate") if place == len(sizes.past) - 1 else None
        cohort = _past_cohort(months_from(today, months))
        cohort.selected = _take(free, chosen - chosen_left, [graduate]) + _take(leavers, chosen_left, [])
        cohort.others = _take(free, others - others_left, []) + _take(leavers, others_left, [])
        _live_on(cohort, chance, today)
        plot.past.append(cohort)
    plot.calibrating = _once_more(plot.past, today)
    return plot


def _once_more(past: list[PastCohort], today: dt.date) -> list[Someone]:
    """Those of Europe who were not selected, stayed, and were not promoted lately."""
    others = [one for cohort in past for one in cohort.others if one.left is None and not one.rises]
    chosen = [one for one in others if one.market in EUROPE and one.hired < months_from(today, -40)][
        :EUROPEANS
    ]
    for place, one in enumerate(chosen):
        one.strength = (3.1, 3.9, 3.4, 4.2)[place % 4]
    return chosen


def _take(pool: list[Someone], count: int, first: list[Someone | None]) -> list[Someone]:
    chosen = [one for one in first if one is not None]
    while len(chosen) < count and pool:
        chosen.append(pool.pop())
    return chosen


def _reserve_team(
    leader: Someone | None, free: list[Someone], chance: random.Random, today: dt.date
) -> list[Someone]:
    """Half of the first leader's own team is left for the present round of nominations."""
    team = [one for one in free if one.manager is leader]
    for one in team:
        free.remove(one)
    for one in team[3:]:
        one.hired = today - dt.timedelta(days=chance.randint(200, 500))
    return team[:3]


def _past_cohort(starts: dt.date) -> PastCohort:
    name = f"Account Director {starts.year} {'spring' if starts.month < 7 else 'autumn'}"
    return PastCohort(name, starts, months_from(starts, LENGTH), starts - dt.timedelta(days=35))


def _strong(one: Someone, chance: random.Random, on: dt.date, strength: float) -> None:
    tenured(one, chance, on)
    one.strength = strength
    one.rank = max(one.rank, 5)
    one.title = TITLES[one.rank]


def _live_on(cohort: PastCohort, chance: random.Random, today: dt.date) -> None:
    """What became of them: those selected stay and rise more often."""
    for place, one in enumerate(cohort.selected):
        _strong(one, chance, cohort.decided, 4.2)
        if one.level == "leaver":
            _leave(one, chance, cohort.decided, today, soon=place % 4 != 0)
        _rise(one, chance, cohort.decided, today, share=0.55)
    for place, one in enumerate(cohort.others):
        _strong(one, chance, cohort.decided, 3.8)
        if one.level == "leaver":
            _leave(one, chance, cohort.decided, today, soon=place % 3 != 0)
        _rise(one, chance, cohort.decided, today, share=0.34)


def _rise(one: Someone, chance: random.Random, decided: dt.date, today: dt.date, *, share: float) -> None:
    day = decided + dt.timedelta(days=chance.randint(200, 800))
    if chance.random() >= share or day >= min(one.left or today, today):
        return
    one.rises = [day]
    one.rank = min(7, one.rank + 1)
    one.title = TITLES[one.rank]


def _leave(one: Someone, chance: random.Random, decided: dt.date, today: dt.date, *, soon: bool) -> None:
    """After the decision: within a year, or later."""
    days = chance.randint(40, 350) if soon else chance.randint(380, 780)
    one.left = min(decided + dt.timedelta(days=days), today - dt.timedelta(days=20))
