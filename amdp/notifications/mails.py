"""How a notification looks as a mail."""

from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from amdp.notifications.models import Notification
from amdp.web.colour import DEFAULT, is_colour, light_palette, rgb


def mail_for(notification: Notification, address: str) -> EmailMultiAlternatives:
    """The mail to this address: text with an HTML twin, in the organization's name and colour, and the
    calendar file where there is one."""
    context = context_of(notification)
    mail = EmailMultiAlternatives(
        subject=notification.subject,
        body=render_to_string("email/message.txt", context),
        from_email=sender(notification.organization.name),
        to=[address],
        headers=headers(notification),
    )
    mail.attach_alternative(render_to_string("email/message.html", context), "text/html")
    if notification.calendar:
        mail.attach("invitation.ics", notification.calendar, "text/calendar; charset=utf-8; method=PUBLISH")
    return mail


def context_of(notification: Notification) -> dict[str, object]:
    """What both templates show."""
    organization = notification.organization
    accent = organization.accent if is_colour(organization.accent) else DEFAULT
    return {
        "notification": notification,
        "organization": organization,
        "palette": light_palette(rgb(accent)),
        "link": f"{settings.SITE_URL}{notification.path}" if notification.path else "",
        "home": f"{settings.SITE_URL}/o/{organization.slug}/",
    }


def sender(organization: str) -> str:
    """“Acme via AMDP”, from the product's own address, which the mail server may use."""
    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((f"{' '.join(organization.split())} via AMDP", address))


def headers(notification: Notification) -> dict[str, str]:
    """The same Message-ID however often it is tried, so that mail programs show it once."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    found = {
        "Message-ID": f"<notification.{notification.organization_id}.{notification.pk}@{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    return found | ({"Importance": "high"} if notification.urgent else {})
