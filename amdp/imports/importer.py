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
TELL_EVERY = 2_000
REMEMBERED = 10_000


@dataclass
class Outcome:
    """What a file would do, or did."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    absent: int = 0
    absent_rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
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
        self.notes: list[str] = []
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

    def cross_check(self) -> None:  # noqa: B027 - nothing to say is the usual case
        """What can be said only after the last row."""

    def settle(self) -> None:  # noqa: B027 - nothing to settle is the usual case
        """When nothing is wrong and all rows are staged: what has to be said or put together."""

    def differs(self) -> str:
        """Further SQL that makes a known row ``t`` with staged row ``s`` a changed one."""
        return ""

    @abstractmethod
    def write(self) -> None:
        """From the staged rows into the real tables."""

    # --- the same for all ---------------------------------------------------------------------------

    def run(
        self, file: IO[bytes], table: Table, *, dry_run: bool, progress: Progress | None = None
    ) -> Outcome:
        """Check all rows, compare, and unless it is a dry run or something is wrong, write.

        The caller holds the transaction and the organization's import lock.
        """
        if lacking := missing(self.columns, self.mapping):
            raise FileRefused(_lacking(lacking, table))
        self.load()
        self.staging.create()
        self.staging.fill(self._staged(file, table, progress or _silent))
        self.cross_check()
        outcome = Outcome(rows=table.rows, errors=sorted(self.errors, key=lambda error: error.row))
        if not self.errors:
            self.settle()
            self._compare(outcome)
            if not dry_run and (outcome.new or outcome.changed):
                self.write()
        return outcome

    def wrong(self, row: int, column: str, value: str, problem: str, remedy: str) -> None:
        """Note one thing wrong; ``column`` is ours, shown as the file calls it."""
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(RowError(row, self.mapping.get(column, column), value, problem, remedy))

    def _compare(self, outcome: Outcome) -> None:
        staged, outcome.new, outcome.changed = self.staging.counts(self.mapped, self.differs())
        outcome.unchanged = staged - outcome.new - outcome.changed
        outcome.notes = self.notes
        if self.absent_columns:
            outcome.absent, outcome.absent_rows = self.staging.absent(self.absent_columns, LISTED_ABSENT)

    def _staged(self, file: IO[bytes], table: Table, progress: Progress) -> Iterator[Sequence[Any]]:
        """Rows that are right. After the first error rows are only checked: nothing will be written."""
        width = len(table.header)
        readers = [
            _Reader(column, table.header.index(self.mapping[column.name]))
            for column in self.columns
            if column.name in self.mapping
        ]
        blank = {column.name: column.blank for column in self.columns}
        for count, (row, cells) in enumerate(reading.read(file, table), 1):
            if len(cells) == width or self._fits(row, cells, width):
                values = self._values(row, cells, readers, blank)
                self.once(row, values)
                staged = self.stage(row, values)
                if not self.errors:
                    yield staged
            if count % TELL_EVERY == 0:
                progress(count, table.rows)
        progress(table.rows, table.rows)

    def _values(self, row: int, cells: list[str], readers: "list[_Reader]", blank: Values) -> Values:
        values = dict(blank)
        for reader in readers:
            try:
                values[reader.name] = reader.value(cells[reader.place])
            except WrongCell as wrong:
                shown = "" if reader.column.private else tidy(cells[reader.place])[:200]
                self.wrong(row, reader.name, shown, wrong.problem, wrong.remedy)
        return values

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

    def once(self, row: int, values: Values) -> None:
        """Note a row whose key an earlier row has."""
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


class _Reader:
    """One column of the file. Remembers values, for most columns hold few different ones."""

    def __init__(self, column: Column, place: int) -> None:
        self.column, self.name, self.place = column, column.name, place
        self.known: dict[str, Any] = {}

    def value(self, cell: str) -> Any:
        if cell in self.known:
            return self.known[cell]
        found = self._clean(tidy(cell))
        if len(self.known) < REMEMBERED:
            self.known[cell] = found
        return found

    def _clean(self, text: str) -> Any:
        if text:
            return self.column.clean(text)
        if self.column.required:
            raise WrongCell("The cell is empty.", f"Fill in the {self.column.label.lower()}.")
        return self.column.blank


def _silent(done: int, total: int) -> None:
    """Nobody is watching."""


def _lacking(lacking: list[Column], table: Table) -> str:
    names = ", ".join(f"“{column.label.lower()}”" for column in lacking)
    has = ", ".join(table.header[:12])
    return f"No column of the file is the {names}. Its columns are: {has}. Is it the right file?"
