"""The sessions of a journey that is being scheduled: their hours, and who sits in them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime

from amdp.directory.calendar import zone_named
from cohorts.models import Participant
from curriculum.dates import shared_day
from curriculum.hours import best_hour
from curriculum.models import Activity, Attendance, Journey, Session
from curriculum.queries.hours import market_of, places_of

BATCH = 1000
WHEN = ["day", "starts", "zone"]


class Timetable:
    """What is there, and what has to be written. Queries do not depend on the number of participants."""

    def __init__(
        self,
        journey: Journey,
        activities: Sequence[Activity],
        participants: Sequence[Participant],
        now: datetime,
    ) -> None:
        self.journey, self.participants, self.now = journey, participants, now
        self.activities = {one.pk: one for one in activities if one.is_session}
        self.sessions: dict[int, list[Session]] = defaultdict(list)
        self.seat_of: dict[tuple[int, int], Session] = {}
        self.moved: list[Session] = []
        self._known: set[int] = set()
        self._taken: Counter[int] = Counter()
        self._new_seats: list[Attendance] = []
        self._load()

    def plan(self, day_of: Callable[[Activity], date]) -> None:
        """Give every activity its session on its day, at an hour that suits those it is for. What is held,
        has begun or was set by hand stays, and what was cancelled does not come back."""
        for activity_id, sessions in self.sessions.items():
            for session in sessions:
                if not self._stays(session) and self._put(session, day_of(self.activities[activity_id])):
                    self.moved.append(session)
        for session in self.moved:
            session.revision += 1
        Session.objects.bulk_update(self.moved, [*WHEN, "revision"], batch_size=BATCH)
        new = [self._new(one) for one in self.activities.values() if one.pk not in self._known]
        for session in new:
            self._put(session, day_of(session.activity))
        for session in Session.objects.bulk_create(new, batch_size=BATCH):
            self.sessions[session.activity_id].append(session)

    def seat(self) -> None:
        """A seat in one session of each activity; who has none yet gets the first that is free."""
        for participant in self.participants:
            for activity_id, sessions in self.sessions.items():
                if (participant.pk, activity_id) in self.seat_of:
                    continue
                free = next((one for one in sessions if self._has_room(one)), None)
                if free is not None:
                    self._taken[free.pk] += 1
                    self.seat_of[participant.pk, activity_id] = free
                    self._new_seats.append(Attendance(session=free, participant=participant))

    def save_seats(self) -> None:
        """Write the new seats; those of withdrawn participants in sessions ahead are free again."""
        Attendance.objects.bulk_create(self._new_seats, batch_size=BATCH)
        Attendance.objects.filter(
            session__journey=self.journey,
            session__state=Session.State.PLANNED,
            state=Attendance.State.EXPECTED,
            participant__state=Participant.State.WITHDRAWN,
        ).delete()

    def _load(self) -> None:
        found = Session.objects.filter(journey=self.journey, activity__in=self.activities)
        for session in found.select_for_update(of=("self",)):
            session.journey, session.activity = self.journey, self.activities[session.activity_id]
            self._known.add(session.activity_id)
            if not session.is_cancelled:
                self.sessions[session.activity_id].append(session)
        by_id = {one.pk: one for group in self.sessions.values() for one in group}
        roster = Attendance.objects.filter(session__in=list(by_id)).select_related("participant")
        for line in roster:
            session = by_id[line.session_id]
            self._taken[session.pk] += line.participant.state != Participant.State.WITHDRAWN
            self.seat_of[line.participant_id, session.activity_id] = session

    def _new(self, activity: Activity) -> Session:
        return Session(
            journey=self.journey,
            activity=activity,
            minutes=activity.minutes or 60,
            place=activity.session_place,
            link=activity.link,
            seats=activity.session_seats,
        )

    def _put(self, session: Session, planned: date) -> bool:
        """Day and hour of one session; whether they are others than before."""
        before = [getattr(session, name) for name in WHEN]
        activity, journey = session.activity, self.journey
        session.zone = zone_named(journey.zone).key
        people = [one.person for one in self._who(session)]
        markets = {market_of(person, journey) for person in people} | {journey.market}
        session.day, session.starts = shared_day(planned, markets), activity.session_starts
        if not session.is_in_person:
            session.day, session.starts = best_hour(
                session.day,
                session.starts,
                session.zone,
                session.minutes,
                places_of(people, session),
                journey.market,
            )
        return before != [getattr(session, name) for name in WHEN]

    def _who(self, session: Session) -> list[Participant]:
        """For whom it is: those who sit in it, then those who sit nowhere, as far as there are seats."""
        seats = {one.pk: self.seat_of.get((one.pk, session.activity_id)) for one in self.participants}
        seated = [one for one in self.participants if session.pk and seats[one.pk] == session]
        return [*seated, *(one for one in self.participants if seats[one.pk] is None)][: session.seats]

    def _stays(self, session: Session) -> bool:
        return session.is_held or session.set_by_hand or session.starts_at <= self.now

    def _has_room(self, session: Session) -> bool:
        ahead = not session.is_held and session.starts_at > self.now
        return ahead and (session.seats is None or self._taken[session.pk] < session.seats)
