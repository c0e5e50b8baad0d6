"""Who may not score whom: on the person and the reporting line."""

from collections.abc import Iterable

from amdp.directory.models import Person
from selection.models import Assessor, Candidate, SelectionPlan
from selection.queries.proposers import proposers_by_candidate

IN_THE_RUNNING = (Candidate.State.PROPOSED, Candidate.State.RETURNED, Candidate.State.ADMITTED)
LEVELS_ABOVE = 2


def conflict(assessor: Person, candidate: Candidate) -> str:
    """Why this person may not score the candidate, or an empty string."""
    nominators = set(proposers_by_candidate([candidate.pk]).get(candidate.pk, ()))
    levels = levels_of([candidate.cohort_id]).get(candidate.cohort_id, LEVELS_ABOVE)
    return _conflict(assessor, candidate, nominators, _in_the_running([candidate]), levels)


def levels_of(cohorts: Iterable[int]) -> dict[int, int]:
    """By cohort, how many leaders above a candidate may not assess them."""
    plans = SelectionPlan.objects.filter(cohort__in=set(cohorts)).order_by()
    return {cohort: levels for cohort, levels in plans.values_list("cohort_id", "conflict_levels") if cohort}


def conflicts_of(candidates: Iterable[Candidate], assessors: Iterable[Assessor]) -> dict[int, set[int]]:
    """By candidate, the ids of assessors who may not score them; three queries for all."""
    listed, panel = list(candidates), list(assessors)
    rivals = _in_the_running(listed)
    nominators = proposers_by_candidate([candidate.pk for candidate in listed])
    levels = levels_of(candidate.cohort_id for candidate in listed)
    return {
        candidate.pk: {
            assessor.pk
            for assessor in panel
            if _conflict(
                assessor.person,
                candidate,
                set(nominators.get(candidate.pk, ())),
                rivals,
                levels.get(candidate.cohort_id, LEVELS_ABOVE),
            )
        }
        for candidate in listed
    }


def _in_the_running(candidates: list[Candidate]) -> set[int]:
    """Who may still get a seat in the cohorts of these candidates."""
    cohorts = {candidate.cohort_id for candidate in candidates}
    rivals = Candidate.objects.filter(cohort__in=cohorts, state__in=IN_THE_RUNNING).order_by()
    return set(rivals.values_list("person_id", flat=True))


def _conflict(
    assessor: Person, candidate: Candidate, nominators: set[int], rivals: set[int], levels: int
) -> str:
    person = candidate.person
    if assessor.pk == person.pk:
        return "Nobody scores themselves."
    if assessor.pk in rivals:
        return f"{assessor} is a candidate of this cohort and cannot score others."
    if assessor.pk in nominators:
        return f"{assessor} nominated {person} and cannot score them."
    above = [int(part) for part in person.line.strip("/").split("/") if part][:-1]
    if assessor.pk in above[-levels:]:
        return f"{assessor} stands above {person} in the reporting line and cannot score them."
    return ""
