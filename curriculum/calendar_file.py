"""A session as a file that calendars read."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from icalendar import Calendar, Event, vText, vUri

from curriculum.models import Session


def calendar_response(session: Session, request: HttpRequest, org: str) -> HttpResponse:
    """The file as it is downloaded from a page and from the API."""
    address = request.build_absolute_uri(reverse("curriculum:session_detail", args=[org, session.pk]))
    host = request.get_host().split(":")[0]
    body = calendar_of(session, host=host, address=address, now=timezone.now())
    name = f"{slugify(str(session)) or 'session'}.ics"
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)


def calendar_of(session: Session, *, host: str, address: str, now: datetime) -> bytes:
    """One event in iCalendar form, from nothing but what is given. Downloaded again after a change it replaces the older one, because it keeps
    its identity and counts its versions."""
    event = Event()
    event.add("uid", f"session-{session.organization_id}-{session.pk}@{host}")
    event.add("dtstamp", now)
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("sequence", session.revision)
    event.add("summary", str(session))
    event.add("description", "\n\n".join(part for part in (session.activity.instructions, address) if part))
    if session.place or session.link:
        event["location"] = vText(" · ".join(part for part in (session.place, session.link) if part))
    event["url"] = vUri(session.link or address)
    event.add("status", "CANCELLED" if session.is_cancelled else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//AMDP//Sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
