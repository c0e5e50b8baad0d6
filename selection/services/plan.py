"""Beginning the plan of a selection, changing it, and keeping what it said before."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort, Program
from selection import access
from selection.asked import wrong_with
from selection.defaults import GroupTerms, RuleTerms
from selection.models import Criterion, PlanVersion, SelectionPlan
from selection.plan_parts import PARTS, content_of, part_of
from selection.plan_parts.criteria import store_criteria
from selection.plan_parts.eligibility import store_groups
from selection.queries.plan import pattern_of, plan_of, plans

NEEDS_WHY = "Say why. People already act by this plan, and the reason is kept with the new version."


@transaction.atomic
def begin_plan(run: Cohort | Program, *, by: Membership | None) -> SelectionPlan:
    """The plan of a cohort, or the pattern of a program; the one there is already stays as it is.

    A cohort's begins as a copy of its program's pattern; without one, like a pattern, with what the
    program's blueprint proposes. Raises ValidationError for a cohort that is past its set-up, and
    PermissionDenied for who does not run it.
    """
    require_organization()
    run = type(run)._default_manager.select_for_update(of=("self",)).get(pk=run.pk)
    if by is not None and not access.can_begin_plan(by, run):
        raise PermissionDenied(access.NOT_THE_PLAN)
    existing = plan_of(run) if isinstance(run, Cohort) else pattern_of(run)
    if existing is not None:
        return existing
    pattern = None
    if isinstance(run, Cohort):
        if run.state != Cohort.State.DRAFT:
            raise ValidationError(access.LOCKED)
        pattern = pattern_of(run.program)
        zone = (pattern.time_zone if pattern else "") or run.organization.time_zone
        plan = SelectionPlan.objects.create(cohort=run, time_zone=zone)
    else:
        plan = SelectionPlan.objects.create(program=run)
    for part in PARTS:
        if pattern is not None:
            part.copy(pattern, plan)
        else:
            part.propose(plan)
    audit.record("selection.plan_begun", run, by=by, after={"from": str(pattern) if pattern else "blueprint"})
    return plan


@transaction.atomic
def change_plan(
    plan: SelectionPlan,
    key: str,
    write: Callable[[SelectionPlan], None],
    *,
    by: Membership | None,
    why: str = "",
) -> SelectionPlan:
    """Change one part of a plan with ``write``; once the part's stage is open, with a reason and as a new
    version. A change that changes nothing leaves no trace.

    Raises PermissionDenied for who does not run the selection, ValidationError when the reason is missing
    or the time of the part has passed; whatever ``write`` raises leaves everything as it was.
    """
    require_organization()
    plan = plans().select_for_update(of=("self",)).get(pk=plan.pk)
    part = part_of(key)
    if by is not None and not access.can_run_plan(by, plan):
        raise PermissionDenied(access.NOT_THE_PLAN)
    if part.is_over(plan):
        raise ValidationError(access.why_over(part))
    opened = part.has_opened(plan)
    if opened and not why.strip():
        raise ValidationError({"why": NEEDS_WHY})
    before = content_of(plan)
    write(plan)
    plan = plans().get(pk=plan.pk)
    after = content_of(plan)
    if after == before:
        return plan
    if opened:
        _keep_versions(plan, key, before, after, by=by, why=why.strip())
    audit.record(
        "selection.plan_changed",
        plan.cohort or plan.program,
        by=by,
        before=_changed(before, after),
        after=_changed(after, before),
        why=why.strip(),
    )
    return plan


def _keep_versions(
    plan: SelectionPlan, key: str, before: Any, after: Any, *, by: Membership | None, why: str
) -> None:
    """The plan as its stage opened with it comes first; then one version for each change."""
    last = plan.versions.order_by("-number").first()
    if last is None:
        PlanVersion.objects.create(plan=plan, number=1, content=before)
    number = last.number + 1 if last else 2
    PlanVersion.objects.create(plan=plan, number=number, section=key, content=after, made_by=by, why=why)


def _changed(content: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {key: said for key, said in content.items() if said != other.get(key)}


@transaction.atomic
def set_up_selection(
    cohort: Cohort,
    *,
    by: Membership | None,
    weights: Mapping[str, int] | None = None,
    groups: Sequence[GroupTerms] | None = None,
) -> Cohort:
    """Begin the plan of a cohort with these weights and rules; what is not given is copied or proposed.

    Raises ValidationError once the cohort takes nominations, when the weights do not sum to 100 or a
    rule lacks its threshold.
    """
    if weights is not None:
        check_weights(weights)
    for rule in (rule for group in groups or () for rule in group.rules):
        check_rule(rule)
    if cohort.state != Cohort.State.DRAFT:
        raise ValidationError(access.LOCKED)
    plan = begin_plan(cohort, by=by)
    if weights is not None:
        change_plan(plan, "criteria", lambda found: store_criteria(found, weights), by=by)
    if groups is not None:
        change_plan(plan, "eligibility", lambda found: store_groups(found, groups), by=by)
    return cohort


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
    if wrong := wrong_with(rule):
        raise ValidationError(wrong)
