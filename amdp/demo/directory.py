"""From the company in memory to the directory: people, history, ratings, customers, logins."""

import datetime as dt
import random
from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from amdp.demo.cast import PASSWORD, Company
from amdp.demo.company import GRADES, Builder, Someone, career, ratings
from amdp.demo.names import CUSTOMER_FIRST, CUSTOMER_KINDS, PLACES
from amdp.demo.plot import Plot, write_plot
from amdp.directory.models import Account, Demographics, Grade, JobEvent, PerformanceRating, Person
from amdp.directory.services import rebuild_lines
from amdp.identity.models import Membership, User
from amdp.tenancy.models import Organization

LEVELS = ("top", "unit", "region", "district", "staff", "director", "field", "leaver")
FAMILIES = {
    "top": "General management",
    "unit": "Sales leadership",
    "region": "Sales leadership",
    "district": "Sales leadership",
    "director": "Account management",
    "field": "Field sales",
    "leaver": "Field sales",
    "staff": "Commercial excellence",
}
PREFIX = {"aurelia": "AT", "northwind": "NB"}


@dataclass
class World:
    """Everything a story needs to know about the organization it is told in."""

    company: Company
    organization: Organization
    today: dt.date
    chance: random.Random
    plot: Plot
    people: dict[int, Person] = field(default_factory=dict)
    everybody: list[Someone] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    members: dict[int, Membership] = field(default_factory=dict)
    cast: dict[str, Membership] = field(default_factory=dict)

    def person(self, someone: Someone) -> Person:
        return self.people[someone.number]

    def member_of(self, person: Person | None) -> Membership:
        """The login of a person; everybody who acts in a story has one."""
        assert person is not None
        member = self.members[person.pk]
        member._person = person  # type: ignore[attr-defined]
        return member

    def account_of(self, person: Person) -> Account:
        """One of the person's own accounts, else one of their country."""
        own = [one for one in self.accounts if one.owner_id == person.pk]
        near = [one for one in self.accounts if one.country == person.market]
        return (own or near or self.accounts)[person.pk % len(own or near or self.accounts)]

    def part(self, key: str) -> Person:
        return next(self.person(one) for one in self.everybody if one.part and one.part.key == key)


def settle(company: Company, organization: Organization, today: dt.date) -> World:
    """Fill the directory of a new organization."""
    builder = Builder(company, today)
    everybody = builder.build()
    plot = write_plot(company.slug, everybody, builder.chance, today)
    world = World(company, organization, today, builder.chance, plot, everybody=everybody)
    grades = _grades()
    _people(world, grades)
    _history(world, grades)
    _accounts(world)
    _logins(world)
    return world


def _grades() -> dict[int, Grade]:
    made = Grade.objects.bulk_create(
        Grade(code=str(rank), name=name, rank=rank) for rank, name in GRADES.items()
    )
    return {grade.rank: grade for grade in made}


def _people(world: World, grades: dict[int, Grade]) -> None:
    for level in LEVELS:
        ones = [one for one in world.everybody if one.level == level]
        made = Person.objects.bulk_create(_person(one, world, grades) for one in ones)
        world.people |= {one.number: person for one, person in zip(ones, made, strict=True)}
    Demographics.objects.bulk_create(
        Demographics(person=world.person(one), gender=_said(one, world.chance), source="hr_file")
        for one in world.everybody
    )
    rebuild_lines()
    lines = dict(Person.objects.values_list("pk", "line"))
    for person in world.people.values():
        person.line = lines[person.pk]


def _person(one: Someone, world: World, grades: dict[int, Grade]) -> Person:
    return Person(
        employee_number=f"{PREFIX[world.company.slug]}{one.number}",
        first_name=one.first,
        last_name=one.last,
        email=address(one, world.company),
        job_title=one.title,
        grade=grades[one.rank],
        job_family=FAMILIES[one.level],
        business_unit=one.unit,
        market=one.market,
        time_zone=one.zone,
        language=one.language,
        manager=world.person(one.manager) if one.manager else None,
        hire_date=one.hired,
        termination_date=one.left,
        termination_type=one.left_type if one.left else "",
    )


