"""Telling the apps above what becomes of a slate; they are named in ``settings.SLATE_MOVED``."""

from django.conf import settings
from django.utils.module_loading import import_string

from selection.models import Slate


def tell_above(slate: Slate, event: str) -> None:
    """Call each function of ``SLATE_MOVED`` with the slate and what happened, inside this transaction:
    ``released``, ``answered`` after each offer that was answered or lapsed, and ``settled`` once nobody is
    waited for any more."""
    for name in settings.SLATE_MOVED:
        import_string(name)(slate, event)
