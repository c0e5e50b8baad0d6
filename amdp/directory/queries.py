from dataclasses import dataclass
from datetime import date
from time import time_ns
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import CharField, Exists, F, Func, OuterRef, Q, QuerySet
from django.utils import timezone

from amdp.directory.models import Account, Grade, Person
from amdp.identity.models import Membership

_UNREAD = object()


def has_login(person: Person) -> bool:
    """Whether the person can sign in to this organization."""
    return person.membership is not None and person.membership.is_active


FACETS_LIFETIME = 300
BY_KEY = "(SELECT {} FROM directory_person AS found WHERE found.id = %(expressions)s)"


def person_of(member: Membership) -> Person | None:
    """The directory person a member is tied to, asked once per membership object; the same query says
    whether anybody reports to them (see ``leads``)."""
    known = getattr(member, "_person", _UNREAD)
    if known is _UNREAD:
        reports = Person.objects.filter(manager=OuterRef("pk")).order_by()
        own = Person.objects.filter(membership=member).select_related("grade")
        known = own.annotate(_leads=Exists(reports)).first()
        member._person = known  # type: ignore[attr-defined]
    return known  # type: ignore[return-value]


def below(person: Person) -> QuerySet[Person]:
    """Everyone below a person in the reporting line, at any depth, in one query."""
    return Person.objects.filter(in_line(person)).exclude(pk=person.pk)


def in_line(person: Person, path: str = "") -> Q:
    """A condition: the person at ``path`` (such as ``"person__"``) is this one or stands below it.

    ``line`` starts with the line of everyone above and ends with ``/``; ``0`` is the character after it,
    so the range holds exactly the strings with that start.
    """
    start = person.line
    if not start:
        return Q(**{f"{path}pk": person.pk})
    return Q(**{f"{path}line__gte": start, f"{path}line__lt": start[:-1] + "0"})


def is_above(manager: Person, person: Person) -> bool:
    """Whether ``manager`` stands above ``person`` in the reporting line. No query: both lines are stored."""
    return person.pk != manager.pk and bool(manager.line) and person.line.startswith(manager.line)


def chain_above(person: Person) -> list[Person]:
    """The managers above a person, nearest first, in one query."""
    ids = [int(part) for part in person.line.strip("/").split("/") if part][:-1]
    people = Person.objects.in_bulk(ids)
    return [people[pk] for pk in reversed(ids) if pk in people]


def employed(on: date | None = None, path: str = "") -> Q:
    """A condition: the person at ``path`` works here on that day (default: today in UTC)."""
    day = on or timezone.now().date()
    started = Q(**{f"{path}hire_date__isnull": True}) | Q(**{f"{path}hire_date__lte": day})
    not_left = Q(**{f"{path}termination_date__isnull": True}) | Q(**{f"{path}termination_date__gte": day})
    return started & not_left


def name_at(reference: str) -> Func:
    """The full name of the person a column refers to (``"candidate__person_id"``), null where it is empty.

    Looked up by key instead of joined: with every join more, PostgreSQL takes longer to plan a query
    than to answer it. Written out: Django takes a millisecond to compose the same from querysets.
    """
    return _at(reference, "btrim(found.first_name || ' ' || found.last_name)")


def sort_key_at(reference: str) -> Func:
    """By what the person a column refers to is sorted in lists: the last name first."""
    return _at(reference, "found.last_name_key")


def line_at(reference: str) -> Func:
    """The line of the person a column refers to. For few rows out of a long line: PostgreSQL looks each up
    instead of reading the whole line to join it (``in_line`` is the condition for many)."""
    return _at(reference, "found.line")


def _at(reference: str, column: str) -> Func:
    return Func(F(reference), template=BY_KEY.format(column), output_field=CharField())


def search_people(people: QuerySet[Person], text: str) -> QuerySet[Person]:
    """People whose first, last or full name, or number, starts with the text; by index under the policy."""
    text = _sought(text)
    key = text.lower()
    if not key:
        return people
    end = key + "\U0010ffff"
    return people.filter(
        Q(name_key__gte=key, name_key__lt=end)
        | Q(last_name_key__gte=key, last_name_key__lt=end)
        | Q(employee_number=text)
    )


def search_accounts(accounts: QuerySet[Account], text: str) -> QuerySet[Account]:
    """Accounts whose name or number starts with the text."""
    text = _sought(text)
    key = text.lower()
    if not key:
        return accounts
    return accounts.filter(Q(name_key__gte=key, name_key__lt=key + "\U0010ffff") | Q(account_number=text))


def _sought(text: str) -> str:
    """What was typed, without the character that no text in the database can hold."""
    return text.replace("\0", "").strip()


def local_zone(member: Membership) -> ZoneInfo:
    """The zone a member reads times in: the own choice, the directory's, else the organization's."""
    person = person_of(member)
    return ZoneInfo(member.time_zone or (person.time_zone if person else "") or member.organization.time_zone)


def local_today(member: Membership) -> date:
    """Today where the member is."""
    return timezone.localdate(timezone=local_zone(member))


@dataclass(frozen=True)
class Facets:
    """What the people a member sees can be narrowed down to."""

    business_units: list[str]
    markets: list[str]
    grades: list[tuple[int, str]]


def facets_of(member: Membership, people: QuerySet[Person]) -> Facets:
    """The choices of the filters over these people, the ones the member sees. Remembered for a few minutes,
    because finding them reads every row; an import makes them be read anew."""
    key = _facets_key(member.organization_id, member.pk)
    found: Facets | None = cache.get(key)
    if found is None:
        plain = people.order_by()
        found = Facets(
            sorted(plain.exclude(business_unit="").values_list("business_unit", flat=True).distinct()),
            sorted(plain.exclude(market="").values_list("market", flat=True).distinct()),
            [(grade.pk, str(grade)) for grade in Grade.objects.all()],
        )
        cache.set(key, found, FACETS_LIFETIME)
    return found


def forget_facets(organization_id: int) -> None:
    """After people changed: choices remembered until now count no more."""
    cache.set(_version_key(organization_id), time_ns(), None)


def _facets_key(organization_id: int, member_id: int) -> str:
    version = cache.get(_version_key(organization_id), 0)
    return f"directory:{organization_id}:{version}:{member_id}:facets"


def _version_key(organization_id: int) -> str:
    return f"directory:{organization_id}:version"
