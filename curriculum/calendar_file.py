"""A session as a file that calendars read."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from amdp.web.calendar_file import CalendarEvent, calendar_of
from amdp.web.calendar_file import calendar_response as as_file
from curriculum.models import Session


def calendar_response(session: Session, request: HttpRequest, org: str) -> HttpResponse:
    """The file as it is downloaded from a page and from the API."""
    address = request.build_absolute_uri(reverse("curriculum:session_detail", args=[org, session.pk]))
    host = request.get_host().split(":")[0]
    event = event_of(session, host=host, address=address)
    return as_file(calendar_of([event], now=timezone.now(), product="Sessions"), str(session) or "session")


def event_of(session: Session, *, host: str, address: str) -> CalendarEvent:
    """One event, from nothing but what is given."""
    return CalendarEvent(
        uid=f"session-{session.organization_id}-{session.pk}@{host}",
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        revision=session.revision,
        summary=str(session),
        description="\n\n".join(part for part in (session.activity.instructions, address) if part),
        location=" · ".join(part for part in (session.place, session.link) if part),
        url=session.link or address,
        is_cancelled=session.is_cancelled,
    )
