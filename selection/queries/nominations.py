"""Reading nominations: whom a leader proposed, and how each went."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from cohorts.access import visible_cohorts
from cohorts.models import Cohort
from selection.models import Approval, Candidate, Nomination

# Requests that still need an answer: not those on somebody who was taken out of the selection.
WAITS = Q(state=Approval.State.ASKED, nomination__candidate__withdrawn_why="")


def open_cohorts(member: Membership) -> QuerySet[Cohort]:
    """Cohorts a member may read that take nominations or did, for the way into a nomination."""
    return visible_cohorts(member).filter(state=Cohort.State.NOMINATING).select_related("program")


def nominated_by(member: Membership, cohort: Cohort) -> dict[int, Nomination]:
    """The member's own nominations in a cohort by person, withdrawn ones left out."""
    person = person_of(member)
    if person is None:
        return {}
    own = (
        Nomination.objects.filter(candidate__cohort=cohort, nominator=person)
        .exclude(state=Nomination.State.WITHDRAWN)
        .select_related("candidate")
    )
    return {nomination.candidate.person_id: nomination for nomination in own}


def with_counts(cohorts: QuerySet[Cohort]) -> QuerySet[Cohort]:
    """``nominated``, ``waiting``, ``returned`` and ``admitted``: how many files there are and how far they are."""
    state = Candidate.State
    return cohorts.annotate(
        nominated=Count("candidates", filter=~Q(candidates__state=state.DRAFTED), distinct=True),
        waiting=Count("candidates", filter=Q(candidates__state=state.PROPOSED), distinct=True),
        returned=Count("candidates", filter=Q(candidates__state=state.RETURNED), distinct=True),
        admitted=Count("candidates", filter=Q(candidates__state=state.ADMITTED), distinct=True),
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
