"""What the selection asks for before a cohort moves on. Listed in ``settings.COHORT_PRECONDITIONS``.

The sentences count people and never name them: they stand on the cohort's page, and an L&D admin who reads
it may be among them without knowing it.
"""

from collections.abc import Callable

from django.db.models import Count, Q

from cohorts.models import Behavior, Cohort
from selection.models import (
    Approval,
    AssessorConflict,
    CalibrationSession,
    Candidate,
    Scoresheet,
    Slate,
)
from selection.plan_parts import missing_in
from selection.queries.assessment import needs_of, short_of
from selection.queries.plan import plan_of

State = Cohort.State


def unmet_for_move(cohort: Cohort, to: str) -> list[str]:
    """Sentences for everything this app finds missing before the cohort goes to ``to``."""
    rule = RULES.get(State(to))
    return rule(cohort) if rule else []


def _before_nominating(cohort: Cohort) -> list[str]:
    plan = plan_of(cohort)
    sentences = missing_in(plan) if plan else ["Begin the selection plan: windows, eligibility, criteria."]
    if not Behavior.objects.filter(competency__program=cohort.program_id).exists():
        sentences.append("The program has no behaviours to assess. Complete its competency model.")
    return sentences


def _before_assessing(cohort: Cohort) -> list[str]:
    waits = Q(nominations__approvals__state=Approval.State.ASKED, withdrawn_why="")
    asked = Count("nominations__approvals", filter=waits)
    candidates = cohort.candidates.aggregate(
        waiting=asked, admitted=Count("pk", filter=Q(state=Candidate.State.ADMITTED), distinct=True)
    )
    sentences = []
    if waiting := candidates["waiting"]:
        noun = "nomination waits" if waiting == 1 else "nominations wait"
        sentences.append(f"{waiting} {noun} for a decision.")
    if not candidates["admitted"]:
        sentences.append("Nobody is approved for the assessment yet.")
    rivals = cohort.assessors.filter(
        person__in=cohort.candidates.filter(state=Candidate.State.ADMITTED).values("person")
    )
    if both := rivals.count():
        who = (
            "1 person on the panel is a candidate"
            if both == 1
            else f"{both} people on the panel are candidates"
        )
        sentences.append(f"{who} of this cohort. Take {'them' if both > 1 else 'this person'} off the panel.")
    return sentences


def _before_selecting(cohort: Cohort) -> list[str]:
    """An open calibration comes first. Once it was closed no sheet is missing any more: scoring ended with it, and what was not
    handed in counts for nothing."""
    talk = cohort.calibrations.first()
    if talk is not None and talk.state == CalibrationSession.State.OPEN:
        return ["The calibration is open. Close it first.", *too_close(cohort)]
    return ([] if talk else sheets_missing(cohort)) + too_close(cohort)


def sheets_missing(cohort: Cohort) -> list[str]:
    """Who lacks assessors, and whose sheets are not handed in."""
    done = Q(scoresheets__state=Scoresheet.State.SUBMITTED)
    candidates = cohort.candidates.filter(state=Candidate.State.ADMITTED).annotate(
        sheets=Count("scoresheets"), submitted=Count("scoresheets", filter=done)
    )
    needs, short = needs_of(cohort), short_of(cohort)
    counts = candidates.exclude(pk__in=short).order_by().values_list("sheets", "submitted")
    open_ = sum(sheets > submitted for sheets, submitted in counts)
    sentences = []
    if short and len(needs) == 1:
        least = f"at least {max(needs.values())} assessors{'' if len(short) == 1 else ' each'}"
        sentences.append(f"Give {_candidates(len(short))} {least}.")
    elif short:
        sentences.append(f"Give {_candidates(len(short))} assessors in every exercise.")
    if open_:
        sentences.append(f"Score sheets of {_candidates(open_)} are not submitted yet.")
    return sentences


def too_close(cohort: Cohort) -> list[str]:
    """Assessors whose conflict with a candidate L&D has not decided."""
    count = AssessorConflict.objects.filter(
        candidate__cohort=cohort,
        candidate__state=Candidate.State.ADMITTED,
        state__in=AssessorConflict.WAITING,
    ).count()
    who = "1 assessor who is" if count == 1 else f"{count} assessors who are"
    return [f"Decide on {who} too close to a candidate by now."] if count else []


def _before_running(cohort: Cohort) -> list[str]:
    if cohort.slates.filter(state=Slate.State.RELEASED).exists():
        return []
    return ["Release the outcomes of the selection first; the cohort starts with that."]


def _candidates(count: int) -> str:
    return "1 candidate" if count == 1 else f"{count} candidates"


RULES: dict[State, Callable[[Cohort], list[str]]] = {
    State.NOMINATING: _before_nominating,
    State.ASSESSING: _before_assessing,
    State.SELECTING: _before_selecting,
    State.RUNNING: _before_running,
}
