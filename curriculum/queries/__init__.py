"""How journeys are read."""

from curriculum.queries.offers import offers
from curriculum.queries.progress import open_work, progress_of

__all__ = ["offers", "open_work", "progress_of"]
