"""The main results at the top of the page."""

from dataclasses import dataclass

from metrics.arms import Arm, Measure
from metrics.figures import Figure
from metrics.queries import PlacementFacts, Results
from metrics.words import day_text, interval_text, value_text


@dataclass(frozen=True)
class Card:
    """A number with what it rests on; ``key`` leads to its definition."""

    key: str
    title: str
    value: str
    versus: str = ""
    basis: str = ""
    hidden: bool = False


def cards(results: Results, placements: PlacementFacts) -> list[Card]:
    """Retention, promotions, placements."""
    return [
        _card(results, Measure.RETENTION, "Still employed after 12 months"),
        _card(results, Measure.PROMOTIONS, "Promotions per person-year"),
        Card("placement", "Graduates placed", str(placements.count), basis=placements.sentence),
    ]


def _card(results: Results, measure: Measure, title: str) -> Card:
    program, comparison = results.of(measure, Arm.PROGRAM), results.of(measure, Arm.COMPARISON)
    shown = program is not None and program.value is not None
    compared = shown and comparison is not None and comparison.value is not None
    return Card(
        key=measure,
        title=title,
        value=value_text(program) if shown else _capital(value_text(program)),
        versus=f"vs {value_text(comparison)}" if compared else "",
        basis=" · ".join(part for part in _basis(program, comparison) if part),
        hidden=not shown,
    )


def _basis(program: Figure | None, comparison: Figure | None) -> list[str]:
    if program is None:
        return []
    interval = interval_text(program)
    versus = f" vs {people_text(comparison)}" if comparison and (comparison.n or comparison.n is None) else ""
    return [
        f"95%: {interval}" if interval else "",
        f"n {people_text(program)}{versus}",
        f"as of {day_text(program.as_of)}",
    ]


def people_text(figure: Figure) -> str:
    """How many are counted, when that may be said."""
    return figure.hidden if figure.n is None else f"{figure.n:,}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
