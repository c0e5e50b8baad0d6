"""The charts of the outcomes page: Vega-Lite specs with the table of every number under them."""

from typing import Any

from amdp.web.charts import Chart
from metrics.arms import UNMATCHED, Arm, Measure
from metrics.figures import Figure, Step
from metrics.measures import HIDDEN
from metrics.queries import Results
from metrics.words import (
    curve_finding,
    day_text,
    interval_text,
    promotion_finding,
    range_text,
    retention_finding,
    value_text,
)

COLOURS: dict[str, Any] = {
    "field": "group",
    "type": "nominal",
    "legend": None,
    "scale": {"domain": ["Program", "Comparison"], "range": ["--chart-1", "--chart-2"]},
}
DASHES = {
    "field": "group",
    "legend": None,
    "scale": {"domain": ["Program", "Comparison"], "range": [[1, 0], [6, 3]]},
}

# How far two ends of a curve have to lie apart for both labels to stand below them.
LABELS_APART = 0.1
# room for the descenders of the axis title
PADDING = {"left": 0, "top": 8, "right": 8, "bottom": 6}


def retention_chart(results: Results) -> Chart:
    """12-month retention of both groups."""
    return _comparison(
        results,
        Measure.RETENTION,
        "retention",
        retention_finding(results),
        "Still employed after twelve months",
        "Retained",
    )


def promotion_chart(results: Results) -> Chart:
    """Promotions per person-year of both groups."""
    return _comparison(
        results,
        Measure.PROMOTIONS,
        "promotions",
        promotion_finding(results),
        "Promotions per person-year",
        "Promotions",
    )


def curve_chart(results: Results) -> Chart:
    """Retention over time of both groups."""
    curves = {arm: figure for arm in Arm if (figure := results.of(Measure.CURVE, arm)) is not None}
    steps: list[dict[str, Any]] = [
        {"group": arm.label, "month": step.month, "share": step.share, "low": step.low, "high": step.high}
        for arm, figure in curves.items()
        for step in figure.steps
    ]
    months = sorted({step["month"] for step in steps})
    return Chart(
        name="curve",
        finding=curve_finding(results),
        spec=_curve_spec(steps),
        description=f"Share still employed by month since the selection decision. {curve_finding(results)}.",
        columns=["Months", *(f"{arm.label}{suffix}" for arm in curves for suffix in ("", ", at risk"))],
        rows=[[month, *_cells(curves, month)] for month in months],
        note=f"Kaplan–Meier with 95% intervals. Comparison: {UNMATCHED}.{_days(curves)}",
    )


def _comparison(
    results: Results, measure: Measure, name: str, finding: str, title: str, events: str
) -> Chart:
    found = {arm: figure for arm in Arm if (figure := results.of(measure, arm)) is not None}
    values = [
        {"group": arm.label, "value": one.value, "low": one.low, "high": one.high, "text": value_text(one)}
        for arm, one in found.items()
        if one.value is not None
    ]
    percent = measure == Measure.RETENTION
    years = [] if percent else ["Person-years"]
    return Chart(
        name=name,
        finding=finding,
        spec=_points_spec(values, title, percent=percent) if values else {},
        description=f"{title}: {'; '.join(f'{arm.label} {value_text(one)}' for arm, one in found.items())}.",
        columns=["Group", "Value", "95% interval", "n", events, *years],
        rows=[_row(arm, one, years=bool(years)) for arm, one in found.items()],
        note=f"{'The bar is the 95% interval. ' if values else ''}Comparison: {UNMATCHED}.{_days(found)}",
        height=150,
    )


def _row(arm: Arm, figure: Figure, *, years: bool) -> list[object]:
    hidden = "hidden" if figure.hidden == HIDDEN else figure.hidden or "–"
    return [
        arm.label,
        value_text(figure) if figure.value is not None else hidden,
        interval_text(figure) or "–",
        hidden if figure.n is None else figure.n,
        hidden if figure.events is None else figure.events,
        *([hidden if figure.person_years is None else f"{figure.person_years:,.1f}"] if years else []),
    ]


def _cells(curves: dict[Arm, Figure], month: int) -> list[str]:
    cells: list[str] = []
    for figure in curves.values():
        step = next((step for step in figure.steps if step.month == month), None)
        waits = bool(figure.steps) and month < figure.steps[-1].month
        cells += _step_cells(step) if step else ["hidden" if waits else "–"] * 2
    return cells


