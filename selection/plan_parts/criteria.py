"""What counts and how much, and what nobody may fall short of."""

from collections.abc import Mapping
from decimal import Decimal

from cohorts.models import Cohort, Competency
from selection.defaults import weights_for
from selection.models import Criterion, KnockOut, SelectionPlan, Stage
from selection.plan_parts.base import Part

Kind = Criterion.Kind


def weights_in(plan: SelectionPlan) -> dict[str, int]:
    """Weights in percent by criterion, in order; 0 for what the plan does not hold."""
    stored = {criterion.kind: criterion.weight for criterion in plan.criteria.all()}
    return {kind: stored.get(kind, 0) for kind in Kind.values}


def minimums_in(plan: SelectionPlan) -> dict[str, int]:
    """Knock-outs on 0–100 by criterion; only those that are set."""
    return {each.kind: each.minimum for each in plan.criteria.all() if each.minimum is not None}


def knock_outs_in(plan: SelectionPlan) -> dict[int, Decimal]:
    """Knock-outs on 1–5 by competency."""
    return {each.competency_id: each.minimum for each in plan.knock_outs.all()}


def store_criteria(
    plan: SelectionPlan, weights: Mapping[str, int], minimums: Mapping[str, int] | None = None
) -> None:
    """Write weights and, when given, minimums of one plan."""
    for position, kind in enumerate(Kind.values):
        values: dict[str, int | None] = {"weight": weights.get(kind, 0), "position": position}
        if minimums is not None:
            values["minimum"] = minimums.get(kind)
        Criterion.objects.update_or_create(plan=plan, kind=kind, defaults=values)


def store_knock_outs(plan: SelectionPlan, minimums: Mapping[int, Decimal]) -> None:
    """Write the least mean by competency; those not named are no knock-outs any more."""
    plan.knock_outs.exclude(competency__in=minimums).delete()
    for competency, minimum in minimums.items():
        KnockOut.objects.update_or_create(plan=plan, competency_id=competency, defaults={"minimum": minimum})


def store_agreed(plan: SelectionPlan, counts: bool) -> None:
    """Write whether the score of an exercise is what its assessors agreed on, where they did."""
    plan.counts_agreed = counts
    plan.save(update_fields=["counts_agreed"])


def competencies_for(plan: SelectionPlan) -> list[Competency]:
    """The competencies of the program's model, in order."""
    program = plan.cohort.program_id if plan.cohort else plan.program_id
    return list(Competency.objects.filter(program=program))


def _content(plan: SelectionPlan) -> dict[str, str]:
    minimums = minimums_in(plan)
    said = {
        Kind(kind).label: f"{weight}%" + (f", at least {minimums[kind]} of 100" if kind in minimums else "")
        for kind, weight in weights_in(plan).items()
    }
    for each in plan.knock_outs.all():
        said[each.competency.name] = f"at least {each.minimum.normalize():f} of 5"
    if plan.counts_agreed:
        said["Score of an exercise"] = "the agreed rating where there is one, else the mean of its assessors"
    return said


def _propose(plan: SelectionPlan) -> None:
    program = plan.cohort.program if plan.cohort else plan.program
    store_criteria(plan, weights_for(program.blueprint if program else ""))


def _copy(source: SelectionPlan, target: SelectionPlan) -> None:
    store_criteria(target, weights_in(source), minimums_in(source))
    store_knock_outs(target, knock_outs_in(source))
    store_agreed(target, source.counts_agreed)


def _missing(plan: SelectionPlan) -> list[str]:
    total = sum(weights_in(plan).values())
    return [] if total == 100 else [f"The weights add up to {total}; they have to add up to 100."]


def _said(plan: SelectionPlan) -> str:
    parts = [f"{Kind(kind).label} {weight}%" for kind, weight in weights_in(plan).items() if weight]
    count = len(minimums_in(plan)) + len(knock_outs_in(plan))
    if count:
        parts.append("1 knock-out" if count == 1 else f"{count} knock-outs")
    if plan.counts_agreed:
        parts.append("agreed ratings count")
    return ", ".join(parts)


PART = Part(
    key="criteria",
    title="Criteria, weights and knock-outs",
    about="What counts in the ranking and how much, and the least a candidate has to show.",
    stage=Stage.Kind.NOMINATION,
    last=Cohort.State.ASSESSING,
    content=_content,
    propose=_propose,
    copy=_copy,
    missing=_missing,
    said=_said,
)
