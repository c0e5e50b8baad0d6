"""Why a date is what it is: what went in, the rule, and what it skipped."""

from dataclasses import dataclass
from datetime import date, timedelta

from amdp.directory.calendar import holiday_name
from amdp.web.time import day
from curriculum.dates import Calendar
from curriculum.models import Journey, ParticipantActivity, ParticipantJourney, Session

SHOWN = 6


@dataclass(frozen=True)
class Why:
    """The explanation of one due date."""

    steps: list[str]
    skipped: list[str]
    change: str


def why_date(
    item: ParticipantActivity, journey: Journey, place: ParticipantJourney | None, session: Session | None
) -> Why:
    """How the due date of an item came about, for the person who asks “Why this date?”."""
    activity, module = item.activity, item.activity.module
    person = item.participant.person
    market = person.market or journey.market
    if session is not None:
        return _of_session(session)
    if activity.is_session:
        return Why(
            [f"There is no seat in a session yet, so it is due by {day(item.due_on)}."],
            [],
            "L&D admins add a session or seats. Then the day of the session counts.",
        )
    whose = f", where {person.first_name} works" if person.market else ", as for the whole cohort"
    calendar = Calendar(journey.starts_on, market)
    starts, _ = calendar.module(module)
    opens, due = calendar.activity(activity, module)
    source = module.start_from
    steps = [
        f"The cohort starts on {day(journey.starts_on)}.",
        f"“{module}” starts {_after(source.offset_months, source.offset_days)}: {day(starts)}."
        + (f" It launches together with “{source}”." if source.pk != module.pk else ""),
        f"This opens {_days(activity.offset_days)} later: {day(opens)}."
        if activity.offset_days
        else "This opens with the module.",
        f"There are {_days(activity.duration_days)} for it: {day(due)}.",
    ]
    if (item.opens_on, item.due_on) != (opens, due):
        late = place is not None and place.joined_on > journey.starts_on
        moved = (
            f"dates are counted from {day(place.joined_on)}"
            if late and place
            else "it was scheduled under an earlier plan"
        )
        steps.append(f"Because {moved}, it opens on {day(item.opens_on)} and is due on {day(item.due_on)}.")
    return Why(
        steps,
        _holidays(starts, item.due_on, market),
        f"Business days are those of {market}{whose}. L&D admins can change when modules and activities begin.",
    )


def _of_session(session: Session) -> Why:
    planned = session.activity.session_starts
    if session.set_by_hand:
        steps = [f"L&D put this session on {session.when} by hand."]
    else:
        steps = [f"The session is on {day(session.shown_at)}, a business day where people take part."]
        if session.starts != planned:
            steps.append(
                f"Planned for {planned:%H:%M}, it starts at {session.starts:%H:%M}, because that suits the "
                "working hours of more people."
            )
    there = f"It starts at {session.starts:%H:%M} in {session.zone_name}"
    people = (
        "where people come together" if session.is_in_person else "this page shows the time where you are"
    )
    return Why(steps, [], f"{there}; {people}.")


def _after(months: int, days: int) -> str:
    parts = [f"{months} month{'' if months == 1 else 's'}"] if months else []
    parts += [_days(days)] if days else []
    return f"{' and '.join(parts)} later" if parts else "with the cohort"


def _days(count: int) -> str:
    return f"{count} business day{'' if count == 1 else 's'}"


def _holidays(first: date, last: date, market: str) -> list[str]:
    """Holidays on weekdays between two days, by name."""
    days = (first + timedelta(days=count) for count in range((last - first).days + 1))
    named = [(one, holiday_name(one, market)) for one in days if one.weekday() < 5]
    return [f"{day(one)} ({name})" for one, name in named if name][:SHOWN]
