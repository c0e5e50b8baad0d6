from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.utils.module_loading import import_string

from amdp.directory.models import Account, JobEvent, PerformanceRating, Person
from amdp.directory.queries import in_line, is_above, person_of
from amdp.identity.models import Membership, Role

M = TypeVar("M", bound=Model)
Reader = Callable[[Membership], QuerySet[Any, int]]

READS_DIRECTORY = (Role.OWNER, Role.LD_ADMIN, Role.HR_ANALYST)
READS_RATINGS = (Role.LD_ADMIN, Role.HR_ANALYST)


def leads(member: Membership) -> bool:
    """Whether anybody reports to the member: a sales leader is one by fact, not by grant."""
    person = person_of(member)
    if person is None:
        return False
    if not hasattr(person, "_leads"):
        person._leads = person.reports.exists()  # type: ignore[attr-defined]
    return bool(person._leads)  # type: ignore[attr-defined]


def own_line(member: Membership, path: str = "") -> Q:
    """A condition: the person at ``path`` stands below the member (never the member)."""
    person = person_of(member)
    if person is None or not leads(member):
        return Q(pk__in=[])
    return in_line(person, path) & ~Q(**{f"{path}pk": person.pk})


def visible_people(member: Membership) -> QuerySet[Person]:
    """The directory as this member may read it: all of it, or the own line, oneself, and those entrusted."""
    people = Person.objects.select_related("grade", "manager")
    if member.has(*READS_DIRECTORY):
        return people
    person = person_of(member)
    if person is None:
        return people.none()
    seen = in_line(person) if leads(member) else Q(pk=person.pk)
    others = entrusted_people(member)
    return people.filter(seen | Q(pk__in=others)) if others else people.filter(seen)


def entrusted_people(member: Membership) -> frozenset[int]:
    """Ids of those whose entry the member reads for a task of theirs (a mentor's mentees, an assessor's
    candidates), as apps above say through ``settings.DIRECTORY_READERS``.

    One query for all of them, asked once per membership object; ids, because with a subquery beside the line
    no index would be used.
    """
    known: frozenset[int] | None = getattr(member, "_entrusted", None)
    if known is None:
        readers: list[Reader] = [import_string(name) for name in settings.DIRECTORY_READERS]
        parts = [reader(member) for reader in readers]
        known = frozenset(parts[0].union(*parts[1:])) if parts else frozenset()
        member._entrusted = known  # type: ignore[attr-defined]
    return known


def visible_accounts(member: Membership) -> QuerySet[Account]:
    """Accounts: all for those who read the directory, else those owned by oneself or the own line."""
    accounts = Account.objects.select_related("owner")
    if member.has(*READS_DIRECTORY):
        return accounts
    person = person_of(member)
    if person is None:
        return accounts.none()
    return accounts.filter(in_line(person, "owner__"))


def can_import(member: Membership) -> bool:
    """Only owners bring files in."""
    return member.has(Role.OWNER)


def visible_job_events(member: Membership) -> QuerySet[JobEvent]:
    """The job history of the people the member may read."""
    events = JobEvent.objects.select_related("person", "grade")
    return events if member.has(*READS_DIRECTORY) else _about_own_line(events, member)


def visible_ratings(member: Membership) -> QuerySet[PerformanceRating]:
    """Performance ratings: to L&D and HR, to the line above, and to the person."""
    ratings = PerformanceRating.objects.select_related("person")
    return ratings if member.has(*READS_RATINGS) else _about_own_line(ratings, member)


def can_see_history(member: Membership, person: Person) -> bool:
    """Whether the job history of this person is shown to the member: not for a mentor's or assessor's task."""
    return member.has(*READS_DIRECTORY) or _is_self_or_above(member, person)


def can_see_ratings(member: Membership, person: Person) -> bool:
    """Whether the ratings of this person are shown to the member."""
    return member.has(*READS_RATINGS) or _is_self_or_above(member, person)


def can_change_grades(member: Membership) -> bool:
    """Only owners change the grade table."""
    return member.has(Role.OWNER)


def _is_self_or_above(member: Membership, person: Person) -> bool:
    own = person_of(member)
    return own is not None and (own.pk == person.pk or is_above(own, person))


def _about_own_line(rows: QuerySet[M], member: Membership) -> QuerySet[M]:
    person = person_of(member)
    return rows.none() if person is None else rows.filter(in_line(person, "person__"))
