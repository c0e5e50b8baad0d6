"""A made-up company in memory: who works where, for whom, since when. The same for the same seed and day."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from amdp.demo.cast import Company, Part, Unit
from amdp.demo.clock import months_from
from amdp.demo.names import LANGUAGES, LAST, MEN, WOMEN, ZONES

TITLES = {
    4: "Sales Representative",
    5: "Territory Manager",
    6: "Account Manager",
    7: "Account Director",
    8: "Regional Director",
    9: "Vice President",
    10: "Chief Commercial Officer",
}
GRADES = {rank: f"Grade {rank}" for rank in TITLES}
STAFF = ("Learning Partner", "Compensation Analyst", "Sales Training Specialist", "HR Business Partner")


@dataclass(eq=False)
class Someone:
    """A person of the company before they are stored."""

    number: int
    first: str
    last: str
    gender: str
    level: str
    title: str
    rank: int
    unit: str
    market: str
    manager: "Someone | None"
    hired: dt.date
    part: Part | None = None
    left: dt.date | None = None
    left_type: str = ""
    # No promotion after this day, except those listed in ``rises``.
    settled: dt.date | None = None
    rises: list[dt.date] = field(default_factory=list)
    # How well they do, on the scale of the yearly ratings.
    strength: float = 3.3
    lowest_rating: float = 2.0

    @property
    def zone(self) -> str:
        return ZONES[self.market]

    @property
    def language(self) -> str:
        return LANGUAGES[self.market]

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


class Builder:
    """Hires everybody of one company, from the top down."""

    def __init__(self, company: Company, today: dt.date) -> None:
        self.company, self.today = company, today
        self.chance = random.Random(company.seed)  # noqa: S311 - made-up people, no secret
        self.people: list[Someone] = []
        self.parts = {part.post: part for part in company.parts if part.post and part.post != "staff"}
        self.names = self._names()

    def build(self) -> list[Someone]:
        """Everybody, managers before their reports."""
        top = self._hire("top", "top", 10, self.company.market, "Commercial", None)
        for place, unit in enumerate(self.company.units):
            self._unit(place, unit, top)
        self._staff(top)
        self._account_directors()
        self._leavers()
        return self.people

    def _unit(self, place: int, unit: Unit, top: Someone) -> None:
        head = self._hire("unit", f"unit:{place}", 9, unit.markets[0], unit.name, top, title=unit.head)
        for region, market in enumerate(unit.markets):
            leader = self._hire("region", f"region:{place}:{region}", 8, market, unit.name, head)
            for district in range(unit.districts_per_region):
                post = f"{place}:{region}:{district}"
                manager = self._hire(
                    "district", f"district:{post}", 7, market, unit.name, leader, title="District Manager"
                )
                for seat in range(unit.field_per_district):
                    rank = self.chance.choice((4, 5, 5, 6, 6, 6))
                    field_post = f"field:{place}:{region}:{seat}" if district == 0 else ""
                    self._hire("field", field_post, rank, market, unit.name, manager)

    def _staff(self, top: Someone) -> None:
        for part in self.company.parts:
            if part.post == "staff":
                self._hire(
                    "staff", "", 7, self.company.market, "Commercial", top, title=part.title, part=part
                )
        for title in STAFF:
            self._hire("staff", "", 6, self.company.market, "Commercial", top, title=title)

    def _account_directors(self) -> None:
        """Experienced account managers beside the lines of the field: those who mentor."""
        regions = self.of("region")
        for place in range(max(4, len(regions) + 4)):
            leader = regions[place % len(regions)]
            self._hire("director", f"director:{place}", 7, leader.market, leader.unit, leader)

    def _leavers(self) -> None:
        managers = self.of("district")
        for _ in range(self.company.leavers):
            manager = self.chance.choice(managers)
            rank = self.chance.choice((4, 5, 5, 6))
            leaver = self._hire("leaver", "", rank, manager.market, manager.unit, manager)
            leaver.hired = self._before(10 * 365, 5 * 365)
            leaver.left = self._before(4 * 365, 60)
            leaver.left_type = self.chance.choice(("voluntary", "voluntary", "voluntary", "involuntary"))

    def of(self, level: str) -> list[Someone]:
        return [one for one in self.people if one.level == level]

    def _hire(
        self, level: str, post: str, rank: int, market: str, unit: str, manager: Someone | None,
        *, title: str = "", part: Part | None = None,
    ) -> Someone:  # fmt: skip
        part = part or self.parts.get(post)
        first, last, gender = (part.first, part.last, part.gender) if part else next(self.names)
        title = (part.title if part else "") or title or TITLES[rank]
        hired = self._before(6200, 2600) if rank >= 7 else self._before(4000, 200)
        number = 10_001 + len(self.people)
        someone = Someone(
            number, first, last, gender, level, title, rank, unit, market, manager, hired, part=part
        )
        self.people.append(someone)
        return someone

    def _before(self, most: int, least: int) -> dt.date:
        day = self.today - dt.timedelta(days=self.chance.randint(least, most))
        return day - dt.timedelta(days=day.weekday())

    def _names(self) -> Iterator[tuple[str, str, str]]:
        """First and last names in an order of chance; nobody is called like somebody else."""
        taken = {(part.first, part.last) for part in self.company.parts}
        while True:
            gender = self.chance.choice("FM")
            first = self.chance.choice(WOMEN if gender == "F" else MEN)
            last = self.chance.choice(LAST)
            if (first, last) not in taken:
                taken.add((first, last))
                yield first, last, gender


@dataclass(frozen=True)
class JobFact:
    """One line of somebody's job history."""

    event: str
    on: dt.date
    rank: int | None
    title: str


