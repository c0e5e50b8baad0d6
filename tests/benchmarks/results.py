"""Taking times, and telling them: a table for people, ``bench.json`` for programs."""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROUNDS = 5


@dataclass
class Result:
    """One number: what was measured, what it is held against, and how the two compare."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    ratio: float | None = None
    aim: str = ""
    met: bool | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def alternately(*works: Callable[[], object]) -> list[float]:
    """Median seconds of each, measured in turn so that a busy machine is busy for all of them."""
    times: list[list[float]] = [[] for _ in works]
    for work in works:
        work()  # warm
    for _ in range(ROUNDS):
        for place, work in enumerate(works):
            times[place].append(seconds(work))
    return [statistics.median(each) for each in times]


def told(results: list[Result]) -> str:
    """A table."""
    rows = [("what", "value", "unit", "limit", "ratio", "aim", "")]
    for one in results:
        more = ", ".join(f"{key} {_number(value)}" for key, value in one.extra.items())
        mark = {True: "met", False: "MISSED", None: ""}[one.met]
        rows.append(
            (
                one.name,
                _number(one.value),
                one.unit,
                _number(one.limit),
                _number(one.ratio),
                one.aim,
                f"{mark} {more}".strip(),
            )
        )
    widths = [max(len(row[place]) for row in rows) for place in range(7)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def save(results: list[Result], path: Path) -> None:
    """A flat list: what is extra stands beside the rest."""
    rows = []
    for one in results:
        row = asdict(one)
        rows.append({**row.pop("extra"), **row})
    path.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def _number(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
