"""What a cohort's move leaves behind. Listed in ``settings.COHORT_CAUTIONS``."""

from django.urls import reverse

from amdp.identity.models import Membership
from amdp.web.time import day
from cohorts.life import Caution, Left
from cohorts.models import Cohort
from selection import access
from selection.models import Approval, EligibilityException, Nomination
from selection.queries.approvals import unanswered

ASKED_FIRST = (Nomination.State.ENDORSING, Nomination.State.CONSENTING)


def cautions_for_move(cohort: Cohort, to: str, member: Membership) -> list[Caution]:
    """Before the assessment begins: nominations whose question nobody answered, those not shared yet, and exceptions
    no second person decided, for those who follow the selection; three queries, and none for other moves."""
    if to != Cohort.State.ASSESSING or not access.can_run_selection(member, cohort):
        return []
    asked, org = list(unanswered(cohort)), member.organization.slug
    waiting = access.visible_exceptions(member).filter(cohort=cohort, state=EligibilityException.State.ASKED)
    undecided = list(waiting.order_by("asked_at", "pk"))
    found = [_unanswered(cohort, asked, org)] if asked else []
    if unshared := cohort.candidates.filter(nominations__state__in=ASKED_FIRST).distinct().count():
        found.append(_not_shared(unshared))
    return found + ([_undecided(cohort, undecided, org)] if undecided else [])


def _not_shared(count: int) -> Caution:
    """Counted and never named: nobody who decides knows of them."""
    one = count == 1
    return Caution(
        sentence=(
            "1 nomination stays out: the nominee or their manager has not answered yet."
            if one
            else f"{count} nominations stay out: nominees or their managers have not answered yet."
        ),
        left=(),
        choices=(
            "Wait. They were asked by mail, and who nominated is told when an answer is late.",
            f"Go on without {'it' if one else 'them'}. Nobody can answer any more then, and nobody who decides sees "
            f"{'it' if one else 'them'}.",
        ),
    )


def _undecided(cohort: Cohort, waiting: list[EligibilityException], org: str) -> Caution:
    one = len(waiting) == 1
    return Caution(
        sentence=(
            "1 exception stays undecided: a second person has not answered."
            if one
            else f"{len(waiting)} exceptions stay undecided: a second person has not answered."
        ),
        left=tuple(
            Left(
                name=str(each.person),
                detail=f"{each.rule}. Asked by {each.asked_by or 'somebody who left'} on {day(each.asked_at)}",
                url=reverse("selection:exception_detail", args=[org, each.pk]),
            )
            for each in waiting
        ),
        choices=(
            "Wait for somebody else of L&D or HR to decide.",
            f"Go on without {'it' if one else 'them'}. Eligibility is frozen then, and the rule stays as it is.",
        ),
        all_url=reverse("selection:exception_list", args=[org, cohort.pk]) + "?state=asked",
    )


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
        if len({each.nomination.leader for each in asked}) > 1
        else f"Remind {asked[0].nomination.leader.first_name} now",
        action_url=reverse("selection:nominators_remind", args=[org, cohort.pk]),
    )


def _left(asked: Approval, org: str) -> Left:
    nomination = asked.nomination
    when = f" on {day(asked.decided_at)}" if asked.decided_at else ""
    return Left(
        name=str(nomination.candidate),
        detail=f"{asked.decided_by or 'The approver'} asked {nomination.leader}{when}: “{asked.remark}”",
        url=reverse("selection:candidate_detail", args=[org, nomination.candidate_id]),
    )
