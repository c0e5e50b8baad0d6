"""A wrong name in ``DIRECTORY_READERS`` is found at start, not when somebody looks for people."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.utils.module_loading import import_string


@register
def readers_resolve(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Every function that says whose entries a member reads exists."""
    return [
        Error(f"DIRECTORY_READERS names {name!r}, which cannot be imported.", id="directory.E001")
        for name in settings.DIRECTORY_READERS
        if not _importable(name)
    ]


def _importable(name: str) -> bool:
    try:
        return callable(import_string(name))
    except ImportError:
        return False
