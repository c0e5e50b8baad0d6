"""A session as a file that calendars read. Pure: what it says is given."""

from datetime import datetime

from icalendar import Calendar, Event, vText, vUri

from curriculum.models import Session


def calendar_of(session: Session, *, host: str, address: str, now: datetime) -> bytes:
    """One event in iCalendar form. Downloaded again after a change it replaces the older one, because it keeps
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
