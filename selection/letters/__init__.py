"""Letters from texts with merge fields. Pure: texts and values in, letters out."""

from selection.letters.merge import FIELDS, Merged, Text, merged, unknown_in
from selection.letters.texts import USUAL

__all__ = ["FIELDS", "USUAL", "Merged", "Text", "merged", "unknown_in"]
