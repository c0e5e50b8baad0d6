"""Which column of a file holds what: guessed from its heading, remembered from the last file."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amdp.imports.cells import Clean


@dataclass(frozen=True)
class Column:
    """One thing a kind of file may say about each row.

    ``required``: the file must have it and no cell may be empty. ``blank`` is what an empty cell means;
    ``private`` values are shown nowhere.
    """

    name: str
    label: str
    clean: Clean
    help: str = ""
    synonyms: tuple[str, ...] = ()
    required: bool = False
    blank: Any = ""
    private: bool = False


def guess(
    columns: Iterable[Column], header: Sequence[str], remembered: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Column name → heading. What was chosen last time wins where the file still has that heading."""
    by_word = {_word(name): name for name in header}
    found: dict[str, str] = {}
    for column in columns:
        last = (remembered or {}).get(column.name)
        if last in header:
            found[column.name] = str(last)
            continue
        if remembered and last == "":
            continue
        words = [_word(word) for word in (column.name, column.label, *column.synonyms)]
        match = next((by_word[word] for word in words if word in by_word), None)
        if match is not None and match not in found.values():
            found[column.name] = match
    return found


def missing(columns: Iterable[Column], mapping: Mapping[str, str]) -> list[Column]:
    """Required columns that no column of the file is chosen for."""
    return [column for column in columns if column.required and not mapping.get(column.name)]


def _word(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name.lower())
