import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from amdp.identity import mails, tasks

WRONG_CODE = "This code does not fit. Type the newest one; after 30 seconds the app shows another."


class AccountAdapter(DefaultAccountAdapter):
    """How logins behave: nobody signs up alone, invitations do; mails carry the site's own address."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "E-mail and password do not belong together. Check both, or choose a new password.",
        "too_many_login_attempts": "Too many attempts. Wait five minutes, then try again or choose a new password.",
        "incorrect_password": "That is not your password.",
        "enter_current_password": "That is not your present password.",
        "incorrect_code": WRONG_CODE,
        "duplicate_email": "This address is yours already.",
        "email_taken": "This address belongs to another login.",
        "rate_limited": "Too many attempts. Wait a few minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return str(settings.LOGIN_REDIRECT_URL)

    def get_user_display(self, user: Any) -> str:
        return str(user)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """HTML and text, by the worker, once the request is committed."""
        facts = {**context, "email": email, "site": mails.site_url("/")}
        tasks.send_after_commit(mails.compose(template_prefix, email, facts))

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return mails.site_url(path.replace("UID-KEY", key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return mails.site_url(reverse("account_confirm_email", args=[emailconfirmation.key]))


class MFAAdapter(DefaultMFAAdapter):
    """Authenticator secrets and recovery codes are encrypted at rest, with keys made from ``SECRET_KEY``."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "unverified_email": "Confirm your e-mail address first; then set up two-factor authentication.",
    }

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"amdp.mfa:" + str(secret).encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
