"""Programs to start from. Each is a file ``<slug>.toml`` beside this one.

This app reads objectives, outcomes, metrics and competencies. Selection keeps eligibility, criteria and
weights, curriculum keeps the journey, each in its own ``blueprints`` folder in a file of the same slug;
``Program.blueprint`` holds that slug.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class BlueprintMetric:
    name: str
    definition: str
    unit: str
    source: str


@dataclass(frozen=True)
class BlueprintBehavior:
    text: str
    anchors: tuple[str, str, str, str, str]


@dataclass(frozen=True)
class BlueprintCompetency:
    name: str
    description: str
    behaviors: tuple[BlueprintBehavior, ...]


@dataclass(frozen=True)
class Blueprint:
    slug: str
    name: str
    summary: str
    audience: str
    length_months: int
    objectives: tuple[str, ...]
    outcomes: tuple[str, ...]
    metrics: tuple[BlueprintMetric, ...]
    competencies: tuple[BlueprintCompetency, ...]

    @property
    def behavior_count(self) -> int:
        return sum(len(competency.behaviors) for competency in self.competencies)


@cache
def blueprints() -> dict[str, Blueprint]:
    """Every blueprint by its slug, in the order they are offered."""
    found = [_read(path) for path in HERE.glob("*.toml")]
    return {blueprint.slug: blueprint for _, blueprint in sorted(found, key=lambda pair: pair[0])}


def _read(path: Path) -> tuple[int, Blueprint]:
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    blueprint = Blueprint(
        slug=path.stem,
        name=data["name"],
        summary=data["summary"].strip(),
        audience=data["audience"].strip(),
        length_months=data["length_months"],
        objectives=tuple(data["objectives"]),
        outcomes=tuple(data["outcomes"]),
        metrics=tuple(BlueprintMetric(**metric) for metric in data["metrics"]),
        competencies=tuple(_competency(one) for one in data["competencies"]),
    )
    return data["order"], blueprint


def _competency(data: dict[str, Any]) -> BlueprintCompetency:
    behaviors = tuple(
        BlueprintBehavior(text=one["text"], anchors=tuple(one["anchors"])) for one in data["behaviors"]
    )
    return BlueprintCompetency(name=data["name"], description=data["description"], behaviors=behaviors)
