"""Reading a selection. What other apps and the settings name is found here."""

from selection.queries.cautions import cautions_for_move
from selection.queries.lines import events_for, tasks_for, waiting_for
from selection.queries.preconditions import unmet_for_move
from selection.queries.sections import cohort_sections

__all__ = ["cautions_for_move", "cohort_sections", "events_for", "tasks_for", "unmet_for_move", "waiting_for"]
