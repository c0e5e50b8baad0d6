"""What each participant still has to do before graduating. Apps above say it through a setting (ADR 0006)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from amdp.identity.models import Membership
from cohorts.models import Cohort

SHOWN = 3


@dataclass(frozen=True)
class OpenWork:
    """Required work of one participant that is not done: how much, what by title, where to look."""

    count: int
    titles: tuple[str, ...]
    url: str = ""

    @property
    def words(self) -> str:
        """``3 required activities open: “Profile”, “Case study” and 1 more``."""
        noun = "activity" if self.count == 1 else "activities"
        named = [f"“{title}”" for title in self.titles[:SHOWN]]
        more = self.count - len(named)
        last = f"{more} more" if more else named.pop()
        listed = f"{', '.join(named)} and {last}" if named else last
        return f"{self.count} required {noun} open: {listed}"


Asks = Callable[[Cohort, Membership], dict[int, OpenWork]]


def open_work(cohort: Cohort, member: Membership) -> dict[int, OpenWork]:
    """What is open for active participants, by participant; who is missing has done everything.

    Each function of the setting answers for the whole cohort in one query.
    """
    found: dict[int, OpenWork] = {}
    for name in settings.COHORT_OPEN_WORK:
        asks: Asks = import_string(name)
        for participant, work in asks(cohort, member).items():
            before = found.get(participant, OpenWork(0, ()))
            found[participant] = OpenWork(
                before.count + work.count, (*before.titles, *work.titles), before.url or work.url
            )
    return found
