"""Functions that settings name, because apps above have them."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.module_loading import import_string


def unknown_functions(*names_of_settings: str) -> Iterator[str]:
    """A sentence for each function these settings name that cannot be imported: for system checks."""
    for setting in names_of_settings:
        for name in getattr(settings, setting):
            if not _importable(name):
                yield f"{setting} names {name!r}, which cannot be imported."


def _importable(name: str) -> bool:
    try:
        return callable(import_string(name))
    except ImportError:
        return False
