"""Login mails: one source text, two twins.

A template is plain text. A paragraph of two lines whose second is an address, such as ::

    Set a new password:
    https://…

is a button in the HTML twin; every other paragraph stays one.
"""

from dataclasses import asdict, dataclass
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, Engine
from django.template.loader import render_to_string

from amdp.tenancy.models import Organization
from amdp.web.colour import DEFAULT, light_palette, rgb

HEADERS = {"Auto-Submitted": "auto-generated"}


@dataclass(frozen=True)
class Mail:
    """A mail ready to send."""

    to: str
    subject: str
    text: str
    html: str
    sender: str

    def as_message(self) -> EmailMultiAlternatives:
        """The mail with its HTML twin."""
        message = EmailMultiAlternatives(self.subject, self.text, self.sender, [self.to], headers=HEADERS)
        message.attach_alternative(self.html, "text/html")
        return message

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Paragraph:
    """Some lines, or a button when ``url`` is set."""

    lines: list[str]
    url: str = ""


def compose(template: str, to: str, context: dict[str, Any]) -> Mail:
    """Fill ``<template>_subject.txt`` and ``<template>_message.txt``; ``organization`` gives name and colour."""
    organization: Organization | None = context.get("organization")
    subject = " ".join(_plain(f"{template}_subject.txt", context).split())
    text = _plain(f"{template}_message.txt", context).strip() + "\n"
    look = {
        "subject": subject,
        "paragraphs": paragraphs_of(text),
        "brand": organization.name if organization else "AMDP",
        "accent": light_palette(rgb(organization.accent if organization else DEFAULT)).accent,
    }
    html = render_to_string("identity/email/twin.html", look)
    return Mail(to=to, subject=subject, text=text, html=html, sender=sender_for(organization))


def paragraphs_of(text: str) -> list[Paragraph]:
    """The paragraphs of a text, with the buttons found."""
    found = []
    for block in text.strip().split("\n\n"):
        lines = [line.strip() for line in block.strip().splitlines() if line.strip()]
        if len(lines) == 2 and lines[1].startswith(("http://", "https://")):
            found.append(Paragraph([lines[0].rstrip(":")], url=lines[1]))
        elif lines:
            found.append(Paragraph(lines))
    return found


def sender_for(organization: Organization | None) -> str:
    """The site's own address, in the organization's name."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((f"{organization.name} via {name or 'AMDP'}" if organization else name, address))


def site_url(path: str) -> str:
    """The absolute address of a path; never taken from the request, whose Host header anyone may forge."""
    return f"{settings.SITE_URL}{path}"


def _plain(template: str, context: dict[str, Any]) -> str:
    return Engine.get_default().get_template(template).render(Context(context, autoescape=False))
