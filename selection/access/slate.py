"""Who reads and decides a slate."""

from django.db.models import Q, QuerySet

from amdp.directory.access import leads
from amdp.directory.queries import below, person_of
from amdp.identity.models import Membership, Role
from selection.access.setup import (
    READS_SELECTION,
    can_run_selection,
    hidden_cohorts,
    is_candidate_in,
)
from selection.models import Decision, Letter, Offer, Signature, Slate

RELEASED = Slate.State.RELEASED
NOT_HR = (
    "HR signs a slate: an analyst who neither decided on anybody here, nor asked for it, nor is a candidate."
)


def visible_slates(member: Membership) -> QuerySet[Slate]:
    """L&D and HR, unless they are on it. Nobody else before the release."""
    slates = Slate.objects.select_related("cohort__program", "drawn_by", "released_by")
    if not member.has(*READS_SELECTION):
        return slates.none()
    return slates.exclude(cohort__in=hidden_cohorts(member))


def visible_decisions(member: Membership) -> QuerySet[Decision]:
    """L&D and HR: all. Leaders: their own line's, after the release. The person: the own one, then too.
    Sponsors: those selected, after the release."""
    decisions = Decision.objects.select_related("candidate__person", "slate__cohort__program")
    if member.has(*READS_SELECTION):
        return decisions.exclude(slate__cohort__in=hidden_cohorts(member))
    seen = Q(pk__in=[])
    person = person_of(member)
    if person is not None:
        seen |= Q(candidate__person=person)
        if leads(member):
            seen |= Q(candidate__person__in=below(person))
    if member.has(Role.SPONSOR):
        seen |= Q(outcome=Decision.Outcome.SELECTED)
    return decisions.filter(seen, slate__state=RELEASED)


def can_decide_slate(member: Membership, slate: Slate) -> bool:
    """L&D, until it is released. A change takes HR's signature away."""
    return slate.state != RELEASED and can_run_selection(member, slate.cohort)


def visible_signatures(member: Membership) -> QuerySet[Signature]:
    """HR's signatures, asked and given, for those who read the slate."""
    found = Signature.objects.select_related(
        "slate__cohort__program", "organization", "asked_by__user", "answered_by__user", "void_by__user"
    )
    return found.filter(slate__in=visible_slates(member).order_by().values("pk"))


def can_sign(member: Membership, signature: Signature) -> bool:
    """HR: somebody who neither decided on anybody here, nor asked, nor is a candidate of the cohort."""
    return signature.state == Signature.State.ASKED and may_sign(member, signature.slate, signature.asked_by)


def may_sign(member: Membership, slate: Slate, asked_by: Membership | None) -> bool:
    """Whether the member could be the one who signs this slate for HR."""
    if not member.has(Role.HR_ANALYST) or member == asked_by or is_candidate_in(member, slate.cohort):
        return False
    return not slate.decisions.filter(decided_by=member).exists()


def visible_offers(member: Membership) -> QuerySet[Offer]:
    """L&D and HR: all of the slates they read. The person: the own one. Leaders: those of their line."""
    found = Offer.objects.select_related(
        "decision__candidate__person", "decision__slate__cohort__program", "organization"
    )
    if member.has(*READS_SELECTION):
        return found.exclude(decision__slate__cohort__in=hidden_cohorts(member))
    person = person_of(member)
    if person is None:
        return found.none()
    seen = Q(decision__candidate__person=person)
    if leads(member):
        seen |= Q(decision__candidate__person__in=below(person))
    return found.filter(seen, decision__slate__state=RELEASED)


def can_answer_offer(member: Membership, offer: Offer) -> bool:
    """Whose offer it is."""
    person = person_of(member)
    return person is not None and offer.decision.candidate.person_id == person.pk


def can_record_answer(member: Membership, offer: Offer) -> bool:
    """L&D, for what somebody told them otherwise; never for themselves."""
    return can_run_selection(member, offer.decision.slate.cohort) and not can_answer_offer(member, offer)


def can_leave_reserve(member: Membership, decision: Decision) -> bool:
    """The person, or L&D in their name."""
    person = person_of(member)
    own = person is not None and decision.candidate.person_id == person.pk
    return own or can_run_selection(member, decision.slate.cohort)


def visible_letters(member: Membership) -> QuerySet[Letter]:
    """Letters that went out: the person reads the own ones, L&D and HR those of the slates they read."""
    found = Letter.objects.select_related("candidate__person", "slate__cohort").filter(sent_at__isnull=False)
    if member.has(*READS_SELECTION):
        return found.exclude(slate__cohort__in=hidden_cohorts(member))
    person = person_of(member)
    return found.filter(candidate__person=person, slate__state=RELEASED) if person else found.none()
