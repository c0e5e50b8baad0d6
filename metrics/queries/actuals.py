"""What happened, beside the signed-off baseline and target of a metric, where it is measured here."""

from collections.abc import Iterable
from dataclasses import dataclass

from cohorts.models import Metric
from metrics.arms import Arm, Measure
from metrics.queries.released import Results
from metrics.words import interval_text, range_text, value_text

ELSEWHERE = "measured outside: "


@dataclass(frozen=True)
class Actual:
    """A signed-off metric with what happened since, in words, and on how many people it rests."""

    metric: Metric
    value: str
    basis: str


def actuals(metrics: Iterable[Metric], results: Results) -> list[Actual]:
    """Every metric; those about retention and promotion with the figure of the people selected."""
    return [_actual(metric, results) for metric in metrics]


def _actual(metric: Metric, results: Results) -> Actual:
    name = metric.name.lower()
    if "retention" in name and metric.unit == Metric.Unit.PERCENT:
        return _retention(metric, results)
    if "promotion" in name and "person-year" in name:
        return _promotions(metric, results)
    return Actual(metric, "–", f"{ELSEWHERE}{metric.source}" if metric.source else "measured outside")


def _retention(metric: Metric, results: Results) -> Actual:
    figure = results.of(Measure.RETENTION, Arm.PROGRAM)
    if figure is None or figure.value is None:
        return Actual(metric, "–", value_text(figure) if figure else "nobody has been selected")
    return Actual(metric, value_text(figure), f"95%: {interval_text(figure)} · n {figure.n}")


def _promotions(metric: Metric, results: Results) -> Actual:
    """Per 100 person-years when the metric says so."""
    figure = results.of(Measure.PROMOTIONS, Arm.PROGRAM)
    if figure is None or figure.value is None or figure.low is None or figure.high is None:
        return Actual(metric, "–", value_text(figure) if figure else "nobody has been selected")
    if "per 100" not in metric.name.lower():
        return Actual(metric, value_text(figure), f"95%: {interval_text(figure)} · n {figure.n}")
    interval = range_text(figure.low, figure.high, percent=True).removesuffix("%")
    return Actual(metric, f"{figure.value * 100:.0f}", f"95%: {interval} · n {figure.n}")