def _step_cells(step: Step) -> list[str]:
    interval = f" ({range_text(step.low, step.high, percent=True)})" if step.month else ""
    return [f"{step.share:.0%}{interval}", str(step.at_risk)]


def _days(found: dict[Arm, Figure]) -> str:
    """The day both groups stand at, or each one's own."""
    days = {arm.label: day_text(figure.as_of) for arm, figure in found.items()}
    if len(set(days.values())) == 1:
        return f" As of {next(iter(days.values()))}."
    return "".join(f" {label} as of {day}." for label, day in days.items())


def _points_spec(values: list[dict[str, Any]], title: str, *, percent: bool) -> dict[str, Any]:
    axis = {"format": ".0%" if percent else ".2f", "title": title, "tickCount": 5}
    ends = {"domain": [0, 1]} if percent else {"zero": True, "nice": True}
    x = {"type": "quantitative", "scale": ends, "axis": axis}
    y = {
        "field": "group",
        "type": "nominal",
        "title": None,
        "scale": {"domain": ["Program", "Comparison"]},
        "axis": {"grid": False, "labelPadding": 12},
    }
    return {
        "padding": PADDING,
        "data": {"values": values},
        "encoding": {"y": y},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 8, "opacity": 0.28, "strokeCap": "round"},
                "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "color": COLOURS},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
                "encoding": {"x": {**x, "field": "value"}, "color": COLOURS},
            },
            {
                "mark": {"type": "text", "dy": -16, "fontWeight": 600, "fontSize": 13},
                "encoding": {
                    "x": {**x, "field": "value"},
                    "text": {"field": "text"},
                    "color": COLOURS,
                },
            },
        ],
    }


def _curve_spec(steps: list[dict[str, Any]]) -> dict[str, Any]:
    lowest = min((step["low"] for step in steps), default=0.0)
    floor = max(0.0, (int(lowest * 10) - 1) / 10) if lowest > 0.1 else 0.0
    last = max((step["month"] for step in steps), default=12)
    title = "Still employed" if floor == 0 else f"Still employed (axis from {floor:.0%})"
    x = {
        "field": "month",
        "type": "quantitative",
        "scale": {"domain": [0, max(12, last)], "nice": False},
        "axis": {
            "values": list(range(0, max(12, last) + 1, 6)),
            "title": "Months since the selection decision",
        },
    }
    y: dict[str, Any] = {
        "type": "quantitative",
        "scale": {"domain": [floor, 1]},
        "axis": {"format": ".0%", "tickCount": 5, "title": title},
    }
    ends = [step for step in steps if step["month"] == _last_month(steps, step["group"])]
    apart = len(ends) < 2 or ends[0]["share"] - ends[1]["share"] > LABELS_APART
    for end in ends:
        end["text"] = f"{end['group']} {end['share']:.0%}"
        end["shift"] = 16 if apart or end["group"] != Arm.PROGRAM.label else -14
    return {
        "padding": PADDING,
        "layer": [
            {
                "data": {"values": steps},
                "mark": {"type": "area", "interpolate": "step-after", "opacity": 0.14},
                "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": COLOURS},
            },
            {
                "data": {"values": steps},
                "mark": {"type": "line", "interpolate": "step-after"},
                "encoding": {
                    "x": x,
                    "y": {**y, "field": "share"},
                    "color": COLOURS,
                    "strokeDash": DASHES,
                },
            },
            {
                "data": {"values": ends},
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                "encoding": {"x": x, "y": {**y, "field": "share"}, "color": COLOURS},
            },
            {
                "data": {"values": ends},
                "mark": {
                    "type": "text",
                    "align": "right",
                    "dy": {"expr": "datum.shift"},
                    "fontWeight": 600,
                    "fontSize": 13,
                },
                "encoding": {
                    "x": x,
                    "y": {**y, "field": "share"},
                    "text": {"field": "text"},
                    "color": COLOURS,
                },
            },
        ],
    }


def _last_month(steps: list[dict[str, Any]], group: str) -> int:
    return max(step["month"] for step in steps if step["group"] == group)
