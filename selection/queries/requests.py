"""What waits for a member's decision, with what one needs to decide from the list."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from amdp.directory.models import Person
from amdp.directory.queries import person_of, search_people
from amdp.identity.models import Membership, Role
from selection import access
from selection.models import Approval, Nomination
from selection.queries.approvals import approvals_for
from selection.queries.delegations import Duty, acts_for

State = Approval.State
GONE = (State.SKIPPED, State.MOVED, State.DROPPED)


@dataclass(frozen=True)
class Request:
    """One request as the list shows it: in whose name the member decides, and how far the chain is."""

    approval: Approval
    principal: Person | None
    as_role: str
    step: int
    steps: int

    @property
    def nomination(self) -> Nomination:
        return self.approval.nomination


def requests_for(member: Membership) -> QuerySet[Approval]:
    """Everything that waits for the member, of all cohorts and as a delegate too, first due first."""
    return approvals_for(member).select_related(
        "nomination__candidate__person__grade", "nomination__candidate__cohort", "nomination__nominator",
        "nomination__written_by", "nomination__endorser", "approver", "escalated_to",
    )  # fmt: skip


def search_requests(approvals: QuerySet[Approval], text: str) -> QuerySet[Approval]:
    """Requests about people whose name starts with the text."""
    return approvals.filter(nomination__candidate__person__in=search_people(Person.objects.all(), text))


def as_requests(member: Membership, approvals: Sequence[Approval]) -> list[Request]:
    """The rows of a page with their step and capacity; two queries however many."""
    own, principals = person_of(member), {one.pk: one for one in acts_for(member, duty=Duty.APPROVE)}
    counted = _steps(approvals)
    rows = []
    for approval in approvals:
        asked = [approval.approver_id, approval.escalated_to_id]
        mine = own is not None and own.pk in asked
        holds_role = approval.approver_id is None and member.has(Role(approval.role))
        principal = None
        if not mine and not holds_role:
            principal = next((principals[pk] for pk in asked if pk in principals), None)
        as_role = "" if mine or principal else "as L&D" if approval.approver_id else f"as {approval.who}"
        step, steps = counted.get(approval.pk, (1, 1))
        rows.append(Request(approval, principal, as_role, step, steps))
    return rows


def _steps(approvals: Sequence[Approval]) -> dict[int, tuple[int, int]]:
    """By request the number of its step among those of its round that are not left out, and how many."""
    nominations = {approval.nomination_id for approval in approvals}
    rows = (
        Approval.objects.filter(nomination__in=nominations)
        .exclude(state__in=GONE)
        .order_by()
        .values_list("nomination_id", "round", "position")
        .annotate(Count("pk"))
    )
    places: dict[tuple[int, int], list[int]] = {}
    for nomination, number, position, _ in rows:
        places.setdefault((nomination, number), []).append(position)
    found = {}
    for approval in approvals:
        positions = sorted(places.get((approval.nomination_id, approval.round), [approval.position]))
        found[approval.pk] = (positions.index(approval.position) + 1, len(positions))
    return found


def visible_approvals(member: Membership) -> QuerySet[Approval]:
    """The steps of the nominations a member reads, in order."""
    found = Approval.objects.filter(nomination__in=access.visible_nominations(member).order_by().values("pk"))
    return found.select_related(
        "approver", "escalated_to", "decided_for", "decided_by__user", "nomination__candidate__person",
        "nomination__candidate__cohort", "nomination__nominator",
    ).order_by("nomination_id", "round", "position", "pk")  # fmt: skip


def waiting_for(member: Membership) -> Q:
    """A condition on approvals: they wait for this member."""
    return Q(pk__in=approvals_for(member).order_by().values("pk"))
