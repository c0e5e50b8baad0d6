"""Adverse impact in the demo: stages of past selections frozen on their days, and what legal made of them."""

import datetime as dt

from amdp.demo.clock import at
from amdp.demo.directory import World
from cohorts.models import Cohort
from metrics.models import ImpactSnapshot
from metrics.services import freeze_stages, open_look, review_impact

State = Cohort.State
CONCERN = {
    "conclusion": "concern",
    "explanation": "Two regions with few women on the way to this level gave most of the seats. Scores do not differ.",
    "measures": "L&D asks the regional directors of both for nominations first next time; looked at again by the next release.",
}


def freeze_past(cohort: Cohort) -> None:
    """Every stage of a selection of past years, each on the day on which it closed."""
    noon = dt.time(12)
    closed = dt.datetime.combine(cohort.nominations_close_on, noon, dt.UTC)
    released = cohort.released_at or closed
    for state, moment in (
        (State.NOMINATING, closed),
        (State.ASSESSING, released - dt.timedelta(days=4)),
        (State.SELECTING, released),
    ):
        with at(moment):
            freeze_stages(cohort, state, None)


def review(world: World, cohort: Cohort, *, leave: str = "", concern: str = "") -> None:
    """Legal looks at each frozen stage two days later and says what it means, but for one level left for today."""
    reviewer = world.cast.get("legal")
    if reviewer is None:
        return
    for frozen in ImpactSnapshot.objects.filter(cohort=cohort).exclude(level=leave):
        with at(frozen.frozen_at + dt.timedelta(days=2)):
            open_look(cohort, purpose=f"Review of {frozen.title.lower()} for {cohort}", by=reviewer)
            said = CONCERN if frozen.level == concern else {"conclusion": "no_concern"}
            review_impact(frozen, by=reviewer, **said)
