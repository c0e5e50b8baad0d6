"""Reading approvals: what waits for whom, what was asked, and how a nomination went."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from amdp.directory.queries import person_of
from amdp.identity.models import Membership, Role
from cohorts.models import Cohort
from selection import access
from selection.models import Approval, Candidate, Nomination

# Requests that still need an answer: not those on somebody who was taken out of the selection.
WAITS = Q(state=Approval.State.ASKED, nomination__candidate__withdrawn_why="")


def approvals_for(member: Membership) -> QuerySet[Approval]:
    """Nominations that wait for this member's decision, first due first."""
    waiting = Approval.objects.filter(WAITS).select_related(
        "nomination__candidate__person", "nomination__candidate__cohort", "nomination__nominator"
    )
    person = person_of(member)
    mine = Q(approver=person) if person else Q(pk__in=[])
    if member.has(Role.LD_ADMIN):
        mine |= (Q(approver=None) | Q(approver__membership=None)) & ~access.not_run_by(member)
    found = waiting.filter(mine).order_by("due_on", "pk")
    if person is None:
        return found
    own = Nomination.objects.filter(nominator=person).exclude(state=Nomination.State.WITHDRAWN)
    return found.exclude(nomination__candidate__person=person).exclude(
        nomination__candidate__in=own.values("candidate_id")
    )


def questions_on(nominations: Iterable[Nomination] | QuerySet[Nomination]) -> QuerySet[Approval]:
    """The question with which each of these was returned last, where it waits for an answer."""
    asked = Approval.objects.filter(
        nomination__in=nominations, nomination__state=Nomination.State.RETURNED, state=Approval.State.RETURNED
    )
    latest = asked.order_by("nomination_id", "-decided_at", "-pk").distinct("nomination_id")
    return latest.select_related("nomination__nominator", "nomination__candidate__person", "decided_by__user")


def unanswered(cohort: Cohort) -> QuerySet[Approval]:
    """The questions that keep people out of the assessment: of those who have no other nomination that was
    approved or waits for its decision."""
    returned = Nomination.objects.filter(candidate__cohort=cohort, candidate__state=Candidate.State.RETURNED)
    return questions_on(returned.order_by())


@dataclass(frozen=True)
class Step:
    """One thing that happened to a nomination, or that is waited for."""

    who: str
    what: str
    words: str
    at: datetime | None
    due: date | None = None
    waits: bool = False


def steps_of(nomination: Nomination) -> list[Step]:
    """A nomination from the first submission to the last answer, in time order; one query."""
    steps = []
    approvals = nomination.approvals.select_related("approver", "decided_by__user").order_by("asked_at", "pk")
    for number, approval in enumerate(approvals):
        what = "nominated" if number == 0 else "answered and handed in again"
        steps.append(Step(str(nomination.nominator), what, approval.answer, approval.asked_at))
        steps.append(_answer(approval))
    if nomination.state == Nomination.State.WITHDRAWN:
        steps.append(Step(str(nomination.nominator), "withdrew the nomination", "", nomination.updated_at))
    return steps


def _answer(approval: Approval) -> Step:
    asked = str(approval.approver) if approval.approver else "L&D"
    if approval.state == Approval.State.ASKED:
        return Step(asked, "decides", "", None, approval.due_on, waits=True)
    if approval.state == Approval.State.DROPPED:
        return Step(asked, "did not need to decide", "", approval.decided_at)
    words = {
        Approval.State.APPROVED: "approved",
        Approval.State.RETURNED: "returned it with a question",
        Approval.State.DECLINED: "declined",
    }
    who = str(approval.decided_by) if approval.decided_by else asked
    return Step(who, words[Approval.State(approval.state)], approval.remark, approval.decided_at)
