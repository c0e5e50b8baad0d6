"""``check --deploy`` fails where the demo is switched on."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

WHY = "The demo lets everybody sign in as anybody and read every mail."
HINT = "Set AMDP_MODE=production. Then neither the app nor its addresses exist."


@register(Tags.security, deploy=True)
def check_demo_is_off(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """This app is not even installed in production, so that it runs at all is the fault."""
    found: list[CheckMessage] = [Error(f"amdp.demo is installed. {WHY}", hint=HINT, id="demo.E001")]
    if settings.DEMO:
        found.append(Error(f"The product runs in demo mode. {WHY}", hint=HINT, id="demo.E002"))
    if settings.EMAIL_BACKEND.startswith("amdp.demo."):
        found.append(Error("Mail is kept for everybody to read.", hint=HINT, id="demo.E003"))
    return found
