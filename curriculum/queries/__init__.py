"""How journeys are read."""

from curriculum.queries.progress import open_work, progress_of

__all__ = ["open_work", "progress_of"]
