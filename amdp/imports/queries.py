"""What the import pages show."""

from collections.abc import Sequence
from dataclasses import dataclass

from amdp.imports import files
from amdp.imports.cells import tidy
from amdp.imports.columns import guess
from amdp.imports.kinds import IMPORTERS
from amdp.imports.models import ImportRun
from amdp.imports.reading import Table, read

SAMPLES = 3
LONGEST_SAMPLE = 40


@dataclass(frozen=True)
class FileColumn:
    """A column of the file as the page that assigns columns shows it."""

    heading: str
    samples: Sequence[str]
    used_for: str


def table_of(run: ImportRun) -> Table:
    """How the stored file of a run is read."""
    return Table(run.encoding, run.delimiter, tuple(run.header), run.rows, ())


def file_columns(run: ImportRun) -> list[FileColumn]:
    """Every column of the file with its first values; private ones without."""
    labels = {run.mapping.get(column.name, ""): column.label for column in IMPORTERS[run.kind].columns}
    return [
        FileColumn(
            heading, [] if place in _private(run) else [row[place] for row in rows], labels.get(heading, "")
        )
        for rows in [_first_rows(run)]
        for place, heading in enumerate(run.header)
    ]


def _first_rows(run: ImportRun) -> list[list[str]]:
    source = files.open_file(run.folder, files.SOURCE)
    if source is None:
        return []
    width = len(run.header)
    with source:
        rows = [cells for _, (_, cells) in zip(range(SAMPLES), read(source, table_of(run)), strict=False)]
    return [[tidy(cell)[:LONGEST_SAMPLE] for cell in (cells + [""] * width)[:width]] for cells in rows]


def _private(run: ImportRun) -> set[int]:
    """Places of columns that hold private values, as chosen or as their heading says."""
    private = [column for column in IMPORTERS[run.kind].columns if column.private]
    headings = {run.mapping.get(column.name) for column in private} | set(guess(private, run.header).values())
    return {place for place, heading in enumerate(run.header) if heading in headings}
