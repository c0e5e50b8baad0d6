"""Events as files that calendars read: replaced in place after a change, taken out when cancelled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from icalendar import Calendar, Event, vText, vUri


@dataclass(frozen=True, kw_only=True)
class CalendarEvent:
    """One event. It keeps its identity ``uid`` and counts its versions, so that a newer file replaces the
    older one."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    revision: int
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    is_cancelled: bool = False


def calendar_of(events: Iterable[CalendarEvent], *, now: datetime, product: str = "AMDP") -> bytes:
    """These events in iCalendar form, from nothing but what is given."""
    calendar = Calendar()
    calendar.add("prodid", f"-//AMDP//{product}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for one in events:
        calendar.add_component(_event(one, now))
    return bytes(calendar.to_ical())


def _event(one: CalendarEvent, now: datetime) -> Event:
    event = Event()
    event.add("uid", one.uid)
    event.add("dtstamp", now)
    event.add("dtstart", one.starts_at)
    event.add("dtend", one.ends_at)
    event.add("sequence", one.revision)
    event.add("summary", one.summary)
    if one.description:
        event.add("description", one.description)
    if one.location:
        event["location"] = vText(one.location)
    if one.url:
        event["url"] = vUri(one.url)
    event.add("status", "CANCELLED" if one.is_cancelled else "CONFIRMED")
    return event


def calendar_response(body: bytes, name: str) -> HttpResponse:
    """The file as it is downloaded; ``name`` without its ending."""
    headers = {"Content-Disposition": content_disposition_header(True, f"{slugify(name) or 'event'}.ics")}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)
