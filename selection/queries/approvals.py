"""Reading approvals: what waits for whom, what was asked, and how a nomination went."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from amdp.web.time import day
from cohorts.models import Cohort
from selection import access
from selection.chain import Terms
from selection.models import Approval, Candidate, Nomination
from selection.queries.proposers import proposed_by

State = Approval.State
CHANGED = "The nomination was changed."
# Requests that still need an answer: not those on somebody who was taken out of the selection.
WAITS = Q(state=Approval.State.ASKED, nomination__candidate__withdrawn_why="")


def approvals_for(member: Membership) -> QuerySet[Approval]:
    """Nominations that wait for this member's decision, first due first."""
    waiting = Approval.objects.filter(WAITS).select_related(
        "nomination__candidate__person",
        "nomination__candidate__cohort",
        "nomination__nominator",
        "nomination__written_by",
        "nomination__endorser",
    )
    person = person_of(member)
    mine = access.asked_of(member) & access.not_decided_before(member)
    found = waiting.filter(mine).order_by("due_on", "pk")
    if person is None:
        return found
    own = Nomination.objects.filter(proposed_by(person)).exclude(state=Nomination.State.WITHDRAWN)
    return found.exclude(nomination__candidate__person=person).exclude(
        nomination__candidate__in=own.values("candidate_id")
    )


def questions_on(nominations: Iterable[Nomination] | QuerySet[Nomination]) -> QuerySet[Approval]:
    """The question with which each of these was returned last, where it waits for an answer."""
    asked = Approval.objects.filter(
        nomination__in=nominations, nomination__state=Nomination.State.RETURNED, state=Approval.State.RETURNED
    )
    latest = asked.order_by("nomination_id", "-decided_at", "-pk").distinct("nomination_id")
    return latest.select_related(
        "nomination__nominator",
        "nomination__endorser",
        "nomination__written_by",
        "nomination__candidate__person",
        "decided_by__user",
    )


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
    # of those it is between: "nominator" or "approver"
    part: str = "approver"


@dataclass(frozen=True)
class ChainLink:
    """One step of the chain as it stands: done, now, next or left out."""

    who: str
    state: str
    label: str
    why: str
    at: datetime | None = None
    due: date | None = None
    also: str = ""
    days: int = 0

    @property
    def tone(self) -> str:
        return {"done": "good", "now": "accent", "ended": "bad"}.get(self.state, "")


def approvals_of(nominations: Iterable[Nomination]) -> dict[int, list[Approval]]:
    """Every approval of these nominations by nomination, in the order of the chain; one query."""
    found: dict[int, list[Approval]] = {nomination.pk: [] for nomination in nominations}
    rows = Approval.objects.filter(nomination__in=list(found)).select_related(
        "approver", "escalated_to", "decided_for", "decided_by__user"
    )
    for row in rows.order_by("round", "position", "pk"):
        found[row.nomination_id].append(row)
    return found


def steps_of(nomination: Nomination, approvals: list[Approval] | None = None) -> list[Step]:
    """A nomination from the first submission to the last answer, in time order; at most one query."""
    rows = approvals_of([nomination])[nomination.pk] if approvals is None else approvals
    steps: list[Step] = []
    before: Approval | None = None
    for row in rows:
        if row.asked_at is not None:
            steps += _handed_in(nomination, row, before)
        steps += _answer(row)
        before = row if row.asked_at is not None else before
    steps.sort(key=lambda step: (step.at is None, step.at))
    if nomination.state == Nomination.State.WITHDRAWN:
        steps.append(
            Step(nomination.who, "withdrew the nomination", "", nomination.updated_at, part="nominator")
        )
    return steps


def _handed_in(nomination: Nomination, row: Approval, before: Approval | None) -> list[Step]:
    def step(what: str, words: str = "") -> list[Step]:
        return [Step(nomination.who, what, words, row.asked_at, part="nominator")]

    if before is None:
        return step("nominated")
    if before.round != row.round:
        changed = before.remark == CHANGED
        what = "changed it" if changed else "handed in again"
        return step(f"{what}, and the approvals begin anew", row.answer)
    if before.state == State.RETURNED:
        return step("answered and handed in again", row.answer)
    return []


def _answer(row: Approval) -> list[Step]:
    if row.state == State.PLANNED:
        return []
    if row.state == State.SKIPPED:
        return [Step(row.who, "is left out", row.why, row.decided_at)]
    steps = []
    if row.escalated_at:
        late = f"{row.who} had not decided by {_day(row.due_on)}."
        steps.append(Step(row.escalated_who, "is asked too", late, row.escalated_at))
    if row.state == State.ASKED:
        both = f"{row.who} or {row.escalated_who}" if row.escalated_at else row.who
        return [*steps, Step(both, "decides", "", None, row.due_on, waits=True)]
    if row.state == State.MOVED:
        return [*steps, Step(row.who, "was asked and decides no longer", row.why, row.decided_at)]
    if row.state == State.DROPPED:
        if row.asked_at is None:
            return steps
        return [*steps, Step(row.who, "did not need to decide", row.remark, row.decided_at)]
    words = {
        State.APPROVED: "approved",
        State.RETURNED: "returned it with a question",
        State.DECLINED: "declined",
    }
    return [*steps, Step(decided_by(row), words[State(row.state)], row.remark, row.decided_at)]


def decided_by(row: Approval) -> str:
    """Who decided, and in whose name."""
    who = str(row.decided_by) if row.decided_by else row.who
    return f"{who} for {row.decided_for}" if row.decided_for else who


def chain_of(approvals: Iterable[Approval]) -> list[ChainLink]:
    """The chain as it stands now, from the rows of ``approvals_of``: what is done, who decides, who is next.

    A step that was asked again, or of somebody else, shows once, as it is now; before, it is in the steps.
    """
    rows = list(approvals)
    if not rows:
        return []
    number = max(row.round for row in rows)
    latest = {(row.position, row.state == State.SKIPPED): row for row in rows if row.round == number}
    shown = [row for row in latest.values() if row.state not in (State.DROPPED, State.MOVED)]
    if any(row.state == State.DROPPED and row.asked_at for row in latest.values()):
        return [_link(row) for row in shown if row.state in (State.APPROVED, State.SKIPPED)]
    return [_link(row) for row in sorted(shown, key=lambda row: (row.position, row.pk))]


def _link(row: Approval) -> ChainLink:
    days = Terms.from_json(row.terms).days
    if row.state == State.PLANNED:
        return ChainLink(row.who, "next", "Comes later", row.why, days=days)
    if row.state == State.SKIPPED:
        return ChainLink(row.who, "skipped", "Left out", row.why)
    if row.state == State.ASKED:
        also = row.escalated_who if row.escalated_at else ""
        return ChainLink(row.who, "now", "Decides now", row.why, due=row.due_on, also=also)
    label = State(row.state).label
    state = "done" if row.state == State.APPROVED else "ended"
    return ChainLink(decided_by(row), state, label, row.why, row.decided_at)


def _day(on: date | None) -> str:
    return day(on) if on else ""
