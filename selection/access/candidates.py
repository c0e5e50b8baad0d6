"""Who reads the file of a candidate and its outcome."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from selection.access.approvals import seen_by
from selection.access.setup import READS_SELECTION, hidden_cohorts
from selection.access.slate import RELEASED
from selection.models import Candidate, Decision, Nomination

NOT_TAKEN_OUT = "L&D takes candidates out of a selection. A leader can withdraw a nomination."


def visible_candidates(member: Membership) -> QuerySet[Candidate]:
    """L&D and HR: every file. Leaders: those they nominated or endorsed, once that was handed in and until they withdraw
    it, or are asked to approve. Assessors use their score sheets. Never one's own before the release."""
    candidates = Candidate.objects.select_related("person__grade", "cohort__program").exclude(
        state=Candidate.State.DRAFTED
    )
    person = person_of(member)
    if member.has(*READS_SELECTION):
        return candidates.exclude(cohort__in=hidden_cohorts(member))
    asked = Exists(seen_by(member).filter(nomination__candidate=OuterRef("pk")))
    if person is None:
        return candidates.filter(asked)
    behind = Q(nominator=person) | Q(endorser=person)
    mine = Nomination.objects.filter(behind, candidate=OuterRef("pk")).exclude(
        state__in=[Nomination.State.DRAFT, Nomination.State.WITHDRAWN]
    )
    return candidates.filter(Exists(mine.order_by()) | asked).exclude(person=person)


def visible_outcomes(member: Membership) -> QuerySet[Candidate]:
    """The member's own files whose outcome was released."""
    person = person_of(member)
    candidates = Candidate.objects.select_related("person", "cohort__program")
    if person is None:
        return candidates.none()
    decided = Decision.objects.filter(candidate=OuterRef("pk"), slate__state=RELEASED)
    return candidates.filter(Exists(decided.order_by()), person=person)
