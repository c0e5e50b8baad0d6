"""Telling people. Verbs here write rows; mail leaves after the commit, through a task.

For reminders of your own, look at ``schedule`` first. When what is due follows from your rows rather than
from a moment known in advance, name a function in ``settings.TICK_HOOKS``: it is called with the
organization's id and the time whenever the organization is due, enters ``organization_context`` itself, has
to be cheap when nothing is, and says with ``wake_at`` when it wants to be called again.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, models, transaction
from django.utils import timezone

from amdp.directory.models import Person
from amdp.identity.models import Membership
from amdp.notifications import tasks
from amdp.notifications.due import CHUNK, chunks, wake_at
from amdp.notifications.models import Notification, label_and_id
from amdp.notifications.queries import unread
from amdp.tenancy.context import require_organization

__all__ = ["Message", "Notice", "mark_all_read", "mark_read", "notify", "notify_many", "schedule", "wake_at", "withdraw", "withdraw_all"]  # fmt: skip

Recipient = Person | Membership

# If the task that sends after the commit is lost, the tick notices this much later.
GRACE = timedelta(minutes=2)


@dataclass(frozen=True)
class Message:
    """What is said. ``kind`` names the sort of message, such as ``selection.approval_asked``; ``calendar`` is an
    iCalendar file that goes with the mail."""

    kind: str
    subject: str
    why: str
    body: tuple[str, ...] = ()
    action: str = ""
    path: str = ""
    calendar: str = ""

    def __post_init__(self) -> None:
        if bool(self.action) != bool(self.path):
            raise ValueError("A button needs both a text and a path.")
        if self.path and (not self.path.startswith("/") or self.path.startswith("//")):
            raise ValueError("The path is one of this product: give what reverse() returns.")


@dataclass(frozen=True)
class Notice:
    """One message to one person, for ``notify_many``."""

    to: Recipient
    message: Message
    about: models.Model | None = None
    period: str = ""
    urgent: bool = False
    not_before: datetime | None = field(default=None)


def notify(
    to: Recipient,
    message: Message,
    *,
    about: models.Model | None = None,
    period: str = "",
    urgent: bool = False,
    not_before: datetime | None = None,
) -> Notification | None:
    """Tell a person, by mail and under the bell, once per person, kind, ``about`` and period.

    Written in this transaction, sent after it committed; with ``not_before`` not earlier than that, and
    ``urgent`` marked as important. None when the person has been told, or is going to be, already.
    """
    planned = _plan([Notice(to, message, about, period, urgent, not_before)])
    return planned[0] if planned else None


def notify_many(notices: Iterable[Notice]) -> int:
    """Tell many people; a constant number of queries per thousand. How many had not been told already."""
    return sum(len(_plan(chunk)) for chunk in chunks(notices, CHUNK))


def schedule(
    to: Recipient, message: Message, *, at: datetime, about: models.Model | None = None, period: str = ""
) -> Notification | None:
    """Tell a person later; ``queries.next_local_morning(person)`` is a good time. See ``withdraw``."""
    return notify(to, message, about=about, period=period, not_before=at)


def withdraw(kind: str, about: models.Model, *, period: str | None = None) -> int:
    """Take back what has not been sent yet, so that it can be planned anew. How many."""
    require_organization()
    planned = Notification.objects.filter(kind=kind, state=Notification.State.PLANNED, **label_and_id(about))
    if period is not None:
        planned = planned.filter(period=period)
    return planned.delete()[0]


def withdraw_all(kinds: Collection[str], about: Collection[models.Model]) -> int:
    """Take back what has not been sent yet of these kinds about any of these rows of one table; one query.
    How many."""
    require_organization()
    labels = {each._meta.label_lower for each in about}
    planned = Notification.objects.filter(kind__in=kinds, state=Notification.State.PLANNED)
    return planned.filter(about_type__in=labels, about_id__in=[each.pk for each in about]).delete()[0]


def mark_read(notification: Notification) -> None:
    """The person has seen it."""
    require_organization()
    if notification.read_at is None:
        notification.read_at = timezone.now()
        notification.save(update_fields=["read_at"])


def mark_all_read(*, by: Membership) -> int:
    """The person has seen all of theirs. How many were new."""
    require_organization()
    return unread(by).update(read_at=timezone.now())


def _plan(notices: Sequence[Notice]) -> list[Notification]:
    """Write the rows that are new, and see to it that they are sent."""
    organization_id = require_organization()
    if not notices:
        return []
    people = _people_of([notice.to for notice in notices if isinstance(notice.to, Membership)])
    now = timezone.now()
    # Ids are drawn first: rows that are there already are left out silently, and this tells which.
    rows = [_row(notice, people, pk, now) for notice, pk in zip(notices, _new_ids(len(notices)), strict=True)]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    written = set(Notification.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    new = [row for row in rows if row.pk in written]
    _see_to(organization_id, new, now)
    return new


def _see_to(organization_id: int, rows: Sequence[Notification], now: datetime) -> None:
    """Send what is due after the commit; have the tick look at the rest, and at what got lost."""
    if not rows:
        return
    wake_at(min(max(row.not_before, now + GRACE) for row in rows))
    due = [row.pk for row in rows if row.not_before <= now]
    if due:
        # robust: with no broker the change still stands, and the tick sends the mail
        transaction.on_commit(partial(tasks.deliver.delay, organization_id, due), robust=True)


def _row(notice: Notice, people: dict[int, Person], pk: int, now: datetime) -> Notification:
    to, message = notice.to, notice.message
    person = to if isinstance(to, Person) else people.get(to.pk)
    return Notification(
        pk=pk,
        organization_id=require_organization(),
        person=person,
        membership=to if isinstance(to, Membership) and person is None else None,
        kind=message.kind,
        **label_and_id(notice.about),
        period=notice.period,
        subject=" ".join(message.subject.split())[:300],
        why=message.why,
        body=list(message.body),
        action=message.action,
        path=message.path,
        calendar=message.calendar,
        urgent=notice.urgent,
        not_before=notice.not_before or now,
    )


def _people_of(members: Sequence[Membership]) -> dict[int, Person]:
    """The directory person by membership id, in one query."""
    if not members:
        return {}
    people = Person.objects.filter(membership__in=[member.pk for member in members])
    return {person.membership_id: person for person in people}  # type: ignore[misc]


def _new_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Notification._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]
