"""What the own line can be narrowed down to when a leader chooses whom to nominate."""

from dataclasses import dataclass

from django.db.models import QuerySet

from amdp.directory.models import Person


@dataclass(frozen=True)
class Choices:
    """The markets and business units that occur among some people, in order."""

    markets: list[str]
    business_units: list[str]


def choices_in(people: QuerySet[Person]) -> Choices:
    """The choices of the filters over these people. One query that groups them over the index of lines,
    so as many rows come back as there are pairs, however many people there are."""
    pairs = people.order_by().values_list("market", "business_unit").distinct()
    markets, units = {market for market, _ in pairs}, {unit for _, unit in pairs}
    return Choices(sorted(markets - {""}), sorted(units - {""}))
