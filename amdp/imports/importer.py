"""What every kind of file has in common: read, check each row, stage, compare, write."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, ClassVar

from amdp.imports import reading
from amdp.imports.cells import tidy
from amdp.imports.columns import Column, missing
from amdp.imports.problems import FileRefused, RowError, WrongCell
from amdp.imports.reading import Table
from amdp.imports.staging import Staging
from amdp.tenancy.models import Organization

Values = dict[str, Any]
Progress = Callable[[int, int], None]
# More than anybody reads; bounds the memory a wrong file can take.
MAX_ERRORS = 20_000
LISTED_ABSENT = 10_000


@dataclass
class Outcome:
    """What a file would do, or did."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    absent: int = 0
    absent_rows: list[tuple[str, ...]] = field(default_factory=list)
    added_grades: list[str] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        return bool(self.errors)


class Importer(ABC):
    """One kind of file. Subclasses say what its columns are and how a row becomes a staged row."""

    columns: ClassVar[tuple[Column, ...]]
    staging: ClassVar[Staging]
    # SQL of what names a row that the file does not mention; empty when a file may hold a part only.
    absent_columns: ClassVar[str] = ""
    thing: ClassVar[str]

    def __init__(self, organization: Organization, mapping: Mapping[str, str]) -> None:
        self.organization = organization
        self.mapping = {name: heading for name, heading in mapping.items() if heading}
        self.mapped = set(self.mapping)
        self.errors: list[RowError] = []
        self.added_grades: list[str] = []
        self.seen: dict[Any, int] = {}
        self.known_twice: set[Any] = set()

    # --- what a kind of file adds ------------------------------------------------------------------

    @abstractmethod
    def load(self) -> None:
        """Read what rows are checked against."""

    @abstractmethod
    def stage(self, row: int, values: Values) -> Sequence[Any]:
        """The staged row; ``self.wrong(…)`` for what is wrong across its cells."""

    @abstractmethod
    def key(self, values: Values) -> Any:
        """What may be in a file once only."""

    @abstractmethod
    def describe(self, values: Values) -> str:
        """The key in words, for the sentence about a second row with the same."""

    def cross_check(self) -> None:
        """What can be said only after the last row."""

    def differs(self) -> str:
        """Further SQL that makes a known row ``t`` with staged row ``s`` a changed one."""
        return ""

    @abstractmethod
    def write(self) -> None:
        """From the staged rows into the real tables."""

    # --- the same for all ---------------------------------------------------------------------------

    def run(self, file: IO[bytes], table: Table, *, dry_run: bool, progress: Progress | None = None) -> Outcome:
        """Check all rows, compare, and unless it is a dry run or something is wrong, write.

        The caller holds the transaction and the organization's import lock.
        """
        if lacking := missing(self.columns, self.mapping):
            raise FileRefused(_lacking(lacking, table))
        self.load()
        self.staging.create()
        for done in self.staging.fill(self._staged(file, table)):
            if progress:
                progress(done, table.rows)
        self.cross_check()
        outcome = Outcome(rows=table.rows, errors=sorted(self.errors, key=lambda error: error.row))
        if not self.errors:
            self._compare(outcome)
            if not dry_run and (outcome.new or outcome.changed):
                self.write()
        return outcome

    def wrong(self, row: int, column: str, value: str, problem: str, remedy: str) -> None:
        """Note one thing wrong; ``column`` is ours, shown as the file calls it."""
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(RowError(row, self.mapping.get(column, column), value, problem, remedy))

    def _compare(self, outcome: Outcome) -> None:
        outcome.new, outcome.changed = self.staging.counts(self.mapped, self.differs())
        outcome.unchanged = outcome.rows - outcome.new - outcome.changed
        outcome.added_grades = self.added_grades
        if self.absent_columns:
            outcome.absent, outcome.absent_rows = self.staging.absent(self.absent_columns, LISTED_ABSENT)

    def _staged(self, file: IO[bytes], table: Table) -> Iterator[Sequence[Any]]:
        width = len(table.header)
        places = [
            (column, table.header.index(self.mapping[column.name]) if column.name in self.mapping else None)
            for column in self.columns
        ]
        known: dict[str, dict[str, Any]] = {column.name: {} for column in self.columns}
        for row, cells in reading.read(file, table):
            if len(cells) != width and not self._fits(row, cells, width):
                continue
            values: Values = {}
            good = True
            for column, place in places:
                if place is None:
                    values[column.name] = column.blank
                    continue
                cell = cells[place]
                cleaned = known[column.name]
                if cell in cleaned:
                    values[column.name] = cleaned[cell]
                    continue
                try:
                    values[column.name] = value = _clean(column, cell)
                    if len(cleaned) < 10_000:
                        cleaned[cell] = value
                except WrongCell as wrong:
                    good = False
                    values[column.name] = column.blank
                    shown = "" if column.private else tidy(cell)[:200]
                    self.wrong(row, column.name, shown, wrong.problem, wrong.remedy)
            self._once(row, values)
            staged = self.stage(row, values)
            if good and not self.errors:
                yield staged

    def _fits(self, row: int, cells: list[str], width: int) -> bool:
        """Whether a row is as long as the heading, empty cells at its end left aside."""
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            return True
        self.wrong(
            row,
            "whole row",
            "",
            f"It has {len(cells)} cells where the heading has {width}.",
            "Put texts that hold the separator in quotation marks, and fill up missing cells with empty ones.",
        )
        return False

    def _once(self, row: int, values: Values) -> None:
        key = self.key(values)
        first = self.seen.setdefault(key, row)
        if first == row or not all(key if isinstance(key, tuple) else (key,)):
            return
        column, words = self.columns[0].name, self.describe(values)
        remedy = "Keep one of the rows, or correct its number."
        value = str(values[column])
        if key not in self.known_twice:
            self.known_twice.add(key)
            self.wrong(first, column, value, f"{words} is in row {row} too.", remedy)
        self.wrong(row, column, value, f"{words} is in row {first} already.", remedy)


def _clean(column: Column, cell: str) -> Any:
    text = tidy(cell)
    if text:
        return column.clean(text)
    if column.required:
        raise WrongCell("The cell is empty.", f"Fill in the {column.label.lower()}.")
    return column.blank


def _lacking(lacking: list[Column], table: Table) -> str:
    names = ", ".join(f"“{column.label.lower()}”" for column in lacking)
    has = ", ".join(table.header[:12])
    return f"No column of the file is the {names}. Its columns are: {has}. Is it the right file?"
