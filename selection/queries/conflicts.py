"""Who may not score whom: on the person and the reporting line."""

from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef, Q

from amdp.directory.models import Person
from amdp.directory.queries import is_above
from cohorts.models import Cohort
from selection.models import Assessor, AssessorConflict, Candidate, Scoresheet, SelectionPlan, Slate
from selection.queries.proposers import proposers_by_candidate

Ground = AssessorConflict.Ground
IN_THE_RUNNING = (Candidate.State.PROPOSED, Candidate.State.RETURNED, Candidate.State.ADMITTED)
LEVELS_ABOVE = 2
# says nothing of the ground: that somebody is a candidate is not theirs to know yet
HELD_BACK = (
    "L&D has to look at who scores this candidate before you can hand the sheet in. What you write is kept."
)


def conflict(assessor: Person, candidate: Candidate) -> str:
    """Why this person may not score the candidate, or an empty string."""
    nominators = set(proposers_by_candidate([candidate.pk]).get(candidate.pk, ()))
    levels = levels_of([candidate.cohort_id]).get(candidate.cohort_id, LEVELS_ABOVE)
    return _conflict(assessor, candidate, nominators, _in_the_running([candidate]), levels)


def is_drawn(cohort: Cohort) -> bool:
    """Whether the slate is drawn up, so that what was scored stays as it is."""
    return Slate.objects.filter(cohort=cohort).exists()


def held_back(sheet: Scoresheet) -> bool:
    """Whether something came up between the two that is not decided yet."""
    waiting = AssessorConflict.objects.filter(state__in=AssessorConflict.WAITING)
    return waiting.filter(candidate=sheet.candidate_id, assessor=sheet.assessor_id).exists()


def counts(path: str = "") -> Q:
    """A condition on score sheets, or on what has one at ``path``: L&D did not leave out what the assessor
    handed in for the candidate."""
    left_out = AssessorConflict.objects.filter(
        candidate=OuterRef(f"{path}candidate"),
        assessor=OuterRef(f"{path}assessor"),
        excluded_at__isnull=False,
    )
    return ~Q(Exists(left_out.order_by()))


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


def grounds_of(pairs: Iterable[tuple[Candidate, Assessor]]) -> dict[tuple[int, int], Ground]:
    """Which of these pairs of one cohort, by their ids, should not be, and on what ground; three queries."""
    listed = list(pairs)
    candidates = list({candidate.pk: candidate for candidate, _ in listed}.values())
    rivals = _in_the_running(candidates)
    nominators = proposers_by_candidate([candidate.pk for candidate in candidates])
    levels = levels_of(candidate.cohort_id for candidate in candidates)
    found = {}
    for candidate, assessor in listed:
        ground = _ground(
            assessor.person,
            candidate,
            set(nominators.get(candidate.pk, ())),
            rivals,
            levels.get(candidate.cohort_id, LEVELS_ABOVE),
        )
        if ground is not None:
            found[candidate.pk, assessor.pk] = ground
    return found


def _conflict(
    assessor: Person, candidate: Candidate, nominators: set[int], rivals: set[int], levels: int
) -> str:
    person = candidate.person
    match _ground(assessor, candidate, nominators, rivals, levels):
        case Ground.SELF:
            return "Nobody scores themselves."
        case Ground.RIVAL:
            return f"{assessor} is a candidate of this cohort and cannot score others."
        case Ground.PROPOSER:
            return f"{assessor} nominated {person} and cannot score them."
        case Ground.LINE:
            return f"{assessor} stands above {person} in the reporting line and cannot score them."
    return ""


def _ground(
    assessor: Person, candidate: Candidate, nominators: set[int], rivals: set[int], levels: int
) -> Ground | None:
    person = candidate.person
    if assessor.pk == person.pk:
        return Ground.SELF
    if assessor.pk in rivals:
        return Ground.RIVAL
    if assessor.pk in nominators:
        return Ground.PROPOSER
    above = [int(part) for part in person.line.strip("/").split("/") if part][:-1]
    return Ground.LINE if assessor.pk in above[-levels:] else None


# --- calibration -------------------------------------------------------------------------------------


def interests_of(candidates: Iterable[Candidate], people: Iterable[Person]) -> dict[int, dict[int, str]]:
    """By candidate and person, why the person discusses the candidate in a calibration and does not move them;
    one query for all."""
    listed, everybody = list(candidates), list(people)
    proposers = proposers_by_candidate([candidate.pk for candidate in listed])
    found: dict[int, dict[int, str]] = {}
    for candidate in listed:
        behind = set(proposers.get(candidate.pk, ()))
        words = {one.pk: _interest(one, candidate.person, behind) for one in everybody}
        found[candidate.pk] = {pk: word for pk, word in words.items() if word}
    return found


def _interest(person: Person, candidate: Person, proposers: Collection[int]) -> str:
    if person.pk == candidate.pk:
        return f"{person} is the candidate."
    if person.pk in proposers:
        return f"{person} nominated {candidate.first_name}."
    if is_above(person, candidate):
        return f"{person} stands above {candidate.first_name} in the reporting line."
    if is_above(candidate, person):
        return f"{person} stands below {candidate.first_name} in the reporting line."
    return ""
