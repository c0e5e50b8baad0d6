"""Who runs a selection and who follows one as a whole."""

from django.db.models import QuerySet

from amdp.directory.queries import person_of
from amdp.identity.models import Membership, Role
from cohorts.access import can_run_cohort
from cohorts.models import Cohort
from selection.models import Candidate

READS_SELECTION = (Role.LD_ADMIN, Role.HR_ANALYST)
LOCKED = "Nominations have begun, so criteria and rules stay as they are: everyone is measured alike."


def can_run_selection(member: Membership, cohort: Cohort) -> bool:
    """L&D admins run selections, but never one in which they are a candidate themselves."""
    return can_run_cohort(member, cohort) and not is_candidate_in(member, cohort)


def can_set_up(member: Membership, cohort: Cohort) -> bool:
    """Criteria and rules are editable while the cohort is being set up."""
    return can_run_selection(member, cohort) and cohort.state == Cohort.State.DRAFT


def why_not_set_up(cohort: Cohort) -> str:
    """Why one cannot set the criteria now."""
    return "L&D sets the criteria of a cohort." if cohort.state == Cohort.State.DRAFT else LOCKED


def visible_selections(member: Membership) -> QuerySet[Cohort]:
    """Cohorts whose selection a member may follow as a whole: L&D and HR, unless they are in it."""
    cohorts = Cohort.objects.select_related("program")
    if not member.has(*READS_SELECTION):
        return cohorts.none()
    return cohorts.exclude(pk__in=hidden_cohorts(member))


def hidden_cohorts(member: Membership) -> QuerySet[Candidate, int]:
    """Ids of cohorts whose selection the member must not see because they are in it, until the release."""
    own = Candidate.objects.exclude(state=Candidate.State.DRAFTED).exclude(cohort__released_at__isnull=False)
    person = person_of(member)
    own = own.filter(person=person) if person else own.none()
    return own.values_list("cohort_id", flat=True)


def is_candidate_in(member: Membership, cohort: Cohort) -> bool:
    return cohort.released_at is None and hidden_cohorts(member).filter(cohort=cohort).exists()
