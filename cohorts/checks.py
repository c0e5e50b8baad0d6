"""A wrong name in a setting is found at start, not when somebody opens a cohort."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.utils.module_loading import import_string

NAMED = ("COHORT_PRECONDITIONS", "COHORT_SECTIONS", "COHORT_OPEN_WORK")


@register
def names_resolve(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Every function named in the settings that compose a cohort's page exists."""
    return [
        Error(f"{setting} names {name!r}, which cannot be imported.", id="cohorts.E001")
        for setting in NAMED
        for name in getattr(settings, setting)
        if not _importable(name)
    ]


def _importable(name: str) -> bool:
    try:
        return callable(import_string(name))
    except ImportError:
        return False
