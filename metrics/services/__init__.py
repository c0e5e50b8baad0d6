"""What can happen to numbers: released, exported; adverse impact frozen, looked at and reviewed."""

from metrics.services.figures import record_export, refresh, release_figures, release_stages
from metrics.services.impact import (
    NOT_A_REVIEWER,
    freeze_slate,
    freeze_stages,
    note_look,
    open_look,
    review_impact,
    slate_moved,
)

__all__ = [
    "NOT_A_REVIEWER",
    "freeze_slate",
    "freeze_stages",
    "note_look",
    "open_look",
    "record_export",
    "refresh",
    "release_figures",
    "release_stages",
    "review_impact",
    "slate_moved",
]
