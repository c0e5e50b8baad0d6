"""Logs without secrets: some addresses let whoever reads them in."""

import logging
import re

SECRET_PART = re.compile(
    r"(/invitations/[^/\s]+/|/accounts/password/reset/key/|/accounts/confirm-email/)[^/\s?\"]+"
)


def without_secrets(text: str) -> str:
    """``/invitations/acme/…/`` in place of the token."""
    return SECRET_PART.sub(r"\1…", text)


class WithoutSecrets(logging.Filter):
    """For handlers: Django names the address of whatever it refuses or breaks on."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_secrets(record.getMessage()), None
        return True
