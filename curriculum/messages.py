"""What people are told about journeys, sessions and hand-ins."""

from collections.abc import Iterable

from django.urls import reverse

from amdp.notifications.services import Message, Notice, notify, notify_many
from amdp.web.time import day
from cohorts.models import Participant
from curriculum.models import (
    Journey,
    ParticipantActivity,
    Project,
    ProjectReview,
    Session,
    SessionFacilitator,
)


def journey_ready(journey: Journey, participants: Iterable[Participant]) -> None:
    """Tell new participants that their journey has dates."""
    org = journey.organization.slug
    cohort = journey.cohort
    notify_many(
        Notice(
            participant.person,
            Message(
                kind="curriculum.journey_ready",
                subject=f"See your journey in {cohort}",
                why=f"You take part in {cohort}, and its dates are set.",
                body=("You see one next step at a time. Dates follow the holidays where you work.",),
                action="Open your journey",
                path=reverse("curriculum:journey_detail", args=[org, participant.pk]),
            ),
            about=participant,
        )
        for participant in participants
    )


def reminder(item: ParticipantActivity, kind: str) -> Notice:
    """“Due soon” or “late”, once per person, activity and kind."""
    activity, person = item.activity, item.participant.person
    org = item.organization.slug
    late = kind == ParticipantActivity.Reminder.LATE
    subject = f"{activity}: was due {day(item.due_on)}" if late else f"{activity}: due {day(item.due_on)}"
    if activity.is_session:
        subject = f"{activity} is on {day(item.due_on)}"
    message = Message(
        kind=f"curriculum.{'late' if late else 'due_soon'}",
        subject=subject,
        why=f"It belongs to “{activity.module}” in {item.participant.cohort}.",
        body=(f"It takes about {activity.effort}.",) if activity.minutes else (),
        action="Open it",
        path=reverse("curriculum:activity_detail", args=[org, item.pk]),
    )
    return Notice(person, message, about=item)


def handed_in(project: Project) -> None:
    """Ask the line manager to confirm that the work was used with a customer."""
    participant = project.item.participant
    manager = participant.person.manager
    if manager is None or project.submitted_at is None:
        return
    message = Message(
        kind="curriculum.handed_in",
        subject=f"Confirm {participant.person.name}’s work on {project.account}",
        why=f"{participant.person.name} reports to you and handed in “{project.item.activity}”.",
        body=(
            "Confirm that it was used with a real customer, on which day and what you saw, or return it with a question.",
        ),
        action="Read and confirm",
        path=_project_path(project),
    )
    notify(manager, message, about=project, period=f"{project.submitted_at:%Y-%m-%dT%H:%M:%S}")


def reviewed(project: Project, review: ProjectReview) -> None:
    """Tell the participant what the manager said."""
    person = project.item.participant.person
    confirmed = review.decision == ProjectReview.Decision.CONFIRMED
    said = "confirmed" if confirmed else "has a question about"
    message = Message(
        kind=f"curriculum.project_{review.decision}",
        subject=f"{review.by_name} {said} “{project.item.activity}”",
        why=f"You handed it in for {project.account}.",
        body=(review.text,),
        action="Read it" if confirmed else "Answer and hand it in again",
        path=_project_path(project),
    )
    notify(person, message, about=review)


def facilitator_named(named: SessionFacilitator) -> None:
    """Tell a facilitator about a session of theirs."""
    session = named.session
    to = named.person or named.membership
    if to is None:
        return
    message = Message(
        kind="curriculum.facilitator_named",
        subject=f"You hold “{session}” on {day(session.day)}",
        why=f"You were named as facilitator for {session.journey.cohort}.",
        body=(f"{session.starts:%H:%M} ({session.zone}), {session.place or 'place to be announced'}.",),
        action="See the session and its roster",
        path=reverse("curriculum:session_detail", args=[session.organization.slug, session.pk]),
    )
    notify(to, message, about=session)


def session_moved(session: Session, participants: Iterable[Participant]) -> None:
    """Tell everybody on the roster about a new time or place."""
    path = reverse("curriculum:session_detail", args=[session.organization.slug, session.pk])
    message = Message(
        kind="curriculum.session_moved",
        subject=f"New time for “{session}”: {day(session.day)}, {session.starts:%H:%M}",
        why="You have a seat in this session.",
        body=(f"{session.starts:%H:%M} ({session.zone}), {session.place or 'place to be announced'}.",),
        action="See the session",
        path=path,
    )
    period = f"{session.day}T{session.starts:%H:%M} {session.zone}"
    notify_many(Notice(one.person, message, about=session, period=period) for one in participants)


def _project_path(project: Project) -> str:
    return reverse("curriculum:project_detail", args=[project.organization.slug, project.pk])
