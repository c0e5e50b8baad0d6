"""Who takes part in a calibration, and who could."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from amdp.directory.models import Person
from amdp.identity.models import Membership, Role
from amdp.identity.queries import members_of
from cohorts.models import Cohort
from selection.models import (
    CalibrationParticipant,
    CalibrationPlace,
    CalibrationSession,
    Candidate,
    Nomination,
)
from selection.queries.calibration import places_of
from selection.queries.conflicts import interests_of
from selection.queries.proposers import PROPOSERS

RUNS = (Role.LD_ADMIN, Role.HR_ANALYST)


@dataclass(frozen=True)
class Seat:
    """Somebody who takes part, with the candidates they discuss and do not move, and why not."""

    participant: CalibrationParticipant
    interests: list[tuple[Candidate, str]]


def seats_in(session: CalibrationSession) -> list[Seat]:
    """Everybody invited, with their interests; a fixed number of queries."""
    invited = list(session.participants.select_related("member__user").order_by("member__user__name", "pk"))
    candidates = [place.candidate for place in places_of(session)]
    interests = interests_by_member([each.member for each in invited], candidates)
    return [Seat(each, interests.get(each.member_id, [])) for each in invited]


def interests_by_member(
    members: Sequence[Membership], candidates: Sequence[Candidate]
) -> dict[int, list[tuple[Candidate, str]]]:
    """By membership, whom they may not move, and why; two queries."""
    people = people_of(members)
    found = interests_of(candidates, people.values())
    return {
        member: [(each, words) for each in candidates if (words := found[each.pk].get(person.pk))]
        for member, person in people.items()
    }


def people_of(members: Iterable[Membership]) -> dict[int, Person]:
    """The directory's entry of each of these, by id of the membership; one query."""
    found = Person.objects.filter(membership__in=[member.pk for member in members])
    return {person.membership_id: person for person in found if person.membership_id}


def barring(place: CalibrationPlace, members: Sequence[Membership]) -> list[str]:
    """Who of those taking part discusses this candidate and does not move them, in sentences."""
    people = people_of(members)
    return list(interests_of([place.candidate], people.values())[place.candidate_id].values())


def invitable(cohort: Cohort) -> QuerySet[Membership]:
    """Whom L&D can invite: L&D and HR, leaders, and the panel, as long as they can sign in and are no
    candidates of this cohort."""
    people = Person.objects.filter(membership=OuterRef("pk")).order_by()
    leads = people.filter(Exists(Person.objects.filter(manager=OuterRef("pk")).order_by()))
    panel = people.filter(assessor_in__cohort=cohort)
    rivals = people.filter(
        Exists(
            Candidate.objects.filter(cohort=cohort, person=OuterRef("pk"))
            .exclude(state=Candidate.State.DRAFTED)
            .order_by()
        )
    )
    named = Q(granted_roles__overlap=list(RUNS))
    able = members_of(cohort.organization).filter(is_active=True)
    spoke = Exists(people.filter(_behind(cohort)))
    return able.filter(named | Exists(leads) | Exists(panel) | spoke).exclude(Exists(rivals))


def _behind(cohort: Cohort) -> Q:
    """A condition on people: they stand behind a nomination of somebody on the board."""
    standing = Nomination.objects.filter(
        candidate__cohort=cohort, candidate__state=Candidate.State.ADMITTED
    ).exclude(state=Nomination.State.WITHDRAWN)
    found = Q(pk__in=[])
    for role in PROPOSERS:
        found |= Q(pk__in=standing.order_by().values(role))
    return found


def proposed(cohort: Cohort) -> list[tuple[str, list[Membership]]]:
    """Whom to invite first, by why: L&D and HR, the panel, and those who stand behind a nomination."""
    able = invitable(cohort)
    people = Person.objects.filter(membership=OuterRef("pk")).order_by()
    groups = (
        ("L&D and HR", able.filter(granted_roles__overlap=list(RUNS))),
        ("Assessors", able.filter(Exists(people.filter(assessor_in__cohort=cohort)))),
        ("Nominating leaders", able.filter(Exists(people.filter(_behind(cohort))))),
    )
    seen: set[int] = set()
    found = []
    for title, members in groups:
        fresh = [each for each in members if each.pk not in seen]
        seen |= {each.pk for each in fresh}
        if fresh:
            found.append((title, fresh))
    return found
