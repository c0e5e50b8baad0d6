"""Reading a selection. What other apps and the settings name is found here."""

from selection.queries.cautions import cautions_for_move
from selection.queries.preconditions import unmet_for_move
from selection.queries.sections import cohort_sections, program_sections

__all__ = ["cautions_for_move", "cohort_sections", "program_sections", "unmet_for_move"]