def career(someone: Someone, chance: random.Random, today: dt.date) -> list[JobFact]:
    """How somebody came to the present grade: hired, promoted step by step, perhaps moved, perhaps gone."""
    steps = _promotions(someone, chance, today)
    rank = someone.rank - len(steps)
    facts = [JobFact("hire", someone.hired, rank, TITLES[max(4, rank)])]
    for day in steps:
        rank += 1
        facts.append(JobFact("promotion", day, rank, someone.title if day == steps[-1] else TITLES[rank]))
    until = someone.left or today
    if chance.random() < 0.15 and (until - someone.hired).days > 900:
        day = someone.hired + (until - someone.hired) * chance.uniform(0.3, 0.9)
        current = max((one for one in facts if one.on <= day), key=lambda one: one.on)
        facts.append(JobFact("lateral_move", day, current.rank, current.title))
    if someone.left:
        facts.append(JobFact("termination", someone.left, None, ""))
    return facts


def _promotions(someone: Someone, chance: random.Random, today: dt.date) -> list[dt.date]:
    until = min(someone.left or today, someone.settled or today) - dt.timedelta(days=30)
    room = max(0, (until - someone.hired).days)
    wanted = min(2, someone.rank - 4 - len(someone.rises), room // 700)
    early = sorted(
        someone.hired + dt.timedelta(days=round(room * (place + chance.uniform(0.5, 0.9)) / wanted))
        for place in range(max(0, wanted))
    )
    return [*early, *sorted(someone.rises)]


def ratings(someone: Someone, chance: random.Random, today: dt.date) -> dict[int, float]:
    """One rating a year, in steps of a half, for the last five whole years."""
    last = (someone.left or today).year - 1
    first = max(someone.hired.year + (someone.hired.month > 9), today.year - 5)
    return {
        year: min(5.0, max(someone.lowest_rating, round(chance.gauss(someone.strength, 0.5) * 2) / 2))
        for year in range(first, last + 1)
    }


def tenured(someone: Someone, chance: random.Random, on: dt.date) -> None:
    """See to it that somebody meets the usual rules on that day: years here, time in grade, ratings."""
    latest = months_from(on, -40)
    if someone.hired > latest:
        someone.hired = months_from(latest, -chance.randint(0, 60))
    someone.settled = months_from(on, -14)
    someone.lowest_rating = 3.0
