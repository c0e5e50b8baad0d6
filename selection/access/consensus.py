"""Who agrees on a rating, and who reads what was agreed."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from selection.access.assessment import is_assessor, still_to_score
from selection.access.setup import READS_SELECTION, hidden_cohorts
from selection.models import Candidate, ConsensusRating, Scoresheet
from selection.queries.consensus import why_not_yet

SUBMITTED = Scoresheet.State.SUBMITTED
NOT_THEIRS = "Those who assessed a candidate in an exercise agree on a rating there."
STILL_BLIND = (
    "Submit your other sheets of this candidate first: until then you score without what others wrote."
)


def visible_consensus(member: Membership) -> QuerySet[ConsensusRating]:
    """Those who handed in a sheet for the candidate in that exercise, and L&D and HR. Nobody who still has to
    score the candidate, and never the candidate."""
    ratings = ConsensusRating.objects.select_related(
        "candidate__person", "candidate__cohort", "exercise", "competency", "written_by__person"
    ).exclude(candidate__in=still_to_score(member))
    ratings = ratings.exclude(candidate__cohort__in=hidden_cohorts(member))
    if member.has(*READS_SELECTION):
        return ratings
    person = person_of(member)
    if person is None:
        return ratings.none()
    own = Scoresheet.objects.filter(
        candidate=OuterRef("candidate"), exercise=OuterRef("exercise"), assessor__person=person
    )
    return ratings.filter(
        Q(Exists(own.filter(state=SUBMITTED).order_by())), candidate__cohort__released_at=None
    )


def why_not_agreeing(member: Membership, sheet: Scoresheet) -> str:
    """Why the member cannot agree on ratings beside this sheet of theirs; empty when they can."""
    if not is_assessor(member, sheet) or sheet.state != SUBMITTED:
        return NOT_THEIRS
    if still_to_score(member).filter(candidate=sheet.candidate_id).exists():
        return STILL_BLIND
    return why_not_yet(sheet)


def reads_agreed(member: Membership, candidate: Candidate) -> bool:
    """Whether the file shows it: L&D and HR, unless they still have to score the candidate."""
    return member.has(*READS_SELECTION) and not still_to_score(member).filter(candidate=candidate).exists()
