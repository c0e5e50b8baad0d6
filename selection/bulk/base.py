"""What every kind of file shares."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet

from amdp.identity.models import Membership
from amdp.imports.problems import RowError
from cohorts.models import Cohort
from selection import access

Row = dict[str, str]
MOST_ROWS = 5000


@dataclass(frozen=True)
class BulkColumn:
    """A column of a file: its heading, what it holds, and whether no cell of it may be empty."""

    heading: str
    help: str
    required: bool = False
    # what a spreadsheet lets somebody choose from
    choices: tuple[str, ...] = ()


@dataclass
class Result:
    """What a file does: a sentence per thing that changes, and what is wrong with which row."""

    changes: list[str] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)


class Kind(ABC):
    """One kind of file of one cohort, for one member."""

    key: ClassVar[str]
    title: ClassVar[str]
    about: ClassVar[str]

    def __init__(self, cohort: Cohort, member: Membership) -> None:
        self.cohort, self.member = cohort, member
        self.result = Result()

    @staticmethod
    @abstractmethod
    def cohorts(member: Membership) -> QuerySet[Cohort]:
        """Those of which the member may have such a file."""

    @abstractmethod
    def columns(self) -> list[BulkColumn]:
        """In order; headings are what a file is read by."""

    @abstractmethod
    def rows(self) -> list[Row]:
        """What there is, or is to be filled in."""

    @abstractmethod
    def bring_in(self, rows: Sequence[tuple[int, Row]]) -> None:
        """Do what the rows say, each within ``self.row(…)``."""

    def may_bring_in(self) -> str:
        """Why the member cannot bring such a file in now; empty when they can."""
        return ""

    @contextmanager
    def row(self, number: int, column: str, value: str, remedy: str) -> Iterator[None]:
        """One row in a savepoint of its own: what refuses it is noted with the row, and the next one is read."""
        try:
            with transaction.atomic():
                yield
        except (ValidationError, PermissionDenied) as refused:
            said = " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
            self.wrong(number, column, value, said, remedy)

    def wrong(self, number: int, column: str, value: str, problem: str, remedy: str) -> None:
        self.result.errors.append(RowError(number, column, value[:120], problem, remedy))

    def complete(self, rows: Iterable[tuple[int, Row]]) -> list[tuple[int, Row]]:
        """The rows that hold what every row has to hold; the others are noted."""
        needed = [column.heading for column in self.columns() if column.required]
        found = []
        for number, row in rows:
            empty = [heading for heading in needed if not row.get(heading)]
            for heading in empty:
                self.wrong(
                    number, heading, "", "The cell is empty.", f"Fill in “{heading}”, or delete the row."
                )
            if not empty:
                found.append((number, row))
        return found


def run_by(member: Membership) -> QuerySet[Cohort]:
    """The selections this member runs."""
    found = access.visible_selections(member)
    return found.filter(pk__in=[cohort.pk for cohort in found if access.can_run_selection(member, cohort)])


def whole(value: str) -> int | None:
    """A whole number as people and spreadsheets write it; None for what is none."""
    text = value.removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def by_key(items: Iterable[Any], *keys: str) -> dict[str, Any]:
    """By each of these attributes, in small letters; a name that several have is left out."""
    found: dict[str, Any] = {}
    twice: set[str] = set()
    for item in items:
        for name in {str(getattr(item, key)).strip().lower() for key in keys} - {""}:
            if name in found and found[name] != item:
                twice.add(name)
            found[name] = item
    return {name: item for name, item in found.items() if name not in twice}
