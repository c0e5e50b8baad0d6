"""How far the worker is with a file. Lives in Redis: the work itself is one transaction, seen when it ends."""

import time
from dataclasses import dataclass

from django.core.cache import cache

from amdp.imports.importer import Progress
from amdp.imports.models import ImportRun

LIFETIME = 3600
STALLED_AFTER = 120


@dataclass(frozen=True)
class Standing:
    """``done`` of ``total`` rows are read; ``stalled`` when nobody has said anything for two minutes."""

    done: int
    total: int
    stalled: bool

    @property
    def step(self) -> str:
        if not self.done:
            return "Waiting to start"
        return "Reading rows" if self.done < self.total else "Comparing with the directory"


def teller(organization_id: int, run_id: int) -> Progress:
    """What the importer calls now and then."""

    def tell(done: int, total: int) -> None:
        cache.set(_key(organization_id, run_id), {"done": done, "at": time.time()}, LIFETIME)

    return tell


def forget(organization_id: int, run_id: int) -> None:
    cache.delete(_key(organization_id, run_id))


def standing(run: ImportRun) -> Standing:
    """Where a run that is being worked on stands."""
    told = cache.get(_key(run.organization_id, run.pk)) or {}
    started = run.worked_at.timestamp() if run.worked_at else 0.0
    silent = time.time() - max(told.get("at", 0.0), started)
    return Standing(min(told.get("done", 0), run.rows), run.rows, silent > STALLED_AFTER)


def _key(organization_id: int, run_id: int) -> str:
    return f"imports:{organization_id}:{run_id}"
