"""Who plans the assessment days, and who reads which times."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from cohorts.models import Cohort
from selection.access.setup import can_run_selection, visible_selections
from selection.models import AssessmentRun, AssessmentSlot, DayPlan, SlotAssessor

NOT_THE_DAYS = "L&D plans the assessment days of a cohort."
BEFORE_SLATE = (Cohort.State.DRAFT, Cohort.State.NOMINATING, Cohort.State.ASSESSING)


def visible_day_plans(member: Membership) -> QuerySet[DayPlan]:
    """Of selections the member follows as a whole; only who runs one changes it."""
    plans = DayPlan.objects.select_related("cohort__program", "organization")
    return plans.filter(cohort__in=visible_selections(member).order_by().values("pk")).order_by("pk")


def visible_slots(member: Membership) -> QuerySet[AssessmentSlot]:
    """Every slot of those plans, without any of one's own as a candidate."""
    slots = AssessmentSlot.objects.select_related(
        "plan__cohort__program", "plan__organization", "candidate__person", "exercise", "room"
    ).filter(plan__cohort__in=visible_selections(member).order_by().values("pk"))
    person = person_of(member)
    return slots.exclude(candidate__person=person) if person else slots


def own_slots(member: Membership) -> QuerySet[AssessmentSlot]:
    """The member's own times, as a candidate or as an assessor, once they are published. Nothing of anybody
    else's: a candidate does not learn who else is one."""
    person = person_of(member)
    slots = AssessmentSlot.objects.select_related(
        "plan__cohort__program", "plan__organization", "candidate__person", "exercise", "room"
    ).filter(plan__state=DayPlan.State.PUBLISHED, state=AssessmentSlot.State.PLACED)
    if person is None:
        return slots.none()
    watched = SlotAssessor.objects.filter(slot=OuterRef("pk"), assessor__person=person, is_out=False)
    return slots.filter(Q(candidate__person=person) | Q(Exists(watched.order_by()))).order_by(
        "starts_at", "pk"
    )


def visible_assessment_runs(member: Membership) -> QuerySet[AssessmentRun]:
    """Work under way, and done, of selections the member follows as a whole."""
    runs = AssessmentRun.objects.select_related("cohort__program", "started_by__user", "organization")
    return runs.filter(cohort__in=visible_selections(member).order_by().values("pk"))


def can_plan_days(member: Membership, cohort: Cohort) -> bool:
    """Who runs the selection, until the slate is drawn up."""
    return cohort.state in BEFORE_SLATE and can_run_selection(member, cohort)