def address(one: Someone, company: Company) -> str:
    if one.part:
        return one.part.email(company.domain)
    plain = f"{one.first}.{one.last}".lower().replace("'", "").replace(" ", "")
    return f"{plain}@{company.domain}"


def _said(one: Someone, chance: random.Random) -> str:
    return "" if chance.random() < 0.06 else {"F": "female", "M": "male"}[one.gender]


def _history(world: World, grades: dict[int, Grade]) -> None:
    events, rated = [], []
    for one in world.everybody:
        person = world.person(one)
        events += [
            JobEvent(
                person=person,
                event=fact.event,
                effective_date=fact.on,
                job_title=fact.title,
                grade=grades.get(fact.rank or 0),
                business_unit=one.unit,
            )
            for fact in career(one, world.chance, world.today)
        ]
        rated += [
            PerformanceRating(person=person, year=year, rating=value)
            for year, value in ratings(one, world.chance, world.today).items()
        ]
    JobEvent.objects.bulk_create(events, ignore_conflicts=True)
    PerformanceRating.objects.bulk_create(rated)


def _accounts(world: World) -> None:
    chance = world.chance
    names = [
        (first, kind, last) for first in CUSTOMER_FIRST for kind, lasts in CUSTOMER_KINDS for last in lasts
    ]
    chance.shuffle(names)
    owners = [one for one in world.everybody if one.level in ("field", "director") and one.rank >= 6]
    world.accounts = Account.objects.bulk_create(
        _account(place, names[place], chance.choice(owners), world) for place in range(world.company.accounts)
    )


def _account(place: int, named: tuple[str, str, str], owner: Someone, world: World) -> Account:
    first, kind, last = named
    city, region = world.chance.choice(PLACES[owner.market])
    low, high = (5, 10) if owner.rank >= 7 else (2, 8)
    return Account(
        account_number=f"C{40_001 + place}",
        name=f"{first} {last}",
        kind=kind,
        city=city,
        region=region,
        country=owner.market,
        complexity=world.chance.randint(low, high),
        owner=world.person(owner),
    )


def _logins(world: World) -> None:
    """Logins for leaders, mentors and whoever takes part; one password for all, told by ``make demo``."""
    plot = world.plot
    playing = {*plot.running, *plot.assessing, *plot.nominated, *plot.past[-1].selected}
    ones = [
        one
        for one in world.everybody
        if not one.left
        and (one.part or one in playing or one.level in ("unit", "region", "district", "director"))
    ]
    secret = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(email=address(one, world.company), name=one.name, password=secret) for one in ones
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    members = Membership.objects.bulk_create(
        Membership(
            organization=world.organization,
            user=user,
            granted_roles=sorted(one.part.grants) if one.part else [],
        )
        for one, user in zip(ones, users, strict=True)
    )
    for one, member in zip(ones, members, strict=True):
        _tie(world, one, member)
    Person.objects.bulk_update([world.person(one) for one in ones], ["membership"])
    _outsiders(world, secret)


def _tie(world: World, one: Someone, member: Membership) -> None:
    person = world.person(one)
    person.membership = member
    world.members[person.pk] = member
    if one.part:
        world.cast[one.part.key] = member


def _outsiders(world: World, secret: str) -> None:
    """Logins without a person in the directory; one human may come to both organizations."""
    for part in world.company.parts:
        if part.outside:
            facts = {"name": part.name, "password": secret}
            user, made = User.objects.get_or_create(email=part.email(""), defaults=facts)
            if made:
                EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            world.cast[part.key] = Membership.objects.create(
                organization=world.organization, user=user, granted_roles=list(part.grants)
            )
