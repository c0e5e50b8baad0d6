"""What can be wrong with a file, said so that the person who made it can mend it."""

from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError


@dataclass(frozen=True)
class RowError:
    """One thing wrong in one row. ``row`` counts as a spreadsheet does: the heading is row 1."""

    row: int
    column: str
    value: str
    problem: str
    remedy: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class WrongCell(Exception):  # noqa: N818
    """Raised by the functions in ``cells`` for a value that cannot be taken."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


class FileRefused(ValidationError):  # noqa: N818
    """The file as a whole cannot be read: not a table, too large, a column missing."""
