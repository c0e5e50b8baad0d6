"""Who may assess: how far up the line nobody does, and the training of those on the panel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from amdp.web.time import day
from cohorts.models import Cohort
from selection.models import Assessor, Exercise, SelectionPlan, Stage
from selection.plan_parts.base import Part

Kind = Exercise.Kind


@dataclass(frozen=True)
class Training:
    """When somebody was trained, for which kinds of exercises, and the most score sheets they are given."""

    trained_on: date | None = None
    trained_for: tuple[str, ...] = ()
    most: int | None = None


def assessors_in(plan: SelectionPlan) -> list[Assessor]:
    """The panel of the plan's cohort; a pattern has none."""
    if plan.cohort is None:
        return []
    return sorted(plan.cohort.assessors.select_related("person"), key=lambda each: str(each.person))


def store_panel(plan: SelectionPlan, levels: int, trainings: Mapping[int, Training]) -> None:
    """Write the levels, and the training by id of an assessor."""
    plan.conflict_levels = levels
    plan.save(update_fields=["conflict_levels"])
    for assessor in assessors_in(plan):
        if found := trainings.get(assessor.pk):
            assessor.trained_on, assessor.most = found.trained_on, found.most
            assessor.trained_for = list(found.trained_for)
            assessor.save(update_fields=["trained_on", "trained_for", "most"])


def _content(plan: SelectionPlan) -> dict[str, str]:
    said = {"Conflict of interest": f"{_levels(plan.conflict_levels)} above a candidate"}
    return said | {str(each.person): _training(each) for each in assessors_in(plan)}


def _levels(count: int) -> str:
    return "The leader" if count == 1 else f"{count} levels of leaders"


def _training(assessor: Assessor) -> str:
    kinds = ", ".join(str(Kind(kind).label).lower() for kind in assessor.trained_for)
    parts = [
        f"trained {day(assessor.trained_on)}" if assessor.trained_on else "no training noted",
        f"for {kinds}" if kinds else "for every exercise",
    ]
    if assessor.most is not None:
        parts.append(f"at most {assessor.most} score sheets")
    return ", ".join(parts)


def _propose(plan: SelectionPlan) -> None:
    """Two levels, as stored; nobody is on the panel yet."""


def _copy(source: SelectionPlan, target: SelectionPlan) -> None:
    target.conflict_levels = source.conflict_levels
    target.save(update_fields=["conflict_levels"])


def _missing(plan: SelectionPlan) -> list[str]:
    return []  # a panel may still be named while nominations come in


def _said(plan: SelectionPlan) -> str:
    levels = (
        f"nobody up to {plan.conflict_levels} levels above" if plan.conflict_levels > 1 else "no own leader"
    )
    if plan.cohort is None:
        return f"For each candidate {levels}"
    panel = assessors_in(plan)
    if not panel:
        return f"Nobody yet; for each candidate {levels}"
    people = "1 person" if len(panel) == 1 else f"{len(panel)} people"
    untrained = sum(each.trained_on is None for each in panel)
    return f"{people}, {levels}" + (f"; {untrained} without a training date" if untrained else "")


PART = Part(
    key="panel",
    title="Assessor panel",
    about="How far up the line nobody assesses, and for whom on the panel which training is noted.",
    stage=Stage.Kind.ASSESSMENT,
    last=Cohort.State.ASSESSING,
    content=_content,
    propose=_propose,
    copy=_copy,
    missing=_missing,
    said=_said,
)
