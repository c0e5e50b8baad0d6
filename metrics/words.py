"""Figures in words: values, intervals, and the sentence a chart is headed with."""

from datetime import date

from metrics.arms import Arm, Measure
from metrics.figures import Figure
from metrics.queries import Results
from metrics.queries.cohorts import CohortFacts
from metrics.statistics import Estimate, difference, proportion
from metrics.suppression import SMALLEST_GROUP

SHARES = (Measure.RETENTION, Measure.CURVE)
SKILLS = (Measure.SKILL, Measure.SKILL_MANAGER)


def value_text(figure: Figure | None) -> str:
    """``91%`` or ``0.21``; why there is none."""
    if figure is None:
        return "–"
    if figure.value is None:
        return figure.hidden
    if figure.measure in SHARES:
        return f"{figure.value:.0%}"
    return f"{figure.value:.1f}" if figure.measure in SKILLS else f"{figure.value:.2f}"


def interval_text(figure: Figure | None) -> str:
    """``83–95%`` or ``0.12–0.35``."""
    if figure is None or figure.low is None or figure.high is None:
        return ""
    if figure.measure in SKILLS:
        return f"{figure.low:.1f}–{figure.high:.1f}"
    return range_text(figure.low, figure.high, percent=figure.measure in SHARES)


def range_text(low: float, high: float, *, percent: bool) -> str:
    """The two ends of an interval."""
    return f"{low * 100:.0f}–{high * 100:.0f}%" if percent else f"{low:.2f}–{high:.2f}"


def day_text(day: date) -> str:
    """``31 Jan 2027``."""
    return f"{day.day} {day:%b %Y}"


def retention_finding(results: Results) -> str:
    """What twelve months show, and whether it could be chance."""
    program, comparison = _both(results, Measure.RETENTION)
    if program is None or program.value is None:
        return f"12-month retention cannot be shown yet: {_why(program)}"
    if comparison is None or comparison.value is None:
        return f"{program.value:.0%} of those selected are still employed after twelve months"
    against = f"{program.value:.0%} against {comparison.value:.0%} after twelve months"
    return f"{_verdict(_difference(program, comparison), 'Program members stay longer', 'Program members leave sooner')}: {against}"


def promotion_finding(results: Results) -> str:
    """Who is promoted sooner, and whether it could be chance."""
    program, comparison = _both(results, Measure.PROMOTIONS)
    if program is None or program.value is None:
        return f"Promotions cannot be shown yet: {_why(program)}"
    if comparison is None or comparison.value is None:
        return f"Those selected are promoted {program.value:.2f} times a person-year"
    against = f"{program.value:.2f} against {comparison.value:.2f} promotions a person-year"
    return f"{_verdict(_rate_difference(program, comparison), 'They are promoted sooner', 'They are promoted later')}: {against}"


def curve_finding(results: Results) -> str:
    """Where the curve of those selected ends."""
    program = results.of(Measure.CURVE, Arm.PROGRAM)
    if program is None or not program.steps:
        return f"Retention over time cannot be shown yet: {_why(program)}"
    last = program.steps[-1]
    if last.month == 0:
        return "Retention over time begins three months after the decision"
    return f"After {last.month} months {last.share:.0%} of those selected are still employed"


def headline(results: Results) -> str:
    """The page in one sentence."""
    stay, rise = retention_finding(results), promotion_finding(results)
    if "cannot be shown" in stay and "cannot be shown" in rise:
        return "It is too early to say"
    return f"{rise if 'cannot be shown' in stay else stay}."


def cohort_sentence(facts: CohortFacts, closing: date) -> str:
    """What is known of a cohort's first twelve months, or when it will be."""
    figure = facts.retention
    if facts.figures_from > closing:
        few = facts.selected < SMALLEST_GROUP
        hidden = f"; with fewer than {SMALLEST_GROUP} people they stay hidden" if few else ""
        return (
            f"12-month figures from {day_text(facts.figures_from)}{hidden}; "
            f"nobody has been followed for 12 months yet"
        )
    if figure is None:
        return "12 months are over; counted in the numbers above"
    if figure.value is None:
        return "12 months are over; too few people to show on their own"
    older = f", as of {day_text(figure.as_of)}" if figure.as_of != closing else ""
    return f"{figure.value:.0%} still employed after 12 months (n {figure.n}{older})"


def _both(results: Results, measure: Measure) -> tuple[Figure | None, Figure | None]:
    return results.of(measure, Arm.PROGRAM), results.of(measure, Arm.COMPARISON)


def _why(figure: Figure | None) -> str:
    if figure is None or not figure.hidden:
        return "nobody had been selected by the last closing"
    return figure.hidden.removeprefix("hidden: ")


def _verdict(interval: Estimate | None, above: str, below: str) -> str:
    """Only what the interval bears out."""
    if interval is not None and interval.low > 0:
        return above
    if interval is not None and interval.high < 0:
        return below
    return "The two groups cannot be told apart yet"


def _difference(program: Figure, comparison: Figure) -> Estimate | None:
    shares = [_as_proportion(figure) for figure in (program, comparison)]
    return difference(*shares) if None not in shares else None  # type: ignore[arg-type]


def _as_proportion(figure: Figure) -> Estimate | None:
    return proportion(figure.events, figure.n) if figure.n and figure.events is not None else None


def _rate_difference(program: Figure, comparison: Figure) -> Estimate | None:
    """Given all promotions, the program's part of them against its part of the time (Przyborowski–Wilenski)."""
    events = (program.events or 0) + (comparison.events or 0)
    years = (program.person_years or 0.0) + (comparison.person_years or 0.0)
    if not events or not years:
        return None
    part = proportion(program.events or 0, events)
    expected = (program.person_years or 0.0) / years
    return Estimate(part.value - expected, part.low - expected, part.high - expected, events)
