"""Who approves a nomination, step by step."""

from collections.abc import Iterable, Sequence

from amdp.directory.models import Person
from amdp.identity.models import Role
from amdp.identity.queries import members_with
from cohorts.models import Cohort
from selection.days import today_of
from selection.models import ApprovalStep, Decider, SelectionPlan, Stage
from selection.plan_parts.base import Part

Kind = ApprovalStep.Kind
NTH = {1: "The nearest leader above the nominator", 2: "The second leader above the nominator"}
USUAL = "The nearest leader above the nominator, within 5 business days"
COPIED = [
    "kind", "level", "grade", "role", "person", "business_units", "markets", "replaces_line", "days",
    "remind_after", "escalate_after", "escalate_to",
]  # fmt: skip


def steps_in(plan: SelectionPlan) -> list[ApprovalStep]:
    """The steps of a plan in order; none means the nearest leader above the nominator."""
    return list(plan.approval_steps.select_related("grade", "person").order_by("position", "pk"))


def store_steps(plan: SelectionPlan, steps: Sequence[ApprovalStep]) -> None:
    """Write the steps of one plan in this order. Chains that have begun go on as they began."""
    plan.approval_steps.all().delete()
    for position, step in enumerate(steps):
        values = {name: getattr(step, name) for name in COPIED}
        ApprovalStep.objects.create(plan=plan, position=position, **values)


def who_decides(step: ApprovalStep) -> str:
    """Whom a step asks, in words."""
    if step.kind == Kind.LEADER:
        return NTH.get(step.level, f"Leader number {step.level} above the nominator")
    if step.kind == Kind.GRADE:
        return f"Every leader above the nominator, up to {step.grade}"
    return Decider(step.role).label if step.kind == Kind.ROLE else str(step.person)


def words_of(step: ApprovalStep) -> str:
    """A whole step in words, as a version keeps it."""
    parts = [f"{who_decides(step)}, within {_days(step.days)}"]
    only = ", ".join([*step.markets, *step.business_units])
    if only:
        instead = " instead of the leaders" if step.replaces_line else ""
        parts.append(f"only for {only}{instead}")
    if step.remind_after:
        parts.append(f"reminded after {_days(step.remind_after)}")
    if step.escalate_after:
        to = ApprovalStep.Escalation(step.escalate_to).label
        parts.append(
            f"{_days(step.escalate_after)} late: {to[0].lower() + to[1:] if to[0] == 'T' else to} too"
        )
    return "; ".join(parts)


def _days(count: int) -> str:
    return "1 business day" if count == 1 else f"{count} business days"


def _content(plan: SelectionPlan) -> dict[str, str]:
    steps = steps_in(plan)
    return {f"Step {number}": words_of(step) for number, step in enumerate(steps, 1)} or {"Step 1": USUAL}


def _copy(source: SelectionPlan, target: SelectionPlan) -> None:
    store_steps(target, steps_in(source))


def _missing(plan: SelectionPlan) -> list[str]:
    return [
        sentence
        for number, step in enumerate(steps_in(plan), 1)
        if (sentence := _why_nobody(plan, number, step))
    ]


def _why_nobody(plan: SelectionPlan, number: int, step: ApprovalStep) -> str:
    if step.person is not None and not step.person.is_employed(today_of(step.person)):
        return f"Step {number} of the approval names {step.person}, who has left."
    if step.role and not members_with(plan.organization, Role(step.role)).exists():
        return f"Step {number} of the approval asks {Decider(step.role).label}, and nobody has that role."
    return ""


def _said(plan: SelectionPlan) -> str:
    steps = steps_in(plan)
    if not steps:
        return NTH[1]
    names = _in_order(who_decides(step) for step in steps)
    return names if len(steps) == 1 else f"{len(steps)} steps: {names}"


def _in_order(names: Iterable[str]) -> str:
    return ", then ".join(name[0].lower() + name[1:] if n and name.startswith(("The ", "Every ")) else name
                          for n, name in enumerate(names))  # fmt: skip


def sample_of(plan: SelectionPlan, number: int) -> list[Person]:
    """People with a manager from as many markets and business units as there are, to try the chain on."""
    people = Person.objects.filter(manager__isnull=False, termination_date=None)
    cohort: Cohort | None = plan.cohort
    if cohort is not None and cohort.markets:
        people = people.filter(market__in=cohort.markets)
    found = people.order_by("market", "business_unit", "-hire_date", "pk").distinct("market", "business_unit")
    return list(found[:number])


def _propose(plan: SelectionPlan) -> None:
    """Nothing: without steps the nearest leader above the nominator decides."""


PART = Part(
    key="approval",
    title="Approval",
    about="Who approves a nomination, in which order, and what happens when somebody is late.",
    stage=Stage.Kind.APPROVAL,
    last=Cohort.State.NOMINATING,
    content=_content,
    propose=_propose,
    copy=_copy,
    missing=_missing,
    said=_said,
)
