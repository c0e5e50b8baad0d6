"""Several nominations at once: a draft for each, and handing in all that are complete."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError

from amdp.directory.models import Person
from amdp.identity.models import Membership
from cohorts.models import Cohort
from selection.models import Approval, Nomination
from selection.services.nominations import draft_nomination, submit_nomination

MOST = 100


@dataclass(frozen=True)
class Result:
    """What came of one person: the nomination, or why not; ``asked`` is who decides first, if somebody does."""

    person: Person
    nomination: Nomination | None = None
    problem: str = ""
    asked: Approval | None = None


def draft_several(
    cohort: Cohort,
    people: Iterable[Person],
    *,
    by: Membership,
    rationale: str = "",
    in_name_of: Person | None = None,
) -> list[Result]:
    """A draft for each of these people, each beginning with the same rationale; a draft there is already keeps
    its words. One that cannot be drafted does not keep the others from it."""
    chosen = list(people)
    if len(chosen) > MOST:
        raise ValidationError(f"Choose {MOST} people at most.")
    return [_drafted(cohort, person, by, rationale, in_name_of) for person in chosen]


def _drafted(
    cohort: Cohort, person: Person, by: Membership, rationale: str, in_name_of: Person | None
) -> Result:
    try:
        draft = draft_nomination(cohort, person, by=by, in_name_of=in_name_of)
        if not draft.rationale and rationale.strip():
            draft = draft_nomination(cohort, person, by=by, in_name_of=in_name_of, rationale=rationale)
    except ValidationError as refused:
        return Result(person, problem=" ".join(refused.messages))
    return Result(person, draft)


def submit_several(nominations: Iterable[Nomination], *, by: Membership) -> list[Result]:
    """Hand each of these drafts in by itself; those that lack something stay drafts, with what they lack."""
    results = []
    for nomination in sorted(nominations, key=lambda each: (each.candidate_id, each.pk)):
        person = nomination.candidate.person
        try:
            asked = submit_nomination(nomination, by=by)
        except ValidationError as refused:
            results.append(Result(person, nomination, problem=" ".join(refused.messages)))
        except PermissionDenied as refused:
            results.append(Result(person, nomination, problem=str(refused)))
        else:
            nomination.refresh_from_db()
            results.append(Result(person, nomination, asked=asked))
    return results
