"""For whom a session is outside working hours, by where those work who have a seat or hold it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from amdp.directory.models import Person
from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from cohorts.models import Participant
from curriculum.hours import Attendee, Outside, Place, outside, sentence, wall_hours
from curriculum.models import Attendance, Journey, Session, SessionFacilitator

# Whoever is paused or has left keeps nobody from an hour.
COMES = (Participant.State.ACTIVE, Participant.State.GRADUATED)


def market_of(person: Person, journey: Journey) -> str:
    """The market whose holidays count for this person."""
    return person.market or journey.market


def seated(person: Person) -> Attendee:
    """A person with a seat."""
    return Attendee(person.name, person.time_zone, person.market)


def holding(one: Person | Membership) -> Attendee:
    """Who holds a session: where the directory says they work, else where they read times in."""
    if isinstance(one, Person):
        return Attendee(one.name, one.time_zone, one.market, holds=True)
    person = person_of(one)
    zone, market = (person.time_zone, person.market) if person else (one.time_zone, "")
    return Attendee(one.display_name, zone, market, holds=True)


def place_of(one: Attendee, session: Session) -> Place:
    """Where somebody takes part from; those who come to a place are there."""
    journey = session.journey
    if session.is_in_person:
        return Place(session.zone, journey.market)
    return Place(one.zone or journey.zone, one.market or journey.market)


def places_of(attendees: Iterable[Attendee], session: Session) -> Counter[Place]:
    """How many take part from each place."""
    return Counter(place_of(one, session) for one in attendees)


def disturbed(session: Session, attendees: Sequence[Attendee]) -> list[Outside]:
    """The places for which the session, as it stands on the object, is outside working hours."""
    first, last = wall_hours(session.day, session.zone, session.starts, session.minutes)
    names: dict[Place, list[str]] = defaultdict(list)
    for one in sorted(attendees, key=lambda one: (one.holds, one.name)):
        names[place_of(one, session)].append(one.words)
    return outside(first, last, places_of(attendees, session), names)


def hours_for(session: Session, attendees: Sequence[Attendee]) -> str:
    """The same as a sentence; empty when it suits all of them."""
    return sentence(disturbed(session, attendees))


def attendees_of(sessions: Iterable[Session]) -> dict[int, list[Attendee]]:
    """By session, who comes to it: those with a seat and those who hold it; in two queries."""
    ids = [one.pk for one in sessions]
    seats = Attendance.objects.filter(session__in=ids, participant__state__in=COMES)
    found: dict[int, list[Attendee]] = defaultdict(list)
    for seat in seats.select_related("participant__person"):
        found[seat.session_id].append(seated(seat.participant.person))
    for pk, one in holders_by_session(ids):
        found[pk].append(one)
    return found


def holders_by_session(session_ids: Sequence[int]) -> list[tuple[int, Attendee]]:
    """Who holds these sessions, in one query."""
    named = SessionFacilitator.objects.filter(session__in=session_ids)
    named = named.select_related("person", "membership__user").annotate(
        zone=Coalesce("membership__people__time_zone", "membership__time_zone", Value("")),
        market=Coalesce("membership__people__market", Value("")),
    )
    return [(one.session_id, _holder(one)) for one in named]


def outside_hours(sessions: Iterable[Session]) -> dict[int, str]:
    """By session, the sentence about those who come to it; only for sessions ahead, in two queries."""
    ahead = [one for one in sessions if is_ahead(one)]
    attendees = attendees_of(ahead)
    said = ((one.pk, hours_for(one, attendees[one.pk])) for one in ahead if one.pk in attendees)
    return {pk: words for pk, words in said if words}


def own_hours(session: Session, person: Person) -> str:
    """The same for one of them, in words to that person."""
    if not is_ahead(session):
        return ""
    found = disturbed(session, [seated(person)])
    return f"This is outside working hours in {found[0].place.name} ({found[0].clock})." if found else ""


def _holder(named: SessionFacilitator) -> Attendee:
    if named.person is not None:
        return holding(named.person)
    return Attendee(str(named), named.zone, named.market, holds=True)  # type: ignore[attr-defined]


def is_ahead(session: Session) -> bool:
    """Whether it is still to come or going on."""
    return session.state == Session.State.PLANNED and session.ends_at > timezone.now()
