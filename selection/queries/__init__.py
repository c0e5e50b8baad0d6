"""Reading a selection. What other apps and the settings name is found here."""

from selection.queries.preconditions import unmet_for_move

__all__ = ["unmet_for_move"]
