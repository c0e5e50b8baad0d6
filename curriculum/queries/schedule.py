"""Journeys and sessions as they are scheduled."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from amdp.directory.models import Person
from amdp.web.time import day, moment, place_of
from cohorts.models import Cohort, Participant
from curriculum.models import (
    Activity,
    Attendance,
    Journey,
    ParticipantActivity,
    Session,
    SessionFacilitator,
)


def journeys_by_cohort(cohort_ids: Iterable[int]) -> dict[int, Journey]:
    """The scheduled journey of each of these cohorts, in one query."""
    return {one.cohort_id: one for one in Journey.objects.filter(cohort__in=list(cohort_ids))}


def journey_of(cohort: Cohort) -> Journey | None:
    """The scheduled journey of a cohort, or None while it has no dates."""
    return Journey.objects.filter(cohort=cohort).first()


def with_seats_taken(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Each session with ``taken`` seats."""
    here = ~Q(roster__participant__state=Participant.State.WITHDRAWN)
    return sessions.annotate(taken=Count("roster", filter=here))


def with_facilitators(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Each session with the names of who holds it; one query more."""
    named = SessionFacilitator.objects.select_related("person", "membership__user")
    return sessions.prefetch_related(Prefetch("facilitators", queryset=named))


def roster_of(session: Session) -> QuerySet[Attendance]:
    """Who has a seat, by name; withdrawn participants are left out."""
    lines = session.roster.exclude(participant__state=Participant.State.WITHDRAWN)
    return lines.select_related("participant__person").order_by("participant__person__last_name_key")


def holders_of(activity: Activity, journey: Journey) -> list[Person]:
    """People of the directory who hold other dates of an activity in this journey."""
    held = SessionFacilitator.objects.filter(session__activity=activity, session__journey=journey)
    return list(Person.objects.filter(pk__in=held.order_by().values("person")))


def search_sessions(sessions: QuerySet[Session], text: str) -> QuerySet[Session]:
    """Sessions whose title or place holds the text."""
    return sessions.filter(Q(activity__title__icontains=text) | Q(place__icontains=text))


@dataclass(frozen=True)
class Candidate:
    """A participant who could get a seat, and the seat there is already in another session of the activity."""

    participant: Participant
    seat: Attendance | None

    @property
    def waits(self) -> bool:
        """Without a seat, or having missed it."""
        return self.seat is None or self.seat.state == Attendance.State.ABSENT

    @property
    def words(self) -> str:
        """From where, and what is known about the seat so far."""
        return f"{place_of(self.participant.person.time_zone)} · {self._so_far}"

    @property
    def _so_far(self) -> str:
        if self.seat is None:
            return "no seat yet"
        session = self.seat.session
        if self.seat.state == Attendance.State.ABSENT:
            return f"missed it on {day(session.starts_at)}"
        return f"has a seat on {moment(session.starts_at)}, which becomes free"


def candidates_for(session: Session) -> list[Candidate]:
    """Active participants of the cohort who still have its activity to do and no seat here, those who wait
    first; in two queries."""
    seats = Attendance.objects.filter(session__activity=session.activity_id).exclude(
        session__state=Session.State.CANCELLED
    )
    latest = {
        one.participant_id: one for one in seats.select_related("session").order_by("session__day", "pk")
    }
    people = Participant.objects.filter(
        cohort=session.journey.cohort_id,
        state=Participant.State.ACTIVE,
        activities__activity=session.activity_id,
        activities__state=ParticipantActivity.State.TO_DO,
    ).select_related("person")
    found = [Candidate(one, latest.get(one.pk)) for one in people.order_by("person__last_name_key", "pk")]
    new = [
        one for one in found if session.pk is None or one.seat is None or one.seat.session_id != session.pk
    ]
    return sorted(new, key=lambda one: not one.waits)


@dataclass(frozen=True)
class LiveActivity:
    """A live activity of a journey, with its dates and how many still wait for a seat."""

    activity: Activity
    sessions: list[Session]
    waiting: int


def live_activities(journey: Journey) -> list[LiveActivity]:
    """What a session can be added to, in the template's order; in three queries."""
    activities = Activity.objects.filter(
        module__program=journey.cohort.program_id, mode__in=Activity.SESSION_MODES
    ).select_related("module")
    planned = Session.objects.filter(journey=journey, state=Session.State.PLANNED)
    sessions = [one for one in planned if one.starts_at > timezone.now()]
    by_activity: dict[int, list[Session]] = {}
    for session in sessions:
        by_activity.setdefault(session.activity_id, []).append(session)
    seated = Attendance.objects.filter(
        participant=OuterRef("participant"),
        session__activity=OuterRef("activity"),
        session__state=Session.State.PLANNED,
    ).order_by()
    waiting = dict(
        ParticipantActivity.objects.filter(
            ~Exists(seated),
            participant__cohort=journey.cohort_id,
            participant__state=Participant.State.ACTIVE,
            state=ParticipantActivity.State.TO_DO,
            activity__mode__in=Activity.SESSION_MODES,
        )
        .order_by()
        .values_list("activity")
        .annotate(Count("pk"))
    )
    return [
        LiveActivity(one, by_activity.get(one.pk, []), waiting.get(one.pk, 0))
        for one in activities.order_by("module__position", "module", "position", "pk")
    ]
