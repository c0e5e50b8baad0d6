"""The figures as flat rows: the same ones for CSV, XLSX and API."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from amdp.web.exports import Column
from metrics.arms import CAVEAT, Arm
from metrics.definitions import BY_KEY, DEFINITIONS
from metrics.figures import Figure
from metrics.measures import HIDDEN
from metrics.stages import StageShare


@dataclass(frozen=True)
class FigureRow:
    """One number with everything that belongs to it; ``hidden`` says why there is none."""

    measure: str
    title: str
    scope: str
    group: str
    month: int | None
    n: int | None
    events: int | None
    person_years: float | None
    value: float | None
    low: float | None
    high: float | None
    hidden: str
    as_of: date


def figure_rows(figures: Iterable[Figure], scope: str) -> list[FigureRow]:
    """One row per figure; the curve has one per month."""
    rows: list[FigureRow] = []
    for figure in figures:
        rows += _curve_rows(figure, scope) if figure.steps else [_row(figure, scope)]
    return rows


def _row(figure: Figure, scope: str) -> FigureRow:
    return FigureRow(
        figure.measure,
        figure.title,
        scope,
        Arm(figure.arm).label,
        None,
        figure.n,
        figure.events,
        figure.person_years,
        figure.value,
        figure.low,
        figure.high,
        figure.hidden,
        figure.as_of,
    )


def _curve_rows(figure: Figure, scope: str) -> list[FigureRow]:
    return [
        FigureRow(
            figure.measure,
            figure.title,
            scope,
            Arm(figure.arm).label,
            step.month,
            step.at_risk,
            None,
            None,
            step.share,
            step.low,
            step.high,
            "",
            figure.as_of,
        )
        for step in figure.steps
    ]


def stage_rows(found: Iterable[StageShare], scope: str, as_of: date) -> list[FigureRow]:
    """One row per group and stage: how many of all who got there."""
    return [
        FigureRow(
            measure="gender_by_stage",
            title=f"{one.stage.label}, by gender",
            scope=scope,
            group=one.group.label,
            month=None,
            n=one.n,
            events=one.count,
            person_years=None,
            value=one.share,
            low=None,
            high=None,
            hidden="" if one.count is not None else HIDDEN,
            as_of=as_of,
        )
        for one in found
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


COLUMNS = [
    Column("Measure", lambda row: row.title, "What is measured; see below"),
    Column(
        "Scope", lambda row: row.scope, "All programs; one program, cohort or market; or a leader's own line"
    ),
    Column("Group", lambda row: row.group, BY_KEY["comparison"].formula),
    Column("Month", lambda row: row.month, "Months since the selection decision, for the curve"),
    Column(
        "n", lambda row: row.n, "People counted; for the curve, still observed and employed at that month"
    ),
    Column("Events", lambda row: row.events, "People retained, promotions, or people of the group"),
    Column("Person-years", lambda row: row.person_years, "Time at risk of promotion"),
    Column("Value", lambda row: _rounded(row.value), "A share from 0 to 1, or promotions per person-year"),
    Column("Low", lambda row: _rounded(row.low), "Lower end of the 95% interval"),
    Column("High", lambda row: _rounded(row.high), "Upper end of the 95% interval"),
    Column("Hidden", lambda row: row.hidden, BY_KEY["hidden"].formula),
    Column("As of", lambda row: row.as_of, BY_KEY["as_of"].formula),
]


def definition_notes(scope: str, as_of: date | None, who: str) -> list[tuple[str, object]]:
    """What heads the sheet of definitions: where the numbers come from, and each measure in words."""
    notes: list[tuple[str, object]] = [("Of", scope), ("Closed on", as_of), ("Exported by", who)]
    notes += [(one.name, " ".join([one.formula, *one.details])) for one in DEFINITIONS]
    return [*notes, ("Keep in mind", CAVEAT)]
