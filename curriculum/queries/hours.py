"""For whom a session is outside working hours, by where those with a seat work."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import Count
from django.utils import timezone

from amdp.directory.models import Person
from cohorts.models import Participant
from curriculum.hours import Outside, People, Place, outside, sentence, wall_hours
from curriculum.models import Attendance, Journey, Session


def market_of(person: Person, journey: Journey) -> str:
    """The market whose holidays count for this person."""
    return person.market or journey.market


def place_of(person: Person, session: Session) -> Place:
    """Where this person takes part from; those who come to a place are there."""
    if session.is_in_person:
        return Place(session.zone, session.journey.market)
    return Place(person.time_zone, market_of(person, session.journey))


def places_of(people: Iterable[Person], session: Session) -> Counter[Place]:
    """How many take part from each place."""
    return Counter(place_of(person, session) for person in people)


def disturbed(session: Session, people: People) -> list[Outside]:
    """The places for which the session, as it stands on the object, is outside working hours."""
    first, last = wall_hours(session.day, session.zone, session.starts, session.minutes)
    return outside(first, last, people)


def hours_for(session: Session, people: Iterable[Person]) -> str:
    """The same as a sentence, for people who are about to get a seat; empty when it suits all of them."""
    return sentence(disturbed(session, places_of(people, session)))


def outside_hours(sessions: Iterable[Session]) -> dict[int, str]:
    """By session, the sentence about those with a seat; only for sessions ahead, in one query."""
    by_id = {one.pk: one for one in sessions}
    seats = Attendance.objects.filter(session__in=by_id).exclude(
        participant__state=Participant.State.WITHDRAWN
    )
    rows = (
        seats.order_by()
        .values_list("session", "participant__person__time_zone", "participant__person__market")
        .annotate(people=Count("pk"))
    )
    people: dict[int, Counter[Place]] = defaultdict(Counter)
    for pk, zone, market, count in rows:
        people[pk][place_of(Person(time_zone=zone, market=market), by_id[pk])] += count
    ahead = ((by_id[pk], places) for pk, places in people.items() if _is_ahead(by_id[pk]))
    said = ((session.pk, sentence(disturbed(session, places))) for session, places in ahead)
    return {pk: words for pk, words in said if words}


def own_hours(session: Session, person: Person) -> str:
    """The same for one of them, in words to that person."""
    if not _is_ahead(session):
        return ""
    found = disturbed(session, places_of([person], session))
    return f"This is outside working hours in {found[0].place.name} ({found[0].clock})." if found else ""


def _is_ahead(session: Session) -> bool:
    return session.state == Session.State.PLANNED and session.ends_at > timezone.now()
