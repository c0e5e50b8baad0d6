"""How far a worker is with a run. Lives in Redis: a page may look every two seconds."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache

from selection.models import AssessmentRun

LIFETIME = 3600
EVERY = 0.5
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Progress:
    """What the worker is at; a step that cannot be counted has ``total`` 0."""

    step: str
    done: int
    total: int


def progress_of(run: AssessmentRun) -> Progress:
    """Where a run stands."""
    told = cache.get(_key(run.organization_id, run.pk))
    return Progress(*told) if told else Progress("Waiting to start", 0, 0)


def teller(organization_id: int, run_id: int) -> Tell:
    """What the worker calls now and then; more often than twice a second is not written."""
    last = 0.0

    def tell(step: str, done: int, total: int) -> None:
        nonlocal last
        if not done or time.monotonic() - last > EVERY:
            cache.set(_key(organization_id, run_id), (step, done, total), LIFETIME)
            last = time.monotonic()

    return tell


def forget(organization_id: int, run_id: int) -> None:
    """The run is over."""
    cache.delete(_key(organization_id, run_id))


def _key(organization_id: int, run_id: int) -> str:
    return f"selection:run:{organization_id}:{run_id}"
