"""What happened, beside the signed-off baseline and target of a metric, where it is measured here."""

from collections.abc import Iterable
from dataclasses import dataclass

from cohorts.models import Metric
from metrics.arms import Arm, Measure
from metrics.queries.released import Results
from metrics.words import day_text, interval_text, range_text, value_text

NOT_HERE = "not measured here"
NOBODY = "nobody had been selected by the last closing"
NO_SCORES = "nobody has been scored on most competencies yet"


@dataclass(frozen=True)
class Actual:
    """A signed-off metric with what happened since, in words, and on how many people it rests."""

    metric: Metric
    value: str
    basis: str


def actuals(metrics: Iterable[Metric], results: Results) -> list[Actual]:
    """Every metric: with the figure of the people selected, or that it is not measured here."""
    return [_actual(metric, results) for metric in metrics]


def measure_of(metric: Metric) -> Measure | None:
    """Which of our measures a metric is, by its unit and the words of its name."""
    name = metric.name.lower()
    if metric.unit == Metric.Unit.PERCENT and "retention" in name:
        return Measure.RETENTION
    if "promotion" in name and "person-year" in name:
        return Measure.PROMOTIONS
    if metric.unit == Metric.Unit.POINTS and "gap" not in name:
        if "manager" in name:
            return Measure.SKILL_MANAGER
        return Measure.SKILL if "skill" in name or "competenc" in name else None
    return None


def _actual(metric: Metric, results: Results) -> Actual:
    measure = measure_of(metric)
    if measure is None:
        return Actual(metric, "–", f"{NOT_HERE} · source: {metric.source}" if metric.source else NOT_HERE)
    figure = results.of(measure, Arm.PROGRAM)
    if figure is None:
        skill = measure in (Measure.SKILL, Measure.SKILL_MANAGER) and not results.is_empty
        return Actual(metric, "–", NO_SCORES if skill else NOBODY)
    if figure.value is None or figure.low is None or figure.high is None:
        return Actual(metric, "–", value_text(figure))
    basis = f"n {figure.n} · as of {day_text(figure.as_of)}"
    if measure == Measure.PROMOTIONS and "per 100" in metric.name.lower():
        interval = range_text(figure.low, figure.high, percent=True).removesuffix("%")
        return Actual(metric, f"{figure.value * 100:.0f}", f"95%: {interval} · {basis}")
    unit = " of 5" if metric.unit == Metric.Unit.POINTS else ""
    return Actual(metric, f"{value_text(figure)}{unit}", f"95%: {interval_text(figure)} · {basis}")
