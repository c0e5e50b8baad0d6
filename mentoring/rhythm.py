"""When a pair is looked at again: after days of silence, and once a month."""

import calendar
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from amdp.directory.models import Person
from amdp.notifications.queries import at_local_morning, next_local_morning
from amdp.notifications.services import wake_at
from amdp.tenancy.models import Organization
from cohorts.models import Cohort
from mentoring.models import CohortMentoring, Mentorship

# A worker that was away for longer does not send a morning's reminder in the afternoon.
STILL_MORNING = timedelta(hours=2)


def organization_day(organization: Organization) -> date:
    """The day it is for the organization: what a match and its pairs go by, whoever looks at them from where."""
    return timezone.localdate(timezone=ZoneInfo(organization.time_zone))


def day_of(person: Person, moment: datetime) -> date:
    """The day it is where the person is."""
    return moment.astimezone(ZoneInfo(person.time_zone)).date()


def last_contact(mentorship: Mentorship) -> date:
    """The last session, or the day the pair began."""
    return max(mentorship.last_session_on or mentorship.started_on, mentorship.started_on)


def plan_silence(mentorship: Mentorship, decided: CohortMentoring) -> None:
    """From the last contact on, wait for the cohort's days of silence; the clock is the mentor's."""
    day = last_contact(mentorship) + timedelta(days=decided.silence_days)
    mentorship.silence = Mentorship.Silence.NOBODY
    mentorship.silence_due_at = at_local_morning(mentorship.mentor.person, day)


def plan_check_in(mentorship: Mentorship, decided: CohortMentoring, after: date) -> None:
    """The next check-in a month after that day, as soon as it is morning for the first of the two."""
    if not decided.monthly_check_in:
        mentorship.check_in_on = mentorship.check_in_due_at = None
        return
    mentorship.check_in_on = a_month_after(after, mentorship.started_on.day)
    people = (mentorship.mentor.person, mentorship.participant.person)
    mentorship.check_in_due_at = min(at_local_morning(one, mentorship.check_in_on) for one in people)


def a_month_after(day: date, wanted_day: int) -> date:
    """The same day of the next month, or its last one; a pair of the 31st stays one of the 31st."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(wanted_day, calendar.monthrange(year, month)[1]))


def wake_for(mentorships: Iterable[Mentorship]) -> None:
    """Have the tick look at the organization when the first of these is due."""
    times = [at for one in mentorships for at in (one.silence_due_at, one.check_in_due_at) if at is not None]
    if times:
        wake_at(min(times))


def in_the_morning(person: Person, day: date, now: datetime) -> datetime:
    """09:00 there on the first business day from that day on; the next one when that is too long ago."""
    morning = at_local_morning(person, day)
    return morning if now - morning <= STILL_MORNING else next_local_morning(person, now)


def replan(cohort: Cohort, decided: CohortMentoring) -> None:
    """After the cohort's rhythm was changed: pairs that nobody was reminded of wait anew."""
    active = Mentorship.objects.filter(participant__cohort=cohort, state=Mentorship.State.ACTIVE)
    people = ("mentor__person__organization", "participant__person__organization")
    pairs = list(active.select_for_update(of=("self",)).select_related(*people).order_by("pk"))
    for one in pairs:
        if one.silence == Mentorship.Silence.NOBODY:
            plan_silence(one, decided)
        if one.check_in_on is None or not decided.monthly_check_in:
            plan_check_in(one, decided, one.check_in_on or organization_day(cohort.organization))
    Mentorship.objects.bulk_update(pairs, ["silence", "silence_due_at", "check_in_on", "check_in_due_at"])
    wake_for(pairs)
