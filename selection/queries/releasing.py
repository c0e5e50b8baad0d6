"""What stands between a slate and its release, and when that is."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from amdp.web.time import clock, day, moment, place_of
from selection.days import zone_of
from selection.models import Slate
from selection.queries.letters import incomplete
from selection.queries.signing import why_unsigned
from selection.queries.slate import decisions_on, unready_to_release


def unready(slate: Slate) -> list[str]:
    """Sentences for everything that has to be mended before the outcomes can be released: decisions, HR's
    signature, letters."""
    return [
        *unready_to_release(slate, decisions_on(slate)),
        *why_unsigned(slate),
        *incomplete(slate),
    ]


@dataclass(frozen=True)
class SetTime:
    """The moment of a release: where the selection's days are counted, and for who looks."""

    at: datetime
    zone: str

    @property
    def there(self) -> str:
        local = self.at.astimezone(ZoneInfo(self.zone))
        return f"{day(local.date())}, {clock(local.time())} in {place_of(self.zone)}"

    @property
    def here(self) -> str:
        """The same for the viewer; empty where it reads the same."""
        local = self.at.astimezone(ZoneInfo(self.zone))
        own = moment(self.at)
        return "" if own == f"{day(local.date())}, {clock(local.time())}" else own


def set_time_of(slate: Slate) -> SetTime | None:
    """When the slate is going to be released by itself."""
    return SetTime(slate.release_at, zone_of(slate.cohort)) if slate.release_at else None
