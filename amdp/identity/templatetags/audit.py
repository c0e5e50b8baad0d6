"""Audit entries in words."""

from dataclasses import dataclass
from typing import Any

from django import template

from amdp.audit.models import AuditEntry
from amdp.identity.models import Role

register = template.Library()


@dataclass(frozen=True)
class FactLine:
    """One fact of an entry, before and after."""

    name: str
    before: str
    after: str


@register.filter
def verb_words(entry: AuditEntry) -> str:
    """``api_token.revoked`` → ``API token revoked``."""
    words_of = entry.verb.replace(".", " ").replace("_", " ").capitalize()
    return words_of.replace("Api ", "API ", 1)


@register.filter
def role_label(value: str) -> str:
    """``ld_admin`` → ``L&D admin``."""
    return dict(Role.choices).get(value, value)


@register.filter
def fact_lines(entry: AuditEntry) -> list[FactLine]:
    """What changed, name by name."""
    names = [*entry.after, *(name for name in entry.before if name not in entry.after)]
    return [
        FactLine(
            name.replace("_", " ").capitalize(),
            words(entry.before.get(name)),
            words(entry.after.get(name, "–")),
        )
        for name in names
    ]


def words(value: Any) -> str:
    """A stored value as a person reads it."""
    if value is None or value == []:
        return "" if value is None else "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(role_label(str(one)) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')}: {words(one)}" for name, one in value.items())
    return role_label(str(value))
