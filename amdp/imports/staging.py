# ruff: noqa: S608 - names of tables and columns come from the declarations in this package, values are bound
"""Rows on their way in: COPY into a temporary table, then set-wise into the real one.

PostgreSQL refuses COPY into a table under row-level security; the INSERT … SELECT and UPDATE … FROM
that follow are held by the policy like any other statement. Only rows that differ are written.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import Any

from django.db import connection

from amdp.tenancy.context import require_organization

CHUNK = 5_000
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True)
class Field:
    """A column of the temporary table. ``source`` is the file's column it comes from (else it is always
    compared); ``target=False`` keeps it out of the real table."""

    name: str
    type: str
    source: str = ""
    target: bool = True


@dataclass(frozen=True)
class Staging:
    """A temporary table ``incoming`` beside the table its rows are for."""

    table: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    touched: bool = False
    sequence_id: bool = False

    def create(self) -> None:
        columns = ", ".join(f"{field.name} {field.type}" for field in self.fields)
        _execute("DROP TABLE IF EXISTS pg_temp.incoming")
        _execute(f"CREATE TEMPORARY TABLE incoming (id bigint, {columns}) ON COMMIT DROP")

    def fill(self, rows: Iterable[Sequence[Any]]) -> None:
        """COPY the rows, a chunk at a time, so that memory stays bounded."""
        names = ", ".join(field.name for field in self.fields)
        for chunk in _chunks(rows):
            with connection.cursor() as cursor:
                cursor.copy_expert(f"COPY pg_temp.incoming ({names}) FROM STDIN", _as_copy(chunk))
        _execute("ANALYZE pg_temp.incoming")

    def counts(self, sources: set[str], extra: str = "") -> tuple[int, int, int]:
        """How many rows are staged, how many of them are new, and how many would change."""
        changed = self._differs(sources) + (f" OR ({extra})" if extra else "")
        return _row(  # type: ignore[return-value]
            f"SELECT count(*), count(*) FILTER (WHERE t.id IS NULL), "
            f"count(*) FILTER (WHERE t.id IS NOT NULL AND ({changed})) "
            f"FROM pg_temp.incoming s LEFT JOIN {self.table} t ON {self._joined()}"
        )

    def give_ids(self) -> None:
        """Known rows get the id they have, new ones the next, so that rows can refer to each other."""
        _execute(f"UPDATE pg_temp.incoming s SET id = t.id FROM {self.table} t WHERE {self._joined()}")
        sequence = f"pg_get_serial_sequence('{self.table}', 'id')"
        _execute(f"UPDATE pg_temp.incoming SET id = nextval({sequence}) WHERE id IS NULL")

    def update(self, sources: set[str]) -> int:
        """Write what differs in the file's own columns."""
        fields = self._compared(sources)
        if not fields:
            return 0
        sets = [f"{name} = s.{name}" for name in fields] + (["updated_at = now()"] if self.touched else [])
        return _execute(
            f"UPDATE {self.table} t SET {', '.join(sets)} FROM pg_temp.incoming s "
            f"WHERE {self._joined()} AND ({self._differs(sources)})"
        )

    def insert(self, defaults: dict[str, str] | None = None) -> int:
        """Write the rows whose key is not there yet; ``defaults`` are further columns as SQL."""
        names = [field.name for field in self.fields if field.target]
        values = [f"s.{name}" for name in names]
        more = {**({"id": "s.id"} if self.sequence_id else {}), **(defaults or {})}
        more |= {"updated_at": "now()"} if self.touched else {}
        return _execute(
            f"INSERT INTO {self.table} (organization_id, {', '.join([*names, *more])}) "
            f"SELECT %s, {', '.join([*values, *more.values()])} FROM pg_temp.incoming s "
            f"WHERE NOT EXISTS (SELECT FROM {self.table} t WHERE {self._joined()})",
            [require_organization()],
        )

    def absent(self, columns: str, limit: int) -> tuple[int, list[tuple[str, ...]]]:
        """How many rows of the table the file does not mention, and the first of them."""
        rest = f"FROM {self.table} t WHERE NOT EXISTS (SELECT FROM pg_temp.incoming s WHERE {self._joined()})"
        (count,) = _row(f"SELECT count(*) {rest}")
        if not count:
            return 0, []
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} {rest} ORDER BY {self.key[0]} LIMIT %s", [limit])
            return count, [tuple(map(str, row)) for row in cursor.fetchall()]

    def _joined(self) -> str:
        return " AND ".join(f"t.{name} = s.{name}" for name in self.key)

    def _compared(self, sources: set[str]) -> list[str]:
        return [
            field.name
            for field in self.fields
            if field.target and field.name not in self.key and (not field.source or field.source in sources)
        ]

    def _differs(self, sources: set[str]) -> str:
        fields = self._compared(sources)
        if not fields:
            return "false"
        ours, theirs = (", ".join(f"{side}.{name}" for name in fields) for side in "ts")
        return f"ROW({ours}) IS DISTINCT FROM ROW({theirs})"


@contextmanager
def joining_by_hash() -> Iterator[None]:
    """Inside, tables are joined by hash or merge.

    The planner's statistics do not know an organization whose people have just come in for the first time.
    Expecting one row it would compare every row with every other: half a minute instead of a second.
    """
    _execute("SET LOCAL enable_nestloop = off")
    yield
    _execute("SET LOCAL enable_nestloop = on")


def execute(sql: str, params: Sequence[Any] | None = None) -> int:
    """Run one statement; returns the number of rows it touched."""
    return _execute(sql, params)


def _execute(sql: str, params: Sequence[Any] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def _row(sql: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return tuple(cursor.fetchone())


def _chunks(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    chunk: list[Sequence[Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _as_copy(rows: list[Sequence[Any]]) -> StringIO:
    """PostgreSQL's own text format: tabs between values, \\N for none."""
    lines = [
        "\t".join(["\\N" if value is None else str(value).translate(ESCAPES) for value in row])
        for row in rows
    ]
    return StringIO("\n".join(lines) + "\n")
