"""A wrong name in ``DIRECTORY_READERS`` is found at start, not when somebody looks for people."""

from typing import Any

from django.core.checks import Error, register

from amdp.web.names import unknown_functions


@register
def readers_resolve(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Every function that says whose entries a member reads exists."""
    return [Error(sentence, id="directory.E001") for sentence in unknown_functions("DIRECTORY_READERS")]
