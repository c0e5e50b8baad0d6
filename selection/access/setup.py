"""Who runs a selection and who follows one as a whole."""

from django.db.models import Q, QuerySet

from amdp.directory.queries import person_of
from amdp.identity.models import Membership, Role
from cohorts.access import can_edit_program, can_run_cohort
from cohorts.models import Cohort, Program
from selection.models import Candidate, SelectionPlan
from selection.plan_parts import Part

READS_SELECTION = (Role.LD_ADMIN, Role.HR_ANALYST)
LOCKED = "Nominations have begun. A selection is planned while its cohort is being set up."
NOT_THE_PLAN = "L&D plans a selection, and never one in which they are a candidate."


def can_run_selection(member: Membership, cohort: Cohort) -> bool:
    """L&D admins run selections, but never one in which they are a candidate themselves."""
    return can_run_cohort(member, cohort) and not is_candidate_in(member, cohort)


def visible_plans(member: Membership) -> QuerySet[SelectionPlan]:
    """Plans of the selections a member follows as a whole, and patterns of programs."""
    plans = SelectionPlan.objects.select_related("organization", "program", "cohort__program")
    if not member.has(*READS_SELECTION):
        return plans.none()
    cohorts = visible_selections(member).order_by().values("pk")
    return plans.filter(Q(cohort__in=cohorts) | Q(program__isnull=False))


def can_begin_plan(member: Membership, run: Cohort | Program) -> bool:
    """L&D: for a program they may design, or a cohort they run."""
    if isinstance(run, Program):
        return can_edit_program(member, run)
    return can_run_selection(member, run)


def can_run_plan(member: Membership, plan: SelectionPlan) -> bool:
    """Whoever may begin it may change it."""
    run = plan.cohort or plan.program
    return run is not None and can_begin_plan(member, run)


def can_change_part(member: Membership, plan: SelectionPlan, part: Part) -> bool:
    """Who runs the plan, until the part's time has passed."""
    return can_run_plan(member, plan) and not part.is_over(plan)


def why_over(part: Part) -> str:
    """Why a part of a plan stays as it is."""
    return f"“{part.title}” was used and is over, so it stays as it is. What was decided by it can be traced."


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
