"""The sessions of a journey that is being planned: their hours, and who sits in them. Nothing is written here."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple

from amdp.directory.calendar import add_business_days, zone_named
from amdp.directory.models import Person
from cohorts.models import Participant
from curriculum.dates import CATCH_UP_DAYS, shared_day
from curriculum.hours import Attendee, best_hour
from curriculum.models import Activity, Attendance, Journey, Session
from curriculum.queries.hours import COMES, holders_by_session, places_of, seated


class Wish(NamedTuple):
    """A day or an hour, or both, that L&D wants for a new session whatever planning thinks of it."""

    day: date | None
    starts: time | None


class When(NamedTuple):
    """Day, wall time and zone: what planning decides about a session."""

    day: date
    starts: time
    zone: str

    @classmethod
    def of(cls, session: Session) -> "When":
        return cls(session.day, session.starts, session.zone)


@dataclass(eq=False)
class Slot:
    """One date of a live activity, saved already or not, and who comes to it."""

    session: Session
    before: When | None = None
    attendees: list[Attendee] = field(default_factory=list)
    taken: int = 0

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def has_moved(self) -> bool:
        """It is there already, and planning puts it elsewhere."""
        return self.before is not None and self.before != When.of(self.session)

    @property
    def former(self) -> str:
        """The day and hour it had, where planning puts it elsewhere: ``Fri 5 Feb, 16:20 in Paris``."""
        if self.before is None or not self.has_moved:
            return ""
        return Session(activity=self.session.activity, **self.before._asdict()).there

    @property
    def room(self) -> int | None:
        """How many more there are seats for; None when there are seats for everybody."""
        return None if self.session.seats is None else max(self.session.seats - self.taken, 0)

    def give_seat(self, person: Person) -> None:
        self.taken += 1
        self.attendees.append(seated(person))


class Timetable:
    """What is there and what planning makes of it. Queries do not depend on the number of participants."""

    def __init__(
        self,
        journey: Journey,
        activities: Iterable[Activity],
        participants: Sequence[Participant],
        sessions: Iterable[Session],
        now: datetime,
        wishes: Mapping[int, Wish],
    ) -> None:
        self.journey, self.participants, self.now, self.wishes = journey, participants, now, wishes
        self.activities = {one.pk: one for one in activities if one.is_session}
        self.slots: dict[int, list[Slot]] = defaultdict(list)
        self.seat_of: dict[tuple[int, int], Slot] = {}
        self.new_seats: list[tuple[Slot, Participant]] = []
        self._known: set[int] = set()
        self._load(sessions)

    @property
    def new(self) -> list[Slot]:
        """Dates that are not saved yet."""
        return [slot for slots in self.slots.values() for slot in slots if slot.is_new]

    @property
    def moved(self) -> list[Slot]:
        """Dates that are there already and get another day or hour."""
        return [slot for slots in self.slots.values() for slot in slots if slot.has_moved]

    def plan(self, day_of: Callable[[Activity], date]) -> None:
        """Give every activity its session on its day, at an hour that suits those it is for; a new one that
        somebody wants elsewhere is put there by hand. What is held, has begun or was set by hand stays, and
        what was cancelled does not come back."""
        for slots in self.slots.values():
            for slot in slots:
                if not self._stays(slot.session):
                    self._put(slot, day_of(slot.session.activity))
        for activity in self.activities.values():
            if activity.pk not in self._known:
                slot = Slot(self._new(activity))
                self._put(slot, day_of(activity))
                if wish := self.wishes.get(activity.pk):
                    session = slot.session
                    session.day, session.starts = (
                        wish.day or session.day,
                        session.starts if wish.starts is None else wish.starts,
                    )
                    session.set_by_hand = True
                self.slots[activity.pk].append(slot)

    def seat(self) -> None:
        """A seat in one session of each activity; who has none yet gets the first that is free."""
        for participant in self.participants:
            for activity_id, slots in self.slots.items():
                if (participant.pk, activity_id) in self.seat_of:
                    continue
                free = next((one for one in slots if self._has_room(one)), None)
                if free is not None:
                    free.give_seat(participant.person)
                    self.seat_of[participant.pk, activity_id] = free
                    self.new_seats.append((free, participant))

    def _load(self, sessions: Iterable[Session]) -> None:
        by_id: dict[int, Slot] = {}
        for session in sessions:
            session.journey, session.activity = self.journey, self.activities[session.activity_id]
            self._known.add(session.activity_id)
            if not session.is_cancelled:
                by_id[session.pk] = slot = Slot(session, When.of(session))
                self.slots[session.activity_id].append(slot)
        roster = Attendance.objects.filter(session__in=list(by_id)).select_related("participant__person")
        for line in roster:
            slot, participant = by_id[line.session_id], line.participant
            slot.taken += participant.state != Participant.State.WITHDRAWN
            self.seat_of[participant.pk, slot.session.activity_id] = slot
            if participant.state in COMES:
                slot.attendees.append(seated(participant.person))
        for pk, holder in holders_by_session(list(by_id)):
            by_id[pk].attendees.append(holder)

    def _new(self, activity: Activity) -> Session:
        return Session(
            journey=self.journey,
            activity=activity,
            minutes=activity.minutes or 60,
            place=activity.session_place,
            link=activity.link,
            seats=activity.session_seats,
        )

    def _put(self, slot: Slot, planned: date) -> None:
        """Day and hour of one session. A day that is past already is none to plan on: what is ahead stays
        where it is, and what is new comes as soon as people can be ready for it."""
        session, journey = slot.session, self.journey
        today = self.now.astimezone(zone_named(journey.zone)).date()
        if planned <= today:
            if not slot.is_new:
                return
            planned = add_business_days(today, CATCH_UP_DAYS, journey.market)
        session.zone = zone_named(journey.zone).key
        attendees = self._who(slot)
        markets = {one.market or journey.market for one in attendees} | {journey.market}
        session.day, session.starts = shared_day(planned, markets), session.activity.session_starts
        if not session.is_in_person:
            session.day, session.starts = best_hour(
                session.day,
                session.starts,
                session.zone,
                session.minutes,
                places_of(attendees, session),
                journey.market,
            )

    def _who(self, slot: Slot) -> list[Attendee]:
        """For whom it is: those who come to it, then those who sit nowhere, as far as there are seats."""
        activity_id = slot.session.activity_id
        nowhere = (one for one in self.participants if (one.pk, activity_id) not in self.seat_of)
        return [*slot.attendees, *[seated(one.person) for one in nowhere][: slot.room]]

    def _stays(self, session: Session) -> bool:
        return session.is_held or session.set_by_hand or session.starts_at <= self.now

    def _has_room(self, slot: Slot) -> bool:
        ahead = not slot.session.is_held and slot.session.starts_at > self.now
        return ahead and slot.room != 0
