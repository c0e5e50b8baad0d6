"""A wrong name in a setting is found at start, not when somebody opens a cohort."""

from typing import Any

from django.core.checks import Error, register

from amdp.web.names import unknown_functions

NAMED = (
    "COHORT_PRECONDITIONS",
    "COHORT_CAUTIONS",
    "COHORT_SECTIONS",
    "COHORT_OPEN_WORK",
    "COHORT_MOVED",
    "DEVELOPMENT_OFFERS",
)


@register
def names_resolve(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Every function named in the settings that compose a cohort's page exists."""
    return [Error(sentence, id="cohorts.E001") for sentence in unknown_functions(*NAMED)]
