"""Setting up what a cohort asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort
from selection.access import LOCKED
from selection.defaults import GroupTerms, RuleTerms, groups_for, weights_for
from selection.models import Criterion, EligibilityGroup, EligibilityRule, SelectionPlan
from selection.queries.plan import is_set_up, weights_of

NEEDS_THRESHOLD = {
    EligibilityRule.Fact.TENURE: "Say how many months in the company you ask for.",
    EligibilityRule.Fact.TIME_IN_GRADE: "Say how many months in the grade you ask for.",
    EligibilityRule.Fact.RATINGS: "Say which rating is the lowest you accept.",
}


@transaction.atomic
def set_up_selection(
    cohort: Cohort,
    *,
    by: Membership | None,
    weights: Mapping[str, int] | None = None,
    groups: Sequence[GroupTerms] | None = None,
) -> Cohort:
    """Store weights and eligibility rules of a cohort; what is not given is proposed by its blueprint.

    Raises ValidationError once the cohort takes nominations, when the weights do not sum to 100 or a
    rule lacks its threshold.
    """
    require_organization()
    cohort = (
        Cohort.objects.select_for_update(of=("self",))
        .select_related("program", "organization")
        .get(pk=cohort.pk)
    )
    if cohort.state != Cohort.State.DRAFT:
        raise ValidationError(LOCKED)
    blueprint = cohort.program.blueprint
    weights = weights if weights is not None else weights_for(blueprint)
    groups = groups if groups is not None else groups_for(blueprint)
    rules = [rule for group in groups for rule in group.rules]
    check_weights(weights)
    for rule in rules:
        check_rule(rule)
    before = weights_of(cohort) if is_set_up(cohort) else {}
    plan = begin_plan(cohort)
    _store_weights(plan, weights)
    store_groups(plan, groups)
    after = {"weights": dict(weights), "rules": [_told(rule) for rule in rules if rule.is_on]}
    audit.record("selection.set_up", cohort, by=by, before={"weights": before}, after=after)
    return cohort


def begin_plan(cohort: Cohort) -> SelectionPlan:
    """The cohort's plan; an empty one in the organization's time zone if there is none. The cohort is locked
    by the caller."""
    zone = cohort.organization.time_zone
    return SelectionPlan.objects.get_or_create(cohort=cohort, defaults={"time_zone": zone})[0]


def check_weights(weights: Mapping[str, int]) -> None:
    """Raises ValidationError unless the known criteria sum to 100."""
    if unknown := set(weights) - set(Criterion.Kind.values):
        raise ValidationError(f"{', '.join(sorted(unknown))} is not a criterion.")
    if any(weight < 0 for weight in weights.values()):
        raise ValidationError("A weight cannot be below 0.")
    total = sum(weights.values())
    if total != 100:
        raise ValidationError(f"The weights add up to {total}; they have to add up to 100.")


def check_rule(rule: RuleTerms) -> None:
    """Raises ValidationError, at the field to fill in, for a rule that is on but says nothing."""
    if not rule.is_on:
        return
    threshold = f"{rule.fact}_threshold"
    if rule.fact in NEEDS_THRESHOLD and rule.threshold is None:
        raise ValidationError({threshold: NEEDS_THRESHOLD[EligibilityRule.Fact(rule.fact)]})
    if rule.fact == EligibilityRule.Fact.RATINGS and not 1 <= float(rule.threshold or 0) <= 5:
        raise ValidationError({threshold: "Ratings run from 1 to 5."})
    if rule.fact == EligibilityRule.Fact.GRADE:
        if rule.lowest_grade is None and rule.highest_grade is None:
            asked = "Choose the lowest or the highest grade, or switch the grade rule off."
            raise ValidationError({"lowest_grade": asked})
        both = rule.lowest_grade and rule.highest_grade
        if both and rule.lowest_grade.rank > rule.highest_grade.rank:  # type: ignore[union-attr]
            raise ValidationError({"lowest_grade": "The lowest grade has to stand below the highest."})


def _store_weights(plan: SelectionPlan, weights: Mapping[str, int]) -> None:
    for position, kind in enumerate(Criterion.Kind.values):
        Criterion.objects.update_or_create(
            plan=plan, kind=kind, defaults={"weight": weights.get(kind, 0), "position": position}
        )


def store_groups(plan: SelectionPlan, groups: Sequence[GroupTerms]) -> None:
    """Write the eligibility rules of one plan in place of those it holds."""
    plan.eligibility_groups.all().delete()
    for place, group in enumerate(groups):
        stored = EligibilityGroup.objects.create(plan=plan, match=group.match, position=place)
        EligibilityRule.objects.bulk_create(
            EligibilityRule(
                plan=plan,
                group=stored,
                position=position,
                **{**vars(rule), "listed": list(rule.listed)},
            )
            for position, rule in enumerate(group.rules)
        )


def _told(rule: RuleTerms) -> dict[str, Any]:
    return {
        "fact": rule.fact,
        "threshold": rule.threshold,
        "count": rule.count,
        "lowest": str(rule.lowest_grade or ""),
        "highest": str(rule.highest_grade or ""),
    }
