"""Where graduates went: signed placements and the step in complexity."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Avg, Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest, TruncDate

from cohorts.models import Placement, PlacementAccount
from cohorts.queries import ComplexityStep
from metrics.suppression import Hidden, suppress_mean

SHOWN = 50


@dataclass(frozen=True)
class PlacementRow:
    """One signed placement with its step."""

    placement: Placement
    step: ComplexityStep


@dataclass(frozen=True)
class PlacementFacts:
    """Signed placements a member may see, newest first, and their mean complexity before and after."""

    count: int
    rows: Sequence[PlacementRow]
    compared: int
    before: float | Hidden | None
    after: float | Hidden | None

    @property
    def sentence(self) -> str:
        """``Average complexity 4.2 → 7.6 over 8 placements``; hidden while there are too few."""
        if isinstance(self.before, float) and isinstance(self.after, float):
            return f"Average complexity {self.before:.1f} → {self.after:.1f} (n {self.compared})"
        if self.compared:
            return "Average complexity hidden: fewer than 5 placements"
        return "No placement with a known complexity before and after"


def signed_by(placements: QuerySet[Placement], day: date, zone: ZoneInfo) -> QuerySet[Placement]:
    """Those of them that both had signed by a day, which the organization's own clock begins and ends."""
    last = TruncDate(Greatest("leader_signed_at", "hr_signed_at"), tzinfo=zone)
    return placements.alias(signed_on=last).filter(signed_on__lte=day)


def placement_facts(placements: QuerySet[Placement]) -> PlacementFacts:
    """Facts about these placements as far as both have signed. One query."""
    named = PlacementAccount.objects.order_by().filter(placement=OuterRef("pk")).values("placement")
    signed = (
        placements.filter(state=Placement.State.SIGNED)
        .annotate(
            after=Subquery(named.annotate(mean=Avg("complexity")).values("mean")),
            named=Coalesce(Subquery(named.annotate(count=Count("pk")).values("count")), 0),
        )
        .order_by("-effective_on", "-id")
    )
    rows = [PlacementRow(placement, _step(placement)) for placement in signed]
    steps = [
        (float(row.step.before), float(row.step.after))
        for row in rows
        if row.step.before is not None and row.step.after is not None
    ]
    n = len(steps)
    before = suppress_mean(sum(step[0] for step in steps) / n, n) if n else None
    after = suppress_mean(sum(step[1] for step in steps) / n, n) if n else None
    return PlacementFacts(len(rows), rows[:SHOWN], n, before, after)


def _step(placement: Placement) -> ComplexityStep:
    found = vars(placement)
    return ComplexityStep(
        placement.complexity_before, found["after"], placement.accounts_before, found["named"]
    )
