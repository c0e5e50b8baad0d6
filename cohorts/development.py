"""What programs offer for a competency: apps above say so through a setting (docs/adr/0006)."""

from django.conf import settings
from django.utils.module_loading import import_string


def offers_of(program_id: int) -> dict[int, list[str]]:
    """By id of a competency the titles of what a program offers to who wants to build it."""
    found: dict[int, list[str]] = {}
    for name in settings.DEVELOPMENT_OFFERS:
        for competency, titles in import_string(name)(program_id).items():
            found.setdefault(competency, []).extend(titles)
    return found
