"""How long the demo keeps files: three years, so that its past is there to look at, and one selection on hold."""

from amdp.demo.clock import at, days_ago
from amdp.demo.directory import World
from selection.queries.retention import kept_files
from selection.services import place_hold, set_retention

MONTHS = 36
REASON = "Complaint about the release before the labour court; counsel asked to keep everything until it is settled."


def keep_for_three_years(world: World) -> None:
    """The owner has set the period; in the larger organization the oldest selection is on hold."""
    owner = world.cast["owner"]
    with at(days_ago(world.today, 60)):
        set_retention(MONTHS, by=owner)
        held = kept_files()[:1] if "legal" in world.cast else []
        for one in held:
            place_hold(one.cohort, reason=REASON, by=owner)
