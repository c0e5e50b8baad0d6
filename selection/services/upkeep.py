"""What time and the directory do to open requests: asking the next person too when one is late, and asking
whom the chain names now when somebody left or the line changed."""

from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.models import Person
from amdp.directory.queries import has_login
from amdp.tenancy.context import require_organization
from selection import access, notices
from selection.chain import Case, Link, Terms, link_for, next_above
from selection.days import today_of
from selection.models import Approval, ApprovalStep, Decider, Endorsement
from selection.queries.chain import case_of, leaders_above
from selection.services.candidates import both_locked, settle
from selection.services.chain import ask_anew
from selection.services.sharing import able_to_endorse, ask_to_endorse

State = Approval.State


@transaction.atomic
def escalate(approval: Approval) -> Approval | None:
    """Ask the next leader above, or L&D, too: whoever decides first, decides. All are told. None when it was
    decided or escalated meanwhile."""
    require_organization()
    candidate, nomination = both_locked(approval.nomination)
    late = nomination.approvals.select_for_update(of=("self",)).filter(pk=approval.pk, state=State.ASKED)
    found = late.select_related("approver").first()
    if found is None or found.is_escalated or found.escalate_at is None or candidate.withdrawn_why:
        return None
    found.nomination = nomination
    terms = Terms.from_json(found.terms)
    found.escalated_to = _next_in_turn(found, terms, case_of(nomination, [terms], round=found.round))
    found.escalated_at = timezone.now()
    found.save(update_fields=["escalated_to", "escalated_at"])
    audit.record(
        "nomination.escalated",
        nomination,
        by=None,
        before={"asked": found.who, "due_on": found.due_on},
        after={"asked_too": found.escalated_who},
        why=f"{found.who} had not decided in time.",
    )
    notices.approval_escalated(found)
    return found


def _next_in_turn(approval: Approval, terms: Terms, case: Case) -> Person | None:
    if approval.approver is None or terms.escalate_to == ApprovalStep.Escalation.LD_ADMIN:
        return None
    return next_above(case, approval.approver, leaders_above(approval.approver))


@transaction.atomic
def reroute(approval: Approval) -> Approval | None:
    """Ask whom the chain names now, when that is somebody else than the person asked; both are told, and what
    was stays in the file. None when nothing has to change."""
    require_organization()
    candidate, nomination = both_locked(approval.nomination)
    opened = nomination.approvals.select_for_update(of=("self",)).filter(pk=approval.pk, state=State.ASKED)
    found = opened.select_related("approver__membership").first()
    if found is None or candidate.withdrawn_why:
        return None
    found.nomination = nomination
    terms = Terms.from_json(found.terms)
    case = case_of(nomination, [terms], round=found.round)
    reason = _why_moved(found, case, link_for(case, terms))
    if not reason:
        return None
    found.state, found.why, found.decided_at = State.MOVED, reason, timezone.now()
    found.save(update_fields=["state", "why", "decided_at"])
    after = ask_anew(found)
    settle(candidate)
    audit.record(
        "nomination.rerouted",
        nomination,
        by=None,
        before={"asked": found.who, "due_on": found.due_on},
        after={"asked": after.who, "due_on": after.due_on},
        why=reason,
    )
    notices.approval_moved(found, after)
    return after


def _why_moved(approval: Approval, case: Case, link: Link) -> str:
    """Why somebody else decides now; empty where all is as it was. L&D, once asked, stays asked."""
    asked = approval.approver
    if asked is None:
        gone = approval.role != Decider.LD_ADMIN and link.is_left_out
        return link.why if gone else ""
    if not link.is_left_out and link.approver == asked:
        return ""
    if link.is_left_out and link.approver is not None and asked in case.able:
        return ""  # whom the chain names now has decided before; who was asked still stands above
    return case.why_not(asked) or f"{asked} no longer stands there in the line above {case.nominator}"


@transaction.atomic
def reroute_endorsement(endorsement: Endorsement) -> Endorsement | None:
    """Ask the nearest leader above now, where the one asked to endorse has left, lost the login or stands above
    the person no longer; all are told. None when nothing has to change, or nobody above can sign in."""
    require_organization()
    candidate, nomination = both_locked(endorsement.nomination)
    opened = nomination.endorsements.select_for_update(of=("self",))
    found = opened.filter(pk=endorsement.pk, state=Endorsement.State.ASKED).select_related("leader").first()
    able = able_to_endorse(candidate.person)
    if found is None or not access.takes_answers(candidate.cohort) or not able or found.leader in able:
        return None
    found.nomination, reason = nomination, _why_not_endorsing(found.leader, candidate.person)
    found.state, found.answered_at = Endorsement.State.DROPPED, timezone.now()
    found.save(update_fields=["state", "answered_at"])
    after = ask_to_endorse(nomination, able[0])
    audit.record(
        "nomination.endorsement_moved",
        nomination,
        by=None,
        before={"asked": str(found.leader)},
        after={"asked": str(after.leader), "due_on": after.due_on},
        why=reason,
    )
    notices.endorsement_moved(found, after, reason)
    return after


def _why_not_endorsing(leader: Person, person: Person) -> str:
    if not leader.is_employed(today_of(leader)):
        return f"{leader} has left"
    return (
        f"{leader} no longer stands above {person}"
        if has_login(leader)
        else f"{leader} cannot sign in any more"
    )
