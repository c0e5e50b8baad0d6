"""Adverse impact as it is read: exact rows for files and programs, a chart, and the published table for everybody else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from amdp.web.charts import Chart
from amdp.web.exports import Column
from metrics.impact import LEVELS, ImpactRow, ImpactTable, Level, end_to_end_of, tables_of
from metrics.linked import N
from metrics.models import ImpactSnapshot
from metrics.stage_chart import COLOURS, SHAPES
from metrics.stages import Gender

HIDDEN = "hidden"


@dataclass(frozen=True)
class FrozenTable:
    """One exact table with the snapshot it was frozen in."""

    snapshot: ImpactSnapshot
    table: ImpactTable


def frozen_tables(snapshots: Iterable[ImpactSnapshot]) -> list[FrozenTable]:
    """The tables of these snapshots in order; after the slate and the acceptance also end to end."""
    found = []
    for snapshot in snapshots:
        level = Level(snapshot.level)
        found += [FrozenTable(snapshot, table) for table in tables_of(snapshot.reached, level)]
        if level in (Level.SLATED, Level.ACCEPTED):
            found += [FrozenTable(snapshot, table) for table in end_to_end_of(snapshot.reached, level)]
    return found


# --- files -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FlatRow:
    """One group of one table."""

    snapshot: ImpactSnapshot
    table: ImpactTable
    row: ImpactRow


def flat_rows(tables: Iterable[FrozenTable]) -> list[FlatRow]:
    """One row per group and table."""
    return [FlatRow(one.snapshot, one.table, row) for one in tables for row in one.table.rows]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _ratio(one: FlatRow, part: str) -> float | None:
    found = one.row.comparison.ratio if one.row.comparison else None
    return None if found is None else round(getattr(found, part), 4)


COLUMNS = [
    Column("Stage", lambda one: one.table.title, "From which level to which"),
    Column(
        "Attribute", lambda one: one.table.label, "What people say of themselves, else what the HR file says"
    ),
    Column("Group", lambda one: one.row.group, "Those who said nothing are in the pool and in no group"),
    Column("Came", lambda one: one.row.n, "People of the group who came to the stage"),
    Column("Passed", lambda one: one.row.passed, "Those of them who passed it"),
    Column(
        "Rate", lambda one: _rounded(one.row.rate.value if one.row.rate else None), "Passed ÷ came, 0 to 1"
    ),
    Column("Rate, low", lambda one: _rounded(one.row.rate.low if one.row.rate else None), "95%, Wilson"),
    Column("Rate, high", lambda one: _rounded(one.row.rate.high if one.row.rate else None), "95%, Wilson"),
    Column("Impact ratio", lambda one: _ratio(one, "value"), "The rate ÷ the highest rate"),
    Column("Ratio, low", lambda one: _ratio(one, "low"), "95% interval of the ratio"),
    Column("Ratio, high", lambda one: _ratio(one, "high"), "95% interval of the ratio"),
    Column(
        "Four fifths", lambda one: one.row.verdict, "5 · passed · highest came < 4 · highest passed · came"
    ),
    Column(
        "Shortfall",
        lambda one: _rounded(one.row.comparison.shortfall if one.row.comparison else None),
        "How many more would have passed at the common rate of the two groups; below zero: fewer",
    ),
    Column(
        "Turns with one",
        lambda one: one.row.comparison.turns if one.row.comparison else None,
        "Whether one decision the other way turns the verdict over",
    ),
    Column(
        "Fisher p", lambda one: _rounded(one.row.comparison.p if one.row.comparison else None), "Two-sided"
    ),
    Column(
        "Pool", lambda one: one.table.pool, "Everybody who came to the stage, with those who said nothing"
    ),
    Column("Frozen at", lambda one: one.snapshot.frozen_at, "When the stage closed; it stays as it was then"),
    Column(
        "Occasion", lambda one: one.snapshot.get_occasion_display(), "Closed, or looked at before the release"
    ),
    Column(
        "Definitions",
        lambda one: one.snapshot.definitions_version,
        "Version of the definitions it was counted by",
    ),
]


# --- the chart ---------------------------------------------------------------------------------------


def rates_chart(tables: Iterable[ImpactTable]) -> Chart | None:
    """The rate of each group at each stage with its interval; None before anything is frozen."""
    found = list(tables)
    values = [
        {
            "stage": table.title,
            "group": row.group,
            "rate": row.rate.value,
            "low": row.rate.low,
            "high": row.rate.high,
        }
        for table in found
        for row in table.rows
        if row.rate
    ]
    if not values:
        return None
    groups = list(dict.fromkeys(row.group for table in found for row in table.rows if row.rate))
    flagged = [table for table in found if table.flagged]
    finding = (
        f"Below four fifths at {len(flagged)} of {len(found)} tables: "
        + ", ".join(table.title.lower() for table in flagged)
        if flagged
        else "No group is below four fifths of the highest rate anywhere"
    )
    return Chart(
        name="impact",
        finding=finding,
        spec=_spec(values, [table.title for table in found], groups),
        description=f"Rate of each group by stage, with 95% intervals. {finding}.",
        columns=["Stage", *groups],
        rows=[[table.title, *(_cell(table, group) for group in groups)] for table in found],
        note="The bar is the 95% interval (Wilson). With few people it is wide: read it before the ratio.",
        height=max(160, 34 * len(found) * len(groups)),
    )


def _cell(table: ImpactTable, group: str) -> str:
    row = next((row for row in table.rows if row.group == group), None)
    if row is None or row.rate is None:
        return "–"
    return f"{row.rate.value:.0%} ({row.rate.low * 100:.0f}–{row.rate.high * 100:.0f}%)"


def _spec(values: list[dict[str, Any]], stages: list[str], groups: list[str]) -> dict[str, Any]:
    labels = {one.label: one for one in Gender}
    named = {"field": "group", "type": "nominal", "title": None, "legend": {"orient": "top"}}
    y = {
        "field": "stage",
        "type": "ordinal",
        "scale": {"domain": stages},
        "axis": {"title": None, "grid": True, "labelPadding": 12, "labelLimit": 220},
    }
    percent = {"format": ".0%", "tickCount": 5, "title": "Share of the group that passed"}
    x = {"field": "rate", "type": "quantitative", "scale": {"domain": [0, 1]}, "axis": percent}
    colour = {**named, "scale": {"domain": groups, "range": [COLOURS[labels[group]] for group in groups]}}
    shape = {**named, "scale": {"domain": groups, "range": [SHAPES[labels[group]] for group in groups]}}
    offset = {"field": "group", "scale": {"domain": groups}}
    return {
        "padding": {"left": 0, "top": 8, "right": 8, "bottom": 6},
        "data": {"values": values},
        "encoding": {"y": y, "yOffset": offset, "color": colour},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 100, "opacity": 1},
                "encoding": {"x": x, "shape": shape},
            },
        ],
    }


# --- what everybody else reads -------------------------------------------------------------------------


@dataclass(frozen=True)
class PublishedCell:
    """One group at one level; None where it is hidden. ``rate``: of those at the level before."""

    group: Gender
    count: int | None
    rate: float | None

    @property
    def text(self) -> str:
        """``42 (70%)``, or that it is hidden."""
        if self.count is None:
            return HIDDEN
        return f"{self.count:,}" if self.rate is None else f"{self.count:,} ({self.rate:.0%})"


@dataclass(frozen=True)
class PublishedRow:
    """One level by group."""

    level: Level
    n: int
    cells: tuple[PublishedCell, ...]


@dataclass(frozen=True)
class PublishedTable:
    """The suppressed counts of one selection by one attribute."""

    label: str
    groups: tuple[Gender, ...]
    rows: tuple[PublishedRow, ...]

    @property
    def is_hidden(self) -> bool:
        """Whether nothing but the totals can be shown."""
        return not any(cell.count for row in self.rows for cell in row.cells)


def published_table(shown: Mapping[str, Mapping[str, int | None]] | None) -> PublishedTable | None:
    """The table as it was published with the outcomes; None before."""
    if not shown:
        return None
    levels = [level for level in LEVELS if level in shown]
    groups = tuple(one for one in Gender if shown[levels[0]][one] != 0)
    rows = []
    for place, level in enumerate(levels):
        earlier = shown[levels[place - 1]] if place else None
        cells = tuple(_published(one, shown[level], earlier) for one in groups)
        rows.append(PublishedRow(level, shown[level][N] or 0, cells))
    return PublishedTable("Gender", groups, tuple(rows))


def _published(
    group: Gender, here: Mapping[str, int | None], earlier: Mapping[str, int | None] | None
) -> PublishedCell:
    count, came = here[group], earlier[group] if earlier else None
    return PublishedCell(group, count, count / came if count is not None and came else None)
