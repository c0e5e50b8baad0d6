from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from amdp.directory.calendar import MORNING, local_to_utc, next_business_day, next_business_morning
from amdp.directory.models import Person
from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from amdp.notifications.models import Notification


def notifications_of(member: Membership) -> QuerySet[Notification]:
    """What a member finds under the bell: everything that has come due for them, newest first.

    Mail or not: a refused mail can still be read here. What is planned for later is not shown.
    """
    return Notification.objects.filter(_addressed_to(member), not_before__lte=timezone.now())


def unread(member: Membership) -> QuerySet[Notification]:
    """What the member has not opened yet."""
    return notifications_of(member).filter(read_at=None)


def unread_count(member: Membership) -> int:
    """The number on the bell, in one query (two when the member's person is not known yet)."""
    return unread(member).count()


def _addressed_to(member: Membership) -> Q:
    person = person_of(member)
    own = Q(membership=member)
    return own if person is None else own | Q(person=person)


def planned_until(now: datetime) -> QuerySet[Notification]:
    """Planned and due."""
    return Notification.objects.filter(state=Notification.State.PLANNED, not_before__lte=now)


def abandoned(now: datetime) -> QuerySet[Notification]:
    """Claimed by somebody who did not come back in time."""
    return Notification.objects.filter(state=Notification.State.CLAIMED, claimed_until__lte=now)


def deliverable(now: datetime) -> QuerySet[Notification]:
    """What may be claimed now."""
    planned = Q(state=Notification.State.PLANNED, not_before__lte=now)
    return Notification.objects.filter(planned | Q(state=Notification.State.CLAIMED, claimed_until__lte=now))


def deliverable_ids(now: datetime) -> list[int]:
    """Ids of what may be claimed now, longest due first; reads due rows only, by two partial indexes."""
    planned = planned_until(now).order_by("not_before").values_list("pk", flat=True)
    return [*planned, *abandoned(now).order_by("claimed_until").values_list("pk", flat=True)]


def next_due(now: datetime, *, again: datetime) -> datetime | None:
    """When the current organization has to be looked at next, or None when nothing is outstanding.

    What is due already has been handed out; it is looked at ``again``.
    """
    planned = Notification.objects.filter(state=Notification.State.PLANNED)
    claimed = Notification.objects.filter(state=Notification.State.CLAIMED)
    times = [
        planned.filter(not_before__gt=now).aggregate(at=Min("not_before"))["at"],
        claimed.filter(claimed_until__gt=now).aggregate(at=Min("claimed_until"))["at"],
    ]
    if planned_until(now).exists() or abandoned(now).exists():
        times.append(again)
    return min((at for at in times if at is not None), default=None)


def at_local_morning(person: Person, day: date) -> datetime:
    """09:00 where the person is, on the day or the first business day of their market after it, in UTC."""
    return local_to_utc(next_business_day(day, market_of(person)), MORNING, person.time_zone)


def next_local_morning(person: Person, after: datetime | None = None) -> datetime:
    """The next 09:00 on a business day where the person is, later than ``after`` (default: now), in UTC."""
    return next_business_morning(after or timezone.now(), person.time_zone, market_of(person))


def market_of(person: Person) -> str:
    """The market whose holidays count: the person's, else the organization's."""
    return person.market or person.organization.market


def mail_address(to: Person | Membership) -> tuple[str, str]:
    """Where mail to them goes, or an empty string and why it goes nowhere.

    The login's address where the person has one, because that one is verified; else the directory's.
    """
    person = to if isinstance(to, Person) else None
    member = person.membership if person is not None else to
    if person is not None and not person.is_employed(timezone.localdate(timezone=ZoneInfo(person.time_zone))):
        return "", "No longer works here."
    if isinstance(member, Membership) and not (member.is_active and member.user.is_active):
        return "", "May no longer sign in."
    address = member.user.email if isinstance(member, Membership) else ""
    address = address or (person.email if person is not None else "")
    return address, "" if address else "No e-mail address in the directory."
