"""Finding out that an assessor came too close to a candidate after the score sheet was handed out."""

from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort
from selection import notices
from selection.days import today_in
from selection.models import Assessor, AssessorConflict, Candidate, Scoresheet, Slate
from selection.queries.conflicts import counts, grounds_of

State, Ground = AssessorConflict.State, AssessorConflict.Ground
WATCHED = (Cohort.State.NOMINATING, Cohort.State.ASSESSING, Cohort.State.SELECTING)
Pair = tuple[Candidate, Assessor]


@transaction.atomic
def flag_conflicts(cohort: Cohort) -> list[AssessorConflict]:
    """Look at every pair that has a score sheet: what came up is kept and told to L&D once, what is over is
    settled. Once the slate is drawn up there is nothing left to decide: what came up since with somebody whose
    ratings count is kept as settled, for L&D and HR to read on the slate. Returns what is new. Safe to run
    twice and at once."""
    require_organization()
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    slate = Slate.objects.filter(cohort=cohort).first()
    pairs = _pairs(cohort, counting=slate is not None)
    grounds = grounds_of(pairs.values())
    known = {
        (each.candidate_id, each.assessor_id, each.ground): each
        for each in AssessorConflict.objects.filter(candidate__cohort=cohort)
        if _stands(each) or (slate and each.found_at >= slate.drawn_at)
    }
    for key, each in known.items():
        if grounds.get(key[:2]) != each.ground:
            settle_conflict(each)
    day = today_in(cohort)
    found = [
        AssessorConflict(
            candidate=pairs[pair][0],
            assessor=pairs[pair][1],
            ground=ground,
            words=_words(*pairs[pair], ground),
            since=day,
            state=State.SETTLED if slate else State.OPEN,
            settled_at=timezone.now() if slate else None,
        )
        for pair, ground in grounds.items()
        if (*pair, ground) not in known
    ]
    for each in found:
        each.save()
        facts = {"candidate": str(each.candidate), "assessor": str(each.assessor), "ground": each.ground}
        audit.record("assessor_conflict.found", each, by=None, after=facts)
    tell = notices.conflicts_came_late if slate else notices.conflicts_found
    tell(found)
    return found


def flag_all() -> int:
    """The same for every cohort whose outcomes are not released yet. How many are new."""
    return sum(len(flag_conflicts(cohort)) for cohort in Cohort.objects.filter(state__in=WATCHED))


def _pairs(cohort: Cohort, *, counting: bool) -> dict[tuple[int, int], Pair]:
    """Who has a score sheet for whom, or whose ratings count; those taken out of the selection are left."""
    sheets = Scoresheet.objects.select_related("candidate__person", "candidate__cohort", "assessor__person")
    rows = sheets.filter(candidate__cohort=cohort, candidate__state=Candidate.State.ADMITTED).order_by("pk")
    if counting:
        rows = rows.filter(counts(), state=Scoresheet.State.SUBMITTED)
    return {(each.candidate_id, each.assessor_id): (each.candidate, each.assessor) for each in rows}


def _stands(conflict: AssessorConflict) -> bool:
    return conflict.state != State.SETTLED or conflict.excluded_at is not None


def _words(candidate: Candidate, assessor: Assessor, ground: AssessorConflict.Ground) -> str:
    person = candidate.person
    match ground:
        case Ground.RIVAL:
            return "became a candidate of this cohort"
        case Ground.PROPOSER:
            return f"nominated {person.first_name}"
        case Ground.LINE if person.manager_id == assessor.person_id:
            return f"became {person.first_name}’s manager"
        case Ground.LINE:
            return f"came to stand above {person.first_name} in the line"
    return "turned out to be the candidate"


def settle_conflicts(candidate: Candidate, assessor: Assessor) -> None:
    """What waits about the two is over once they share no sheet any more."""
    if not candidate.scoresheets.filter(assessor=assessor).exists():
        for each in AssessorConflict.objects.filter(candidate=candidate, assessor=assessor):
            settle_conflict(each)


def settle_conflict(conflict: AssessorConflict) -> None:
    """Nothing of it needs deciding any more."""
    if conflict.state != State.SETTLED:
        conflict.state, conflict.settled_at = State.SETTLED, timezone.now()
        conflict.save(update_fields=["state", "settled_at"])
        notices.conflict_settled(conflict)
