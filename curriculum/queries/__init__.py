"""How journeys are read."""

from curriculum.queries.progress import progress_of, unmet_for_move

__all__ = ["progress_of", "unmet_for_move"]
