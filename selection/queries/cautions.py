"""What a cohort's move leaves behind. Listed in ``settings.COHORT_CAUTIONS``."""

from django.urls import reverse

from amdp.identity.models import Membership
from amdp.web.time import day
from cohorts.life import Caution, Left
from cohorts.models import Cohort
from selection import access
from selection.models import Approval
from selection.queries.approvals import unanswered


def cautions_for_move(cohort: Cohort, to: str, member: Membership) -> list[Caution]:
    """Before the assessment begins: nominations whose question nobody answered, for those who follow the
    selection; one query, and none for other moves."""
    if to != Cohort.State.ASSESSING or not access.can_run_selection(member, cohort):
        return []
    asked = list(unanswered(cohort))
    return [_unanswered(cohort, asked, member.organization.slug)] if asked else []


def _unanswered(cohort: Cohort, asked: list[Approval], org: str) -> Caution:
    one = len(asked) == 1
    returned = reverse("selection:candidate_list", args=[org, cohort.pk]) + "?state=returned"
    return Caution(
        sentence=(
            "1 nomination stays out: it was sent back with a question that is not answered."
            if one
            else f"{len(asked)} nominations stay out: they were sent back with a question that is not answered."
        ),
        left=tuple(_left(each, org) for each in asked),
        choices=(
            "Wait. Until you close nominations here, the question can be answered, also after the last day."
            if one
            else "Wait. Until you close nominations here, questions can be answered, also after the last day.",
            "Remind whoever has to answer, by mail, now.",
            f"Go on without {'it' if one else 'them'}. The question{'' if one else 's'} can no longer be answered then.",
        ),
        all_url=returned,
        action="Remind them now"
        if len({each.nomination.nominator_id for each in asked}) > 1
        else f"Remind {asked[0].nomination.nominator.first_name} now",
        action_url=reverse("selection:nominators_remind", args=[org, cohort.pk]),
    )


def _left(asked: Approval, org: str) -> Left:
    nomination = asked.nomination
    when = f" on {day(asked.decided_at)}" if asked.decided_at else ""
    return Left(
        name=str(nomination.candidate),
        detail=f"{asked.decided_by or 'The approver'} asked {nomination.nominator}{when}: “{asked.remark}”",
        url=reverse("selection:candidate_detail", args=[org, nomination.candidate_id]),
    )
