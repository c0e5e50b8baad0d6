"""What concerns a member in the assessment and the calibration, as lines; see ``lines``."""

from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Concat
from django.utils import timezone

from amdp.directory.queries import name_at
from amdp.identity.models import Membership, Role
from selection import access
from selection.days import is_over
from selection.models import Stage
from selection.queries.consensus import answers_awaited
from selection.queries.home import calibrations_for, sheets_for
from selection.queries.line import NOTHING, TEXT, Part, cohort_at, part

# what the exercise of a score sheet is called, where the plan names more than one
NAMED = Case(When(~Q(exercise__kind="general"), then=F("exercise__name")), default=NOTHING, output_field=TEXT)


def to_attend(member: Membership) -> Part:
    return part(
        access.own_slots(member).select_related(None).filter(ends_at__gt=timezone.now()),
        "attend",
        pk="plan__cohort_id",
        cohort=cohort_at("plan__cohort_id"),
        who=F("room__name"),
        state="exercise__name",
        at="starts_at",
    )


def to_score(member: Membership) -> Part:
    return part(
        sheets_for(member),
        "score",
        person=name_at("candidate__person_id"),
        cohort="candidate__cohort__name",
        who=NAMED,
        on=F("due_on"),
    )


def to_agree(member: Membership) -> Part:
    """Where a fellow assessor wrote a rating and waits for the member."""
    return part(
        answers_awaited(member),
        "agree",
        person=name_at("candidate__person_id"),
        cohort=cohort_at("candidate__cohort_id"),
        who=NAMED,
    )


def to_calibrate(member: Membership) -> Part:
    """Open calibrations; those whose window is over are for L&D alone, to be closed."""
    kind = Stage.Kind.CALIBRATION
    stages = Stage.objects.filter(plan__cohort=OuterRef("cohort"), kind=kind).order_by()
    found = calibrations_for(member).annotate(over=is_over(kind))
    if not member.has(Role.LD_ADMIN):
        found = found.filter(over=False)
    return part(
        found.annotate(
            stands=Case(When(over=True, then=Value("over")), default=Value(""), output_field=TEXT)
        ),
        "calibrate",
        pk="cohort_id",
        cohort=cohort_at("cohort_id"),
        state="stands",
        on=Subquery(stages.values("closes_on")[:1]),
    )


def conflicts(member: Membership) -> Part:
    return part(
        access.conflicts_for(member).select_related(None).order_by("found_at", "pk"),
        "conflict",
        person=name_at("candidate__person_id"),
        cohort=cohort_at("candidate__cohort_id"),
        who=Concat(name_at("assessor__person_id"), Value(" "), F("words"), output_field=TEXT),
        state="state",
    )
