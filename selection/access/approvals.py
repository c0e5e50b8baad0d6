"""Who decides a nomination."""

from django.db.models import Q

from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from selection.access.setup import can_run_selection, hidden_cohorts
from selection.models import Approval, Nomination


def can_decide_nomination(member: Membership, nomination: Nomination) -> bool:
    """The approver it waits for; L&D where there is none, or none with a login. Nobody decides what they
    nominated, or on themselves."""
    approval = open_approval(nomination)
    if approval is None or not is_impartial(member, nomination):
        return False
    person = person_of(member)
    if approval.approver is not None and person is not None and approval.approver_id == person.pk:
        return True
    orphan = approval.approver is None or approval.approver.membership_id is None
    return orphan and can_run_selection(member, nomination.candidate.cohort)


def open_approval(nomination: Nomination) -> Approval | None:
    """The request that waits for an answer, if any."""
    return (
        nomination.approvals.filter(state=Approval.State.ASKED)
        .select_related("approver", "approver__membership")
        .first()
    )


def is_impartial(member: Membership, nomination: Nomination) -> bool:
    person = person_of(member)
    if person is None:
        return True
    if person.pk == nomination.candidate.person_id:
        return False
    proposed = nomination.candidate.nominations.filter(nominator=person)
    return not proposed.exclude(state=Nomination.State.WITHDRAWN).exists()


def not_run_by(member: Membership) -> Q:
    """A condition on approvals: of cohorts whose selection the member must not see, being in it."""
    return Q(nomination__candidate__cohort__in=hidden_cohorts(member))
