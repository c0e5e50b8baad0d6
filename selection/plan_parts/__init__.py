"""The parts of a selection plan, in the order in which a selection needs them."""

from selection.models import SelectionPlan
from selection.plan_parts import (
    approval,
    criteria,
    decision,
    eligibility,
    exercises,
    letters,
    nomination,
    panel,
    seats,
    windows,
)
from selection.plan_parts.base import Part

PARTS: tuple[Part, ...] = (
    windows.PART,
    eligibility.PART,
    nomination.PART,
    approval.PART,
    exercises.PART,
    panel.PART,
    criteria.PART,
    seats.PART,
    decision.PART,
    letters.PART,
)

__all__ = ["PARTS", "Part", "content_of", "missing_in", "part_of"]


def part_of(key: str) -> Part:
    """The part with that key. Raises KeyError for none."""
    return {part.key: part for part in PARTS}[key]


def content_of(plan: SelectionPlan) -> dict[str, dict[str, str]]:
    """The whole plan in words, by part: what a version keeps."""
    return {part.key: part.content(plan) for part in PARTS}


def missing_in(plan: SelectionPlan) -> list[str]:
    """Everything that has to be mended before nominations open, in sentences."""
    return [sentence for part in PARTS for sentence in part.missing(plan)]
