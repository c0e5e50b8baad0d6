"""Who reads that an assessor came too close to a candidate, who settles it, and who is the second person."""

from django.db.models import Q, QuerySet

from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from selection.access.setup import READS_SELECTION, can_run_selection, is_candidate_in, visible_selections
from selection.models import AssessorConflict, Candidate, Nomination, Slate
from selection.queries.proposers import proposed_by

NOT_THE_CONFLICT = "L&D settles this: somebody other than the assessor."
NOT_SECOND_HERE = (
    "A second person decides: somebody of L&D or HR who neither asked, nor assesses, nominated or leads the "
    "candidate, nor is a candidate here."
)


def visible_conflicts(member: Membership) -> QuerySet[AssessorConflict]:
    """L&D and HR: those of selections they follow as a whole, without any about themselves as candidate."""
    found = AssessorConflict.objects.select_related(
        "candidate__person",
        "candidate__cohort__program",
        "assessor__person",
        "organization",
        "asked_by__user",
    ).filter(candidate__cohort__in=visible_selections(member).order_by().values("pk"))
    person = person_of(member)
    return found.exclude(candidate__person=person) if person else found


def conflicts_for(member: Membership) -> QuerySet[AssessorConflict]:
    """Those that wait for this member: to settle, or to decide as the second person."""
    state = AssessorConflict.State
    waits = Q(state=state.ASKED) & ~Q(asked_by=member)
    if member.has(READS_SELECTION[0]):
        waits |= Q(state=state.OPEN)
    found = visible_conflicts(member).filter(waits)
    person = person_of(member)
    return found.exclude(assessor__person=person) if person else found


def conflicts_since(member: Membership, slate: Slate) -> QuerySet[AssessorConflict]:
    """What came up since the slate was drawn up about somebody on it: read before deciding and releasing."""
    since = Q(
        candidate__cohort=slate.cohort_id,
        candidate__state=Candidate.State.ADMITTED,
        found_at__gte=slate.drawn_at,
    )
    # hardly ever is there one, and who may see it takes PostgreSQL long to plan
    if not AssessorConflict.objects.filter(since).exists():
        return AssessorConflict.objects.none()
    return visible_conflicts(member).filter(since).order_by("candidate__person__last_name_key", "pk")


def can_settle_conflict(member: Membership, conflict: AssessorConflict) -> bool:
    """Who runs the selection; never the assessor it is about."""
    return can_run_selection(member, conflict.candidate.cohort) and not _is_assessor(member, conflict)


def can_be_second_on(member: Membership, conflict: AssessorConflict) -> bool:
    """L&D or HR; never who asked, the assessor, a nominator of the candidate, their manager, or a candidate."""
    if not member.has(*READS_SELECTION) or conflict.asked_by_id == member.pk:
        return False
    if is_candidate_in(member, conflict.candidate.cohort) or _is_assessor(member, conflict):
        return False
    person = person_of(member)
    if person is None:
        return True
    candidate = conflict.candidate
    nominated = Nomination.objects.filter(proposed_by(person), candidate=candidate)
    nominated = nominated.exclude(state=Nomination.State.WITHDRAWN)
    return person.pk != candidate.person.manager_id and not nominated.exists()


def _is_assessor(member: Membership, conflict: AssessorConflict) -> bool:
    person = person_of(member)
    return person is not None and person.pk == conflict.assessor.person_id
