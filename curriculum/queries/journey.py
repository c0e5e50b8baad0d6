"""A participant's journey as its page shows it: the next step, the months, the weeks."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.urls import reverse

from amdp.web.time import as_day, day
from cohorts.models import Participant
from curriculum.models import (
    Attendance,
    Journey,
    JourneyModule,
    Module,
    ParticipantActivity,
    Project,
    Session,
)
from curriculum.queries.opening import Opening, blockers, opening_from
from curriculum.queries.progress import Progress, items_of, progress_from, today_of
from curriculum.queries.schedule import journey_of
from curriculum.timeline import Bar, Dot, Timeline, timeline

WEEKS_SHOWN = 5
LOOKS = {"done": "bar-done", "now": "bar-now", "late": "bar-now", "optional": "bar-opt", "later": ""}
MODE_ICONS = {
    "microlearning": "bolt",  # icon
    "e_learning": "book",  # icon
    "virtual": "video",  # icon
    "workshop": "school",  # icon
    "on_the_job": "building-hospital",  # icon
    "action_learning": "target-arrow",  # icon
    "case_study": "file-text",  # icon
    "coaching": "message-2",  # icon
    "pulse": "activity",  # icon
    "assessment": "checklist",  # icon
}


@dataclass
class Line:
    """One activity on the journey page."""

    item: ParticipantActivity
    icon: str
    url: str
    session: Session | None = None
    opening: Opening | None = None
    is_late: bool = False


@dataclass
class Week:
    """Seven days from a Monday, with what falls into them."""

    monday: date
    label: str
    is_now: bool
    lines: list[Line] = field(default_factory=list)

    @property
    def span(self) -> str:
        friday = self.monday + timedelta(days=4)
        first = f"{self.monday.day}" if self.monday.month == friday.month else f"{self.monday:%-d %b}"
        return f"{first}–{friday:%-d %b}"


@dataclass(frozen=True)
class JourneyView:
    """Everything on the page."""

    participant: Participant
    journey: Journey
    progress: Progress
    timeline: Timeline
    next: Line | None
    late: list[Line]
    weeks: list[Week]
    later: list[Line]
    optional: list[Line]
    done: list[Line]
    projects: list[Project]
    month: int
    months: int


def journey_view(participant: Participant, org: str) -> JourneyView | None:
    """The page of one participant; None while the cohort has no dates. Six queries."""
    journey = journey_of(participant.cohort)
    items = items_of(participant)
    if journey is None or not items:
        return None
    today = today_of(participant)
    progress = progress_from(participant, items, today)
    sessions = _sessions_of(participant)
    waits = blockers(items)
    lines = [
        _line(item, org, sessions, opening_from(item, today, waits.get(item.activity.module_id)), today)
        for item in items
    ]
    ahead = [
        line
        for line in lines
        if not line.item.is_over and line.item.state != ParticipantActivity.State.HANDED_IN
    ]
    late = [line for line in ahead if line.is_late]
    optional = [line for line in ahead if not line.item.is_asked and line.item.due_on < today]
    coming = [line for line in ahead if line.item.due_on >= today]
    weeks, later = _weeks(coming, today, journey.starts_on)
    cohort = participant.cohort
    months = max(1, _months(cohort.starts_on, cohort.ends_on + timedelta(days=1)))
    return JourneyView(
        participant=participant,
        journey=journey,
        progress=progress,
        timeline=_timeline(journey, participant, progress, sessions.values(), today, org),
        next=_next(ahead, today),
        late=late,
        weeks=weeks,
        later=later,
        optional=optional,
        done=[line for line in lines if line not in ahead],
        projects=_projects_of(participant),
        month=max(1, min(_months(cohort.starts_on, today) + 1, months)),
        months=months,
    )


def _next(ahead: list[Line], today: date) -> Line | None:
    """What to do now: asked for, open, waiting for nothing, begun before it is too late."""
    doable = [line for line in ahead if line.item.is_asked and (not line.opening or not line.opening.after)]
    ready = [line for line in doable if line.item.opens_on <= today and line.session is None]
    sessions = [line for line in doable if line.session is not None and line.item.due_on >= today]
    chosen = sorted(ready, key=lambda one: one.item.due_on)[:1] + sessions[:1]
    return min(chosen or doable[:1], key=lambda one: one.item.due_on, default=None)


def _line(
    item: ParticipantActivity,
    org: str,
    sessions: dict[int, Session],
    opening: Opening | None,
    today: date,
) -> Line:
    """An activity with what is known about it, late by the participant's own calendar."""
    return Line(
        item=item,
        icon=MODE_ICONS[item.activity.mode],
        url=reverse("curriculum:activity_detail", args=[org, item.pk]),
        session=sessions.get(item.activity_id),
        opening=opening,
        is_late=item.is_open and item.is_asked and item.due_on < today,
    )


def _sessions_of(participant: Participant) -> dict[int, Session]:
    """The session of each activity in which the participant has a seat."""
    lines = Attendance.objects.filter(participant=participant).exclude(session__state=Session.State.CANCELLED)
    lines = lines.select_related("session__activity")
    return {line.session.activity_id: line.session for line in lines}


def _projects_of(participant: Participant) -> list[Project]:
    projects = Project.objects.filter(item__participant=participant, account__isnull=False)
    return list(projects.select_related("account__owner", "item__activity").order_by("item__due_on"))


def _weeks(lines: list[Line], today: date, starts_on: date) -> tuple[list[Week], list[Line]]:
    """The weeks ahead that hold something, and what comes after them."""
    by_monday: dict[date, list[Line]] = defaultdict(list)
    for line in lines:
        by_monday[line.item.due_on - timedelta(days=line.item.due_on.weekday())].append(line)
    this = today - timedelta(days=today.weekday())
    first = starts_on - timedelta(days=starts_on.weekday())
    weeks = []
    for monday in sorted(by_monday)[:WEEKS_SHOWN]:
        number = (monday - first).days // 7 + 1
        words = {0: "This week", 7: "Next week"}.get((monday - this).days, f"Week {number}")
        weeks.append(Week(monday, words, monday == this, by_monday[monday]))
    later = [line for monday in sorted(by_monday)[WEEKS_SHOWN:] for line in by_monday[monday]]
    return weeks, later


def _timeline(
    journey: Journey, participant: Participant, progress: Progress, sessions: object, today: date, org: str
) -> Timeline:
    dates = {one.module_id: one for one in JourneyModule.objects.filter(journey=journey)}
    bars = []
    for one in progress.modules:
        when = dates.get(one.module.pk)
        if when is None:
            continue
        first_open = next((item for item in one.items if item.is_open), one.items[0])
        bars.append(
            Bar(
                track=one.module.track,
                label=f"{one.module}, optional" if one.state == "optional" else str(one.module),
                first=when.starts_on,
                last=when.ends_on,
                looks=LOOKS[one.state],
                hint=f"{one.module}, {day(when.starts_on)} to {day(when.ends_on)}, {one.words}",
                url=reverse("curriculum:activity_detail", args=[org, first_open.pk]),
            )
        )
    dots = [
        Dot(
            day=as_day(session.shown_at),
            looks="dot dot-done" if session.is_held else "dot",
            hint=f"{session}, {day(session.shown_at)}",
            url=reverse("curriculum:session_detail", args=[org, session.pk]),
        )
        for session in sessions  # type: ignore[attr-defined]
    ]
    cohort = participant.cohort
    last = max([cohort.ends_on, *(one.ends_on for one in dates.values())])
    return timeline(journey.starts_on, last, bars, dots, Module.Track.choices, today)


def _months(first: date, last: date) -> int:
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last.day < first.day)
