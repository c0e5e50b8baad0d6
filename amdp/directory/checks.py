"""A wrong name in ``DIRECTORY_READERS`` or ``DIRECTORY_CHANGED`` is found at start, not when it is called."""

from typing import Any

from django.core.checks import Error, register

from amdp.web.names import unknown_functions


@register
def readers_resolve(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Every function that says whose entries a member reads, or hears of changes, exists."""
    return [
        Error(sentence, id="directory.E001")
        for sentence in unknown_functions("DIRECTORY_READERS", "DIRECTORY_CHANGED")
    ]
