"""Selections in and out as files: score sheets of an offline day or on paper, who assesses whom, nominations.

Each kind is a module with a ``Kind``: what its columns are, which rows it hands out, and what a row does. A file
comes in as a whole or not at all, and its preview is the import itself, undone again: what is shown is what happens.
"""

from selection.bulk.assignments import Assignments
from selection.bulk.base import Kind
from selection.bulk.nominations import Nominations
from selection.bulk.papers import Papers
from selection.bulk.ratings import Ratings

KINDS: dict[str, type[Kind]] = {kind.key: kind for kind in (Ratings, Papers, Assignments, Nominations)}
