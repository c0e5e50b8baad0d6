"""From the outbox to the mail server: claim, send, note the outcome.

A claim is its own committed transaction with a lease, so a worker that dies leaves behind something others
can see and, once the lease has run out, claim again. One refused address never holds up the next message.
"""

import logging
import smtplib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.core.mail import get_connection
from django.db.models import F
from django.utils import timezone

from amdp.notifications.due import wake_at
from amdp.notifications.mails import mail_for
from amdp.notifications.models import Notification
from amdp.notifications.queries import deliverable, mail_address
from amdp.tenancy.context import organization_context

logger = logging.getLogger(__name__)

State = Notification.State

LEASE = timedelta(minutes=10)
# Nothing is begun this close to the end of the lease; longer than settings.EMAIL_TIMEOUT.
LAST_MOMENT = timedelta(seconds=60)
BATCH = 100
MOST_ATTEMPTS = 5


class Outcome(NamedTuple):
    """What became of a message. While ``CLAIMED`` it is tried again when the lease has run out."""

    state: str
    reason: str = ""


class MailServerAway(Exception):  # noqa: N818 - a fact, not a fault
    """No message can be sent at all."""


def deliver(organization_id: int, ids: Sequence[int]) -> int:
    """Send those of these notifications that nobody else claims first. How many were sent."""
    sent = 0
    connection = get_connection()
    try:
        for notification in claimed_one_by_one(organization_id, ids):
            outcome = send(notification, connection)
            note(organization_id, notification, outcome)
            sent += outcome.state == State.SENT
    except MailServerAway as away:
        logger.warning("The mail server cannot be reached; the tick tries again: %s", away)
    finally:
        _close(connection)
    return sent


def claimed_one_by_one(organization_id: int, ids: Sequence[int]) -> Iterator[Notification]:
    """Claim batch after batch, and yield each while its lease is good."""
    left = sorted(ids)
    while left:
        batch = claim(organization_id, left)
        for notification in batch:
            if timezone.now() + LAST_MOMENT < notification.claimed_until:  # type: ignore[operator]
                yield notification
        left = [pk for pk in left if pk > batch[-1].pk] if batch else []


def claim(organization_id: int, ids: Sequence[int]) -> list[Notification]:
    """Take at most ``BATCH`` of these for the length of the lease; committed before anything is sent."""
    now = timezone.now()
    with organization_context(organization_id):
        free = deliverable(now).filter(pk__in=ids)
        free.filter(attempts__gte=MOST_ATTEMPTS).update(
            state=State.FAILED, claimed_until=None, reason=f"Not delivered in {MOST_ATTEMPTS} attempts."
        )
        batch = list(
            free.select_for_update(skip_locked=True, of=("self",))
            .select_related("organization", "person__membership__user", "membership__user")
            .order_by("pk")[:BATCH]
        )
        if batch:
            _lease(batch, now + LEASE)
    return batch


def _lease(batch: Sequence[Notification], until: datetime) -> None:
    for notification in batch:
        notification.state, notification.claimed_until = State.CLAIMED, until
    rows = Notification.objects.filter(pk__in=[notification.pk for notification in batch])
    rows.update(state=State.CLAIMED, claimed_until=until, attempts=F("attempts") + 1)
    wake_at(until)


def note(organization_id: int, notification: Notification, outcome: Outcome) -> None:
    """Write down the outcome, unless the claim has passed to somebody else meanwhile."""
    facts: dict[str, Any] = {"reason": outcome.reason[:300]}
    if outcome.state != State.CLAIMED:
        facts |= {"state": outcome.state, "claimed_until": None}
    if outcome.state == State.SENT:
        facts["sent_at"] = timezone.now()
    with organization_context(organization_id):
        Notification.objects.filter(
            pk=notification.pk, state=State.CLAIMED, claimed_until=notification.claimed_until
        ).update(**facts)


def send(notification: Notification, connection: Any) -> Outcome:
    """One message to the mail server. Raises MailServerAway when the server takes none at all."""
    address, reason = address_of(notification)
    if not address:
        return Outcome(State.SKIPPED, reason)
    try:
        mail = mail_for(notification, address)
    except ValueError as error:
        return Outcome(State.FAILED, str(error))
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        raise MailServerAway(str(error)) from error
    try:
        taken = connection.send_messages([mail])
    except (smtplib.SMTPException, OSError, ValueError) as error:
        _close(connection)
        return Outcome(State.FAILED if is_final(error) else State.CLAIMED, explain(error))
    return Outcome(State.SENT) if taken else Outcome(State.FAILED, "The mail server took nothing.")


def _close(connection: Any) -> None:
    with suppress(smtplib.SMTPException, OSError):
        connection.close()


def is_final(error: Exception) -> bool:
    """Whether the same message would be refused again: a 5xx answer about it, or an impossible address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, ValueError | smtplib.SMTPNotSupportedError)


def explain(error: Exception) -> str:
    """The mail server's own words, without the address."""
    answers = error.recipients.values() if isinstance(error, smtplib.SMTPRecipientsRefused) else ()
    for code, text in answers:
        return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    return str(error) or type(error).__name__


def address_of(notification: Notification) -> tuple[str, str]:
    """Where the mail goes, or an empty string and why it goes nowhere."""
    return mail_address(notification.recipient)
