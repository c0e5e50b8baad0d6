"""The chart of who gets how far: the share of each group at each stage, with every number under it."""

from typing import Any

from amdp.web.charts import Chart
from metrics.stages import STAGES, Gender, Stage, StageShare

NOTE = (
    "What people say of themselves, or else what the HR file says. All programs together, each cohort from its release "
    "on. Counts under 10, and whatever they could be worked out from, are hidden."
)
HIDDEN = "hidden"
COLOURS = {
    Gender.WOMEN: "--chart-1",
    Gender.MEN: "--chart-2",
    Gender.OTHERS: "--ink",
    Gender.UNKNOWN: "--muted",
}
SHAPES = {
    Gender.WOMEN: "circle",
    Gender.MEN: "square",
    Gender.OTHERS: "triangle-up",
    Gender.UNKNOWN: "diamond",
}


def stage_chart(found: list[StageShare], closed_on: str) -> Chart | None:
    """Shares by stage; None before anybody was released."""
    if not found:
        return None
    groups = list(dict.fromkeys(one.group for one in found))
    table = {(one.group, one.stage): one for one in found}
    return Chart(
        name="stages",
        finding=stage_finding(found),
        spec=_spec([one for one in found if one.share]) if _says_anything(found) else {},
        description=f"Share of each group among the people at each stage. {stage_finding(found)}.",
        columns=["Stage", "People", *(group.label for group in groups)],
        rows=[
            [
                stage.label,
                _count(table[groups[0], stage].n),
                *(_cell(table[group, stage]) for group in groups),
            ]
            for stage in STAGES
        ],
        note=f"{NOTE} As of {closed_on}.",
    )


def stage_finding(found: list[StageShare]) -> str:
    """How the share of women goes from the nominations to the latest stage that may be shown."""
    if not _says_anything(found):
        return "Neither the HR file nor anybody nominated says a gender"
    women = {one.stage: one.share for one in found if one.group == Gender.WOMEN and one.share is not None}
    first = women.get(Stage.NOMINATED)
    last = next((stage for stage in reversed(STAGES[1:]) if stage in women), None)
    if first is None:
        return "Too few people to show who is nominated and selected"
    if last is None:
        return f"{first:.0%} of those nominated are women; at later stages there are too few to show"
    return f"{first:.0%} of those nominated and {women[last]:.0%} of those {last.label.lower()} are women"


def _says_anything(found: list[StageShare]) -> bool:
    return any(one.group != Gender.UNKNOWN for one in found)


def _cell(one: StageShare) -> str:
    if one.count is None:
        return HIDDEN
    return f"{one.count:,}" if one.share is None else f"{one.count:,} ({one.share:.0%})"


def _count(count: int | None) -> str:
    return HIDDEN if count is None else f"{count:,}"


def _spec(shown: list[StageShare]) -> dict[str, Any]:
    groups = list(dict.fromkeys(one.group for one in shown))
    values = [
        {
            "stage": one.stage.label,
            "place": STAGES.index(one.stage),
            "group": one.group.label,
            "share": one.share,
            "text": f"{one.share:.0%}",
        }
        for one in shown
    ]
    domain = [group.label for group in groups]
    named = {"field": "group", "type": "nominal", "title": None, "legend": {"orient": "top"}}
    colour = {**named, "scale": {"domain": domain, "range": [COLOURS[group] for group in groups]}}
    shape = {**named, "scale": {"domain": domain, "range": [SHAPES[group] for group in groups]}}
    y = {
        "field": "stage",
        "type": "ordinal",
        "scale": {"domain": [stage.label for stage in STAGES]},
        "axis": {"title": None, "grid": True, "labelPadding": 12},
    }
    x = {
        "field": "share",
        "type": "quantitative",
        "scale": {"domain": [0, 1]},
        "axis": {"format": ".0%", "tickCount": 5, "title": "Share of the people at the stage"},
    }
    texts = [
        {
            "transform": [{"filter": {"field": "group", "equal": group.label}}],
            "mark": {
                "type": "text",
                "dy": 17 if group == Gender.WOMEN else -13,
                "fontWeight": 600,
                "fontSize": 12,
            },
            "encoding": {"text": {"field": "text"}},
        }
        for group in groups
    ]
    return {
        "padding": {"left": 0, "top": 8, "right": 8, "bottom": 6},
        "data": {"values": values},
        "encoding": {"x": x, "y": y, "color": colour},
        "layer": [
            {
                "mark": {"type": "line", "strokeWidth": 2, "opacity": 0.5},
                "encoding": {"order": {"field": "place", "type": "quantitative"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
                "encoding": {"shape": shape},
            },
            *texts,
        ],
    }
