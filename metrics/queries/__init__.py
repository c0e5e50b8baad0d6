"""Reading outcomes: facts about people as of a day, and what was released of them."""

from metrics.queries.placements import PlacementFacts, placement_facts
from metrics.queries.released import Results, results
from metrics.queries.spells import spells

__all__ = ["PlacementFacts", "Results", "placement_facts", "results", "spells"]
