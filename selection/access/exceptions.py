"""Who asks for an exception from an eligibility rule, who decides as the second person, who reads it."""

from django.db.models import QuerySet

from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from cohorts.models import Cohort
from selection.access.setup import READS_SELECTION, can_run_selection, is_candidate_in, visible_selections
from selection.models import EligibilityException, Nomination
from selection.queries.proposers import proposed_by

NOT_SECOND = (
    "A second person decides: somebody of L&D or HR who neither asked, nor nominated the person, nor is a "
    "candidate here."
)
NOT_ASKED_HERE = "L&D asks for exceptions while a cohort takes nominations."


def visible_exceptions(member: Membership) -> QuerySet[EligibilityException]:
    """L&D and HR: those of selections they follow as a whole, without any about themselves."""
    found = EligibilityException.objects.select_related(
        "person", "cohort__program", "organization", "asked_by__user", "decided_by__user"
    ).filter(cohort__in=visible_selections(member).order_by().values("pk"))
    person = person_of(member)
    return found.exclude(person=person) if person else found


def can_ask_exception(member: Membership, cohort: Cohort) -> bool:
    """Who runs the selection, while it takes nominations."""
    return cohort.state == Cohort.State.NOMINATING and can_run_selection(member, cohort)


def can_decide_exception(member: Membership, exception: EligibilityException) -> bool:
    """The second person, while it waits and the cohort takes nominations."""
    waits = exception.state == EligibilityException.State.ASKED
    return waits and exception.cohort.state == Cohort.State.NOMINATING and can_be_second(member, exception)


def can_be_second(member: Membership, exception: EligibilityException) -> bool:
    """L&D or HR; never who asked, the person, a nominator of theirs, or a candidate of the same cohort."""
    if not member.has(*READS_SELECTION) or exception.asked_by_id == member.pk:
        return False
    if is_candidate_in(member, exception.cohort):
        return False
    person = person_of(member)
    if person is None:
        return True
    nominated = Nomination.objects.filter(
        proposed_by(person),
        candidate__cohort=exception.cohort_id,
        candidate__person=exception.person_id,
    ).exclude(state=Nomination.State.WITHDRAWN)
    return person.pk != exception.person_id and not nominated.exists()
