"""Who stands behind a nomination: the nominator, whoever wrote it in their name, and who endorsed it."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from amdp.directory.models import Person
from selection.models import Nomination

PROPOSERS = ("nominator", "written_by", "endorser")


def proposed_by(person: Person) -> Q:
    """A condition on nominations: the person stands behind it."""
    found = Q()
    for role in PROPOSERS:
        found |= Q(**{role: person})
    return found


def proposers_of(nominations: QuerySet[Nomination]) -> frozenset[int]:
    """Ids of everybody who stands behind one of these that was not withdrawn; one query."""
    standing = nominations.exclude(state=Nomination.State.WITHDRAWN).order_by()
    return frozenset(pk for row in standing.values_list(*_columns(PROPOSERS)) for pk in row if pk)


def proposers_by_candidate(candidates: Iterable[int]) -> dict[int, list[int]]:
    """The same by candidate; one query."""
    standing = Nomination.objects.filter(candidate__in=list(candidates)).order_by()
    rows = standing.exclude(state=Nomination.State.WITHDRAWN)
    found: dict[int, list[int]] = {}
    for candidate, *people in rows.values_list("candidate_id", *_columns(PROPOSERS)):
        found.setdefault(candidate, []).extend(pk for pk in people if pk)
    return found


def _columns(roles: Iterable[str]) -> list[str]:
    return [f"{role}_id" for role in roles]
