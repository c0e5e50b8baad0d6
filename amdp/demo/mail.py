"""Mail of the demo is kept in a folder and shown on a page; with ``EMAIL_URL`` set it leaves as well."""

import datetime as dt
import email
import email.policy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage as StoredMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

NAME = re.compile(r"^\d{20}-[0-9a-f]{8}$")


class EmailBackend(BaseEmailBackend):
    """Keeps every message as a file, then hands it to the mail server if there is one."""

    def __init__(self, fail_silently: bool = False, **options: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        onward = getattr(settings, "DEMO_MAIL_ONWARD", "")
        self.onward = get_connection(onward, fail_silently=fail_silently, **options) if onward else None

    def open(self) -> bool | None:
        return self.onward.open() if self.onward else None

    def close(self) -> None:
        if self.onward:
            self.onward.close()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            keep(message)
        return int(self.onward.send_messages(email_messages)) if self.onward else len(email_messages)


def folder() -> Path:
    """Where the messages are kept."""
    return Path(settings.DATA_DIR) / "mail"


def keep(message: EmailMessage) -> None:
    """Write one message; the name sorts by time."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{dt.datetime.now(dt.UTC):%Y%m%d%H%M%S%f}-{uuid4().hex[:8]}"
    half = folder() / f".{name}"
    half.write_bytes(message.message().as_bytes())
    half.rename(folder() / f"{name}.eml")


@dataclass(frozen=True)
class SentMail:
    """One kept message."""

    name: str
    message: StoredMessage

    @property
    def at(self) -> dt.datetime:
        return dt.datetime.strptime(self.name[:20], "%Y%m%d%H%M%S%f").replace(tzinfo=dt.UTC)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def to(self) -> str:
        return str(self.message["To"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


def read(name: str) -> SentMail | None:
    """A kept message by its name."""
    path = folder() / f"{name}.eml"
    if not NAME.match(name) or not path.exists():
        return None
    return SentMail(name, email.message_from_bytes(path.read_bytes(), policy=email.policy.default))


def newest(*, to: str = "", most: int = 100) -> list[SentMail]:
    """The last messages, newest first; with ``to`` those whose addressee holds the text."""
    found: list[SentMail] = []
    for mail in _newest_first():
        if to.lower() in mail.to.lower():
            found.append(mail)
        if len(found) == most:
            break
    return found


def _newest_first() -> Iterator[SentMail]:
    for path in sorted(folder().glob("*.eml"), reverse=True):
        mail = read(path.stem)
        if mail is not None:
            yield mail
