"""Private notes at rest: the key is in the environment of the web processes, never in the database.

Each author has a key of their own, derived from the first of ``settings.PRIVATE_NOTES_KEYS``; older ones
still open what they closed. A row copied to another author or organization stays shut.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from amdp.identity.models import Membership

LOST = "This note cannot be opened: the key it was closed with is not here any more."


def close_note(text: str, author: Membership) -> str:
    """The text as it may be stored."""
    return _lock_of(author).encrypt(text.encode()).decode()


def open_note(ciphertext: str, author: Membership) -> str:
    """The text again, for its author; a sentence instead when the key is gone."""
    try:
        return _lock_of(author).decrypt(ciphertext.encode()).decode()
    except InvalidToken:
        return LOST


def _lock_of(author: Membership) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key, author)) for key in settings.PRIVATE_NOTES_KEYS])


def _derived(key: str, author: Membership) -> bytes:
    about = f"private note/{author.organization_id}/{author.pk}".encode()
    return base64.urlsafe_b64encode(
        HKDF(algorithm=SHA256(), length=32, salt=None, info=about).derive(key.encode())
    )
