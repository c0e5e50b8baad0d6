"""How far a worker is with a run. Lives in Redis: a page may look every two seconds."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Model

LIFETIME = 3600
EVERY = 0.5
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Progress:
    """What the worker is at; a step that cannot be counted has ``total`` 0."""

    step: str
    done: int
    total: int


def progress_of(run: Any) -> Progress:
    """Where a run stands."""
    told = cache.get(_key(type(run), run.organization_id, run.pk))
    return Progress(*told) if told else Progress("Waiting to start", 0, 0)


def teller(kind: type[Model], organization_id: int, run_id: int) -> Tell:
    """What the worker calls now and then; more often than twice a second is not written."""
    last = 0.0

    def tell(step: str, done: int, total: int) -> None:
        nonlocal last
        if not done or time.monotonic() - last > EVERY:
            cache.set(_key(kind, organization_id, run_id), (step, done, total), LIFETIME)
            last = time.monotonic()

    return tell


def forget(kind: type[Model], organization_id: int, run_id: int) -> None:
    """The run is over."""
    cache.delete(_key(kind, organization_id, run_id))


def _key(kind: type[Model], organization_id: int, run_id: int) -> str:
    return f"progress:{kind._meta.label_lower}:{organization_id}:{run_id}"
