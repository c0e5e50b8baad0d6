"""Reading nominations: whom a leader proposed, and how far files are."""

from django.db.models import Count, Q, QuerySet

from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from cohorts.access import visible_cohorts
from cohorts.models import Cohort
from selection.models import Candidate, Nomination


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
