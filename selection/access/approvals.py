"""Who decides a nomination, and in whose name."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from amdp.directory.appearances import may_appear
from amdp.directory.models import Person
from amdp.directory.queries import has_login, person_of
from amdp.identity.models import Membership, Role
from selection.access.setup import hidden_cohorts, is_candidate_in
from selection.models import Approval, Decider, Delegation, Nomination
from selection.queries.delegations import Duty, acts_for
from selection.queries.proposers import proposed_by

State = Approval.State
ROLES = {Role.LD_ADMIN: Decider.LD_ADMIN, Role.HR_ANALYST: Decider.HR_ANALYST, Role.SPONSOR: Decider.SPONSOR}


@dataclass(frozen=True)
class Capacity:
    """As what a member decides: for ``principal``, as one of those in ``role``, or for themselves."""

    principal: Person | None = None
    role: str = ""

    @property
    def role_name(self) -> str:
        return Decider(self.role).label if self.role else ""


def can_decide_nomination(member: Membership, nomination: Nomination) -> bool:
    """Whoever the open step asks, whoever acts for them, and whoever is asked too since it was late; L&D where
    there is nobody with a login. Nobody decides what they nominated, on themselves, or twice."""
    approval = open_approval(nomination)
    return approval is not None and capacity_to_decide(member, approval) is not None


def capacity_to_decide(member: Membership, approval: Approval) -> Capacity | None:
    """As what the member may decide this request; None when they may not."""
    if not _is_impartial(member, approval.nomination) or _decided_before(member, approval):
        return None
    person = person_of(member)
    people = [one for one in (approval.approver, approval.escalated_to) if one is not None]
    if person is not None and person in people:
        return Capacity()
    for role in _roles_asked(approval):
        if member.has(Role(role)) and not is_candidate_in(member, approval.nomination.candidate.cohort):
            return Capacity(role=role)
    principal = acts_for(member, duty=Duty.APPROVE).filter(pk__in=[one.pk for one in people]).first()
    return Capacity(principal=principal) if principal is not None else None


def _roles_asked(approval: Approval) -> set[str]:
    roles = {approval.role} if approval.approver is None else set()
    if approval.approver is not None and not has_login(approval.approver):
        roles.add(Decider.LD_ADMIN)
    if approval.is_escalated and approval.escalated_to is None:
        roles.add(Decider.LD_ADMIN)
    return roles


def _is_impartial(member: Membership, nomination: Nomination) -> bool:
    person = person_of(member)
    if person is None:
        return True
    if person.pk == nomination.candidate.person_id:
        return False
    proposed = nomination.candidate.nominations.filter(proposed_by(person))
    return not proposed.exclude(state=Nomination.State.WITHDRAWN).exists()


def _decided_before(member: Membership, approval: Approval) -> bool:
    approved = Approval.objects.filter(nomination=approval.nomination_id, round=approval.round)
    return approved.filter(state=State.APPROVED, decided_by=member).exists()


def open_approval(nomination: Nomination) -> Approval | None:
    """The request that waits for an answer, if any."""
    return (
        nomination.approvals.filter(state=State.ASKED)
        .select_related("approver__membership", "escalated_to", "nomination__candidate__cohort")
        .first()
    )


def asked_of(member: Membership) -> Q:
    """A condition on approvals: the member is asked, in person, for somebody, or as one of a role."""
    person = person_of(member)
    mine = Q(pk__in=[])
    if person is not None:
        mine |= Q(approver=person) | Q(escalated_to=person)
    if person is not None and may_appear(member, Delegation.delegate):
        principals = acts_for(member, duty=Duty.APPROVE).order_by().values("pk")
        mine |= Q(approver__in=principals) | Q(escalated_to__in=principals)
    roles = [decider for role, decider in ROLES.items() if member.has(role)]
    if roles:
        mine |= _asks_role(roles) & ~Q(nomination__candidate__cohort__in=hidden_cohorts(member))
    return mine


def _asks_role(roles: list[Decider]) -> Q:
    asked = Q(approver=None, role__in=roles)
    if Decider.LD_ADMIN in roles:
        no_login = Q(approver__membership=None) | Q(approver__membership__is_active=False)
        asked |= Q(approver__isnull=False) & no_login
        asked |= Q(escalated_at__isnull=False, escalated_to=None)
    return asked


def seen_by(member: Membership) -> QuerySet[Approval]:
    """Requests that let a member read the nomination: those asked of them or of their role, those they
    decided, and while they wait those asked of whom they act for. What comes later is nobody's yet."""
    person = person_of(member)
    seen = Q(decided_by=member)
    if person is not None:
        seen |= Q(approver=person) | Q(escalated_to=person)
    if member.has(Role.SPONSOR):
        seen |= Q(approver=None, role=Decider.SPONSOR) & ~Q(
            nomination__candidate__cohort__in=hidden_cohorts(member)
        )
    if person is not None and may_appear(member, Delegation.delegate):
        seen |= Q(state=State.ASKED) & asked_of(member)
    hidden = [*Approval.NEVER_ASKED, State.MOVED]
    return Approval.objects.filter(seen).exclude(state__in=hidden).order_by()


def not_decided_before(member: Membership) -> Q:
    """A condition on approvals: the member approved no earlier step of the same round."""
    earlier = Approval.objects.filter(
        nomination=OuterRef("nomination"), round=OuterRef("round"), state=State.APPROVED, decided_by=member
    )
    return ~Q(Exists(earlier.order_by()))
