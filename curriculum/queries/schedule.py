"""Journeys and sessions as they are scheduled."""

from collections.abc import Iterable

from django.db.models import Count, Prefetch, Q, QuerySet

from cohorts.models import Cohort, Participant
from curriculum.models import Attendance, Journey, Session, SessionFacilitator


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


def search_sessions(sessions: QuerySet[Session], text: str) -> QuerySet[Session]:
    """Sessions whose title or place holds the text."""
    return sessions.filter(Q(activity__title__icontains=text) | Q(place__icontains=text))
