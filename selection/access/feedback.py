"""Who reads, edits and reads through the feedback reports of candidates."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from amdp.directory.access import leads
from amdp.directory.queries import below, person_of
from amdp.identity.models import Membership, Role
from cohorts.models import Cohort
from selection.access.assessment import still_to_score
from selection.access.candidates import visible_outcomes
from selection.access.setup import can_run_selection, hidden_cohorts
from selection.models import Candidate, Nomination

NOT_THE_REPORTS = "L&D prepares the feedback reports of a selection, and never in one they are part of."
WRITTEN = (Cohort.State.SELECTING, Cohort.State.RUNNING, Cohort.State.GRADUATED, Cohort.State.SUSTAINING)


def visible_feedback(member: Membership) -> QuerySet[Candidate]:
    """Candidates whose report the member reads. L&D: all once the assessment is over, but not while they have
    to score the same person. Leaders: whom they nominated or endorsed, in their line, after the release. The person: the
    own one, then too. Nobody else, and HR reads aggregates."""
    candidates = Candidate.objects.select_related("person", "cohort__program")
    assessed = Q(state=Candidate.State.ADMITTED, cohort__state__in=WRITTEN)
    seen = Q(pk__in=visible_outcomes(member).order_by().values("pk"))
    person = person_of(member)
    if member.has(Role.LD_ADMIN):
        hidden = Q(cohort__in=hidden_cohorts(member)) | Q(pk__in=still_to_score(member))
        theirs = assessed & ~hidden
        seen |= theirs & ~Q(person=person) if person else theirs
    if person is not None and leads(member):
        behind = Q(nominator=person) | Q(endorser=person)
        mine = Nomination.objects.filter(behind, candidate=OuterRef("pk")).exclude(
            state__in=[Nomination.State.DRAFT, Nomination.State.WITHDRAWN]
        )
        released = assessed & Q(cohort__released_at__isnull=False, person__in=below(person))
        seen |= released & Q(Exists(mine.order_by()))
    return candidates.filter(seen)


def can_prepare_feedback(member: Membership, cohort: Cohort) -> bool:
    """L&D, between the end of the assessment and the release."""
    return cohort.state == Cohort.State.SELECTING and can_run_selection(member, cohort)
