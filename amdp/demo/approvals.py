"""A chain of two steps, somebody who acts for an approver, and a request that is late."""

import datetime as dt

from amdp.demo.clock import at
from amdp.demo.directory import World
from cohorts.models import Cohort
from selection.models import Approval, ApprovalStep, Decider, Delegation, SelectionPlan
from selection.plan_parts.approval import store_steps
from selection.services import change_plan, decide_nomination, delegate_to
from selection.services.upkeep import escalate

AWAY = dt.timedelta(days=9)


def two_steps(world: World, cohort: Cohort) -> None:
    """The leader above the nominator, and HR after that; who is late gets company."""
    steps = [
        ApprovalStep(kind="leader", remind_after=3, escalate_after=2, escalate_to="above"),
        ApprovalStep(kind="role", role=Decider.HR_ANALYST, days=3),
    ]
    plan = SelectionPlan.objects.get(cohort=cohort)
    change_plan(plan, "approval", lambda found: store_steps(found, steps), by=world.cast["ld_admin"])


def hr_approves(world: World, approval: Approval, when: dt.datetime) -> None:
    """The second step of a nomination whose first is approved."""
    with at(when):
        decide_nomination(approval.nomination, decision="approve", by=world.cast["hr"])


def somebody_is_late(approval: Approval, when: dt.datetime) -> None:
    """What the tick does with a request past its day."""
    with at(when):
        escalate(approval)


def on_leave(world: World, who: str, delegate: str, when: dt.datetime) -> Delegation:
    """A leader is away and has named who decides."""
    with at(when):
        return delegate_to(
            world.part(delegate),
            duties=[Delegation.Duty.APPROVE],
            from_on=when.date(),
            until_on=world.today + AWAY,
            why="Parental leave, back in two weeks",
            by=world.member_of(world.part(who)),
        )
