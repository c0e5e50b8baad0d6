"""The login's own forms in our manner: labels instead of placeholders, errors that are our sentences.

Named in ``settings.ACCOUNT_FORMS`` and ``settings.MFA_FORMS``.
"""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as second_factor
from allauth.mfa.totp import forms as totp
from django.core.validators import EmailValidator
from django.forms import EmailField

from amdp.web.forms import FormBase

LABELS = {
    "login": "E-mail",
    "email": "E-mail",
    "remember": "Keep me signed in on this computer",
    "oldpassword": "Present password",
    "password1": "New password",
    "password2": "New password once more",
    "code": "Code",
}


class LoginFormBase(FormBase):
    """Mixed into the forms of allauth."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field, EmailField):
                field.validators = [EmailValidator("Write the whole address, such as name@company.com.")]


class LoginForm(LoginFormBase, account.LoginForm):
    pass


class AddEmailForm(LoginFormBase, account.AddEmailForm):
    pass


class ChangePasswordForm(LoginFormBase, account.ChangePasswordForm):
    pass


class SetPasswordForm(LoginFormBase, account.SetPasswordForm):
    pass


class ResetPasswordForm(LoginFormBase, account.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(LoginFormBase, account.ResetPasswordKeyForm):
    pass


class PasswordAgainForm(LoginFormBase, account.ReauthenticateForm):
    pass


class AuthenticateForm(LoginFormBase, second_factor.AuthenticateForm):
    pass


class CodeAgainForm(LoginFormBase, second_factor.ReauthenticateForm):
    pass


class ActivateTOTPForm(LoginFormBase, totp.ActivateTOTPForm):
    pass
